import django.contrib.postgres.fields
import django.db.models.deletion
import qiming.kernel.base
import qiming.kernel.ids
import qiming.kernel.time
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("curriculum", "0013_lesson_texts")]

    operations = [
        migrations.CreateModel(
            name="CourseLoan",
            fields=[
                ("id", models.UUIDField(default=qiming.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=qiming.kernel.time.now, editable=False)),
                ("scope_path", qiming.kernel.base.PathField(db_collation="C", db_index=True)),
                ("lessons", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("seal", models.CharField(max_length=64)),
                ("lent_for", models.UUIDField()),
                ("state", models.TextField(choices=[("open", "可以开课"), ("kept", "开过的班接着用")], default="open")),
                ("stopped_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField(default=qiming.kernel.time.now)),
                ("course_version", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="loans", to="curriculum.courseversion")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("lent_for", "course_version"), name="course_lent_once"),
                    models.UniqueConstraint(condition=models.Q(("state", "open")), fields=("lent_for",), name="one_open_loan_each"),
                ],
            },
        ),
    ]
