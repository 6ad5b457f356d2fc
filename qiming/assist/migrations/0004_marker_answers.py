import django.db.models.deletion
import qiming.kernel.base
import qiming.kernel.ids
import qiming.kernel.time
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assist', '0003_planner'),
        ('curriculum', '0014_course_loans'),
        ('kernel', '0005_kept_keys'),
        ('learning', '0010_microphone'),
        ('registry', '0014_vendors'),
        ('teaching', '0005_waiting_version'),
    ]

    operations = [
        migrations.CreateModel(
            name='SheetAnswer',
            fields=[
                ('id', models.UUIDField(default=qiming.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=qiming.kernel.time.now, editable=False)),
                ('scope_path', qiming.kernel.base.PathField(db_collation='C', db_index=True)),
                ('read_text', models.TextField(blank=True)),
                ('text', models.TextField(blank=True)),
                ('score', models.DecimalField(decimal_places=3, max_digits=4)),
                ('places', models.JSONField(default=list)),
                ('corrected_by', models.UUIDField(null=True)),
                ('homework', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teaching.homework')),
                ('item_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='curriculum.itemversion')),
                ('offering', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teaching.offering')),
                ('pupil', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.person')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PreMark',
            fields=[
                ('id', models.UUIDField(default=qiming.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=qiming.kernel.time.now, editable=False)),
                ('scope_path', qiming.kernel.base.PathField(db_collation='C', db_index=True)),
                ('rubric_no', models.PositiveSmallIntegerField()),
                ('machine', models.JSONField()),
                ('machine_total', models.PositiveSmallIntegerField()),
                ('points', models.JSONField()),
                ('total', models.PositiveSmallIntegerField()),
                ('comment', models.TextField(blank=True)),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('looked_by', models.UUIDField()),
                ('looked_at', models.DateTimeField(default=qiming.kernel.time.now)),
                ('released_by', models.UUIDField(null=True)),
                ('released_at', models.DateTimeField(null=True)),
                ('attempt', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='learning.attempt')),
                ('item_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='curriculum.itemversion')),
                ('offering', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teaching.offering')),
                ('pupil', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.person')),
                ('sheet_answer', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='assist.sheetanswer')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SheetPhoto',
            fields=[
                ('id', models.UUIDField(default=qiming.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=qiming.kernel.time.now, editable=False)),
                ('scope_path', qiming.kernel.base.PathField(db_collation='C', db_index=True)),
                ('digest', models.CharField(max_length=64)),
                ('position', models.PositiveSmallIntegerField()),
                ('state', models.TextField(choices=[('waiting', '排队'), ('reading', '在读'), ('read', '读好了'), ('by_hand', '手工录'), ('failed', '没读成')])),
                ('troubles', models.JSONField(default=list)),
                ('lines', models.JSONField(default=list)),
                ('uploaded_by', models.UUIDField()),
                ('read_at', models.DateTimeField(null=True)),
                ('homework', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teaching.homework')),
                ('pupil', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.person')),
                ('stored_file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.storedfile')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MarkerChoice',
            fields=[
                ('id', models.UUIDField(default=qiming.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=qiming.kernel.time.now, editable=False)),
                ('scope_path', qiming.kernel.base.PathField(db_collation='C', db_index=True)),
                ('is_on', models.BooleanField()),
                ('first', models.PositiveSmallIntegerField()),
                ('bar_percent', models.PositiveSmallIntegerField()),
                ('set_by', models.UUIDField()),
                ('set_at', models.DateTimeField(default=qiming.kernel.time.now)),
                ('offering', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teaching.offering')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('bar_percent__lte', 100), ('first__lte', 200)), name='assist_markerchoice_range')],
            },
        ),
        migrations.AddIndex(
            model_name='sheetanswer',
            index=models.Index(fields=['offering', 'item_version'], name='assist_sheetanswer_pile'),
        ),
        migrations.AddConstraint(
            model_name='sheetanswer',
            constraint=models.UniqueConstraint(fields=('homework', 'pupil', 'item_version'), name='assist_sheetanswer_one'),
        ),
        migrations.AddIndex(
            model_name='premark',
            index=models.Index(fields=['offering', 'item_version', 'rubric_no'], name='assist_premark_rubric'),
        ),
        migrations.AddConstraint(
            model_name='premark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('attempt__isnull', False), ('sheet_answer', None)), models.Q(('attempt', None), ('sheet_answer__isnull', False)), _connector='OR'), name='assist_premark_of_one_answer'),
        ),
        migrations.AddConstraint(
            model_name='premark',
            constraint=models.CheckConstraint(condition=models.Q(('released_at', None), ('released_by__isnull', False), _connector='OR'), name='assist_premark_released'),
        ),
        migrations.AddConstraint(
            model_name='sheetphoto',
            constraint=models.UniqueConstraint(fields=('homework', 'digest'), name='assist_sheetphoto_once'),
        ),
    ]
