"""Timetables: files on their way in, and the weekly lessons of each class."""

import django.db.models.deletion
import qiming.kernel.base
import qiming.kernel.ids
import qiming.kernel.time
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0012_renamed_people'),
    ]

    operations = [
        migrations.CreateModel(
            name='TimetableImport',
            fields=[
                ('id', models.UUIDField(default=qiming.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=qiming.kernel.time.now, editable=False)),
                ('scope_path', qiming.kernel.base.PathField(db_collation='C', db_index=True)),
                ('uploaded_by', models.UUIDField()),
                ('file_name', models.CharField(max_length=120)),
                ('file_sha256', models.CharField(max_length=64)),
                ('school_year', models.CharField(max_length=9)),
                ('term_no', models.PositiveSmallIntegerField()),
                ('rows', models.JSONField(default=list)),
                ('problems', models.JSONField(default=list)),
                ('counts', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('previewed', '等待确认'), ('applied', '已写入'), ('dropped', '已放弃')], default='previewed', max_length=10)),
                ('applied_at', models.DateTimeField(null=True)),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='timetable_imports', to='registry.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TimetableLine',
            fields=[
                ('id', models.UUIDField(default=qiming.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=qiming.kernel.time.now, editable=False)),
                ('scope_path', qiming.kernel.base.PathField(db_collation='C', db_index=True)),
                ('school_year', models.CharField(max_length=9)),
                ('term_no', models.PositiveSmallIntegerField()),
                ('weekday', models.PositiveSmallIntegerField()),
                ('slot_no', models.PositiveSmallIntegerField()),
                ('course', models.CharField(max_length=60)),
                ('first_week', models.PositiveSmallIntegerField(default=1)),
                ('last_week', models.PositiveSmallIntegerField(default=30)),
                ('parity', models.CharField(blank=True, default='', max_length=4)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='timetable_lines', to='registry.organisation')),
                ('teacher', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='timetable_lines', to='registry.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('slot_no__gte', 1), ('term_no__in', [1, 2]), ('weekday__gte', 1), ('weekday__lte', 7)), name='timetable_day_slot_and_term'), models.CheckConstraint(condition=models.Q(('first_week__gte', 1), ('last_week__gte', models.F('first_week')), ('parity__in', ['', 'odd', 'even'])), name='timetable_weeks_in_order'), models.UniqueConstraint(fields=('place', 'school_year', 'term_no', 'weekday', 'slot_no', 'first_week', 'last_week', 'parity'), name='timetable_one_lesson_at_a_time')],
            },
        ),
    ]
