import qiming.kernel.base
import qiming.kernel.ids
import qiming.kernel.time
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assurance', '0006_door_signals'),
    ]

    operations = [
        migrations.AddField(
            model_name='testrun',
            name='libraries',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.CreateModel(
            name='KeywordLibrary',
            fields=[
                ('id', models.UUIDField(default=qiming.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=qiming.kernel.time.now, editable=False)),
                ('scope_path', qiming.kernel.base.PathField(db_collation='C', db_index=True)),
                ('key', models.CharField(max_length=24)),
                ('title', models.CharField(max_length=80)),
                ('made', models.CharField(max_length=300)),
                ('licence', models.CharField(max_length=120)),
                ('words', models.PositiveIntegerField()),
                ('counts', models.JSONField(default=dict)),
                ('sha256', models.CharField(max_length=64)),
                ('body', models.BinaryField()),
                ('brought_by', models.UUIDField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.UUIDField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key',), name='keyword_library_key_once'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('sha256',), name='keyword_library_in_force_once')],
            },
        ),
    ]
