"""Alliances of schools, invitations to a second school, and who moved away."""

import django.db.models.deletion
import qiming.kernel.base
import qiming.kernel.ids
import qiming.kernel.time
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0007_membership_by_place'),
    ]

    operations = [
        migrations.CreateModel(
            name='Alliance',
            fields=[
                ('id', models.UUIDField(default=qiming.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=qiming.kernel.time.now, editable=False)),
                ('scope_path', qiming.kernel.base.PathField(db_collation='C', db_index=True)),
                ('kind', models.CharField(choices=[('group', '集团校'), ('league', '联盟校'), ('hands', '手拉手')], max_length=8)),
                ('name', models.CharField(max_length=60)),
                ('proposed_by', models.UUIDField()),
                ('starts_on', models.DateField(default=qiming.kernel.time.today)),
                ('ends_on', models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='AllianceMember',
            fields=[
                ('id', models.UUIDField(default=qiming.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=qiming.kernel.time.now, editable=False)),
                ('scope_path', qiming.kernel.base.PathField(db_collation='C', db_index=True)),
                ('state', models.CharField(choices=[('asked', '等对方校长答复'), ('accepted', '已加入'), ('declined', '没有同意')], default='asked', max_length=8)),
                ('answered_by', models.UUIDField(null=True)),
                ('starts_on', models.DateField(null=True)),
                ('ends_on', models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='StaffInvitation',
            fields=[
                ('id', models.UUIDField(default=qiming.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=qiming.kernel.time.now, editable=False)),
                ('scope_path', qiming.kernel.base.PathField(db_collation='C', db_index=True)),
                ('username', models.CharField(max_length=32)),
                ('asked_by', models.UUIDField()),
                ('state', models.CharField(choices=[('open', '等本人答复'), ('accepted', '同意了'), ('declined', '没有同意'), ('withdrawn', '收回了')], default='open', max_length=10)),
                ('works_until', models.DateField(null=True)),
                ('expires_on', models.DateField()),
                ('answered_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='classmembership',
            name='has_moved_away',
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name='guardianship',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='guardianship_ends_after_start'),
        ),
        migrations.AddField(
            model_name='alliance',
            name='lead',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='led_alliances', to='registry.organisation'),
        ),
        migrations.AddField(
            model_name='employment',
            name='alliance',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='employments', to='registry.alliance'),
        ),
        migrations.AddConstraint(
            model_name='employment',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='employment_ends_after_start'),
        ),
        migrations.AddField(
            model_name='alliancemember',
            name='alliance',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='registry.alliance'),
        ),
        migrations.AddField(
            model_name='alliancemember',
            name='school',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alliance_memberships', to='registry.organisation'),
        ),
        migrations.AddField(
            model_name='staffinvitation',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='staff_invitations', to='registry.person'),
        ),
        migrations.AddField(
            model_name='staffinvitation',
            name='school',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='staff_invitations', to='registry.organisation'),
        ),
        migrations.AddConstraint(
            model_name='alliance',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='alliance_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='alliancemember',
            constraint=models.UniqueConstraint(condition=models.Q(('ends_on__isnull', True), ('state__in', ['asked', 'accepted'])), fields=('alliance', 'school'), name='alliance_member_once'),
        ),
        migrations.AddConstraint(
            model_name='alliancemember',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), _negated=True), models.Q(('answered_by__isnull', False), ('starts_on__isnull', False)), _connector='OR'), name='alliance_member_accepted_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='staffinvitation',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('school', 'username'), name='staff_invitation_one_open'),
        ),
    ]
