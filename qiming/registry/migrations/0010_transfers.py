"""Pupils on their way between schools."""

import django.db.models.deletion
import qiming.kernel.base
import qiming.kernel.ids
import qiming.kernel.time
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0009_packages'),
    ]

    operations = [
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.UUIDField(default=qiming.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=qiming.kernel.time.now, editable=False)),
                ('scope_path', qiming.kernel.base.PathField(db_collation='C', db_index=True)),
                ('typed_name', models.CharField(blank=True, default='', max_length=60)),
                ('typed_class', models.CharField(blank=True, default='', max_length=40)),
                ('state', models.CharField(choices=[('asked', '等原学校放行'), ('released', '等新学校接收'), ('accepted', '已转入'), ('refused', '原学校没有放行'), ('withdrawn', '撤回了')], max_length=10)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('asked_by', models.UUIDField(null=True)),
                ('released_by', models.UUIDField(null=True)),
                ('released_as', models.CharField(blank=True, default='', max_length=20)),
                ('closed_by', models.UUIDField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('from_school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers_out', to='registry.organisation')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='registry.person')),
                ('to_school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers_in', to='registry.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'released')), fields=('person',), name='transfer_one_released_per_pupil'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['released', 'accepted']), _negated=True), ('person__isnull', False), _connector='OR'), name='transfer_released_names_the_pupil'), models.CheckConstraint(condition=models.Q(('from_school', models.F('to_school')), _negated=True), name='transfer_to_another_school')],
            },
        ),
    ]
