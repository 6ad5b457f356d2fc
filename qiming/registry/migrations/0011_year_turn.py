"""The year of a school turns: promotions, and the school years between which a class is that class."""

import django.db.models.deletion
import qiming.kernel.base
import qiming.kernel.ids
import qiming.kernel.time
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0010_transfers'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='first_year',
            field=models.CharField(blank=True, default='', max_length=9),
        ),
        migrations.AddField(
            model_name='organisation',
            name='last_year',
            field=models.CharField(blank=True, default='', max_length=9),
        ),
        migrations.CreateModel(
            name='Promotion',
            fields=[
                ('id', models.UUIDField(default=qiming.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=qiming.kernel.time.now, editable=False)),
                ('scope_path', qiming.kernel.base.PathField(db_collation='C', db_index=True)),
                ('school_year', models.CharField(blank=True, default='', max_length=9)),
                ('takes_effect_on', models.DateField(null=True)),
                ('makes_empty_classes', models.BooleanField(default=True)),
                ('choices', models.JSONField(default=dict)),
                ('kept_back', models.JSONField(default=list)),
                ('done', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('draft', '在准备'), ('scheduled', '到日子自动升级'), ('applied', '升好了'), ('undone', '撤回了'), ('dropped', '不办了')], default='draft', max_length=10)),
                ('confirmed_by', models.UUIDField(null=True)),
                ('applied_at', models.DateTimeField(null=True)),
                ('undone_by', models.UUIDField(null=True)),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promotions', to='registry.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'scheduled'])), fields=('school',), name='promotion_one_under_way_per_school'), models.UniqueConstraint(condition=models.Q(('state', 'applied')), fields=('school', 'school_year'), name='promotion_once_a_year'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['scheduled', 'applied']), _negated=True), models.Q(('confirmed_by__isnull', False), ('takes_effect_on__isnull', False), models.Q(('school_year', ''), _negated=True)), _connector='OR'), name='promotion_confirmed_by_someone')],
            },
        ),
    ]
