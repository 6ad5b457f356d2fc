import django.db.models.deletion
import qiming.kernel.base
import qiming.kernel.ids
import qiming.kernel.time
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('curriculum', '0014_course_loans'),
        ('teaching', '0005_waiting_version'),
    ]

    operations = [
        migrations.CreateModel(
            name='MarkRubric',
            fields=[
                ('id', models.UUIDField(default=qiming.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=qiming.kernel.time.now, editable=False)),
                ('scope_path', qiming.kernel.base.PathField(db_collation='C', db_index=True)),
                ('number', models.PositiveSmallIntegerField()),
                ('criteria', models.JSONField()),
                ('made_by', models.UUIDField()),
                ('item_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='curriculum.itemversion')),
                ('offering', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teaching.offering')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('offering', 'item_version', 'number'), name='assist_markrubric_number')],
            },
        ),
    ]
