"""Teaching groups: places below a school whose seats are pupils of several classes."""

import django.db.models.deletion
import qiming.kernel.base
import qiming.kernel.ids
import qiming.kernel.time
from django.db import migrations, models


# A place may also be a teaching group, where teachers teach too. The functions are those of 0002, widened.
TREE = """
CREATE OR REPLACE FUNCTION registry_tree_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE above registry_organisation%ROWTYPE;
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.scope_path <> NEW.scope_path OR OLD.parent_id IS DISTINCT FROM NEW.parent_id
                             OR OLD.kind <> NEW.kind) THEN
        RAISE EXCEPTION 'a place keeps its kind, parent and path' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.parent_id IS NULL THEN
        IF NEW.scope_path <> NEW.step || '/' THEN
            RAISE EXCEPTION 'the path of a city is its step' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO above FROM registry_organisation WHERE id = NEW.parent_id;
    IF (NEW.kind, above.kind) NOT IN
       (('district', 'city'), ('school', 'district'), ('class_group', 'school'),
        ('teaching_group', 'school')) THEN
        RAISE EXCEPTION 'a % cannot lie below a %', NEW.kind, above.kind USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.scope_path <> above.scope_path || NEW.step || '/' OR position('/' IN NEW.step) > 0 THEN
        RAISE EXCEPTION 'a path is the path above and a step' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""

PLACE = """
CREATE OR REPLACE FUNCTION registry_place_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE place registry_organisation%ROWTYPE; wanted text[];
BEGIN
    IF TG_TABLE_NAME = 'registry_classmembership' THEN
        SELECT * INTO place FROM registry_organisation WHERE id = NEW.class_group_id;
        wanted := ARRAY['class_group'];
    ELSIF TG_TABLE_NAME = 'registry_groupmembership' THEN
        SELECT * INTO place FROM registry_organisation WHERE id = NEW.group_id;
        wanted := ARRAY['teaching_group'];
    ELSE
        SELECT * INTO place FROM registry_organisation WHERE id = NEW.organisation_id;
        wanted := CASE NEW.role WHEN 'city_officer' THEN ARRAY['city'] WHEN 'district_officer' THEN ARRAY['district']
                  WHEN 'school_head' THEN ARRAY['school'] WHEN 'school_admin' THEN ARRAY['school']
                  WHEN 'teacher' THEN ARRAY['class_group', 'teaching_group'] ELSE ARRAY[]::text[] END;
    END IF;
    IF place.kind <> ALL (wanted) THEN
        RAISE EXCEPTION 'held at a %, wanted one of %', place.kind, wanted USING ERRCODE = 'check_violation';
    END IF;
    IF place.scope_path <> NEW.scope_path THEN
        RAISE EXCEPTION 'scope_path is not the path of the place' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registry_group_membership_place BEFORE INSERT OR UPDATE ON registry_groupmembership
    FOR EACH ROW EXECUTE FUNCTION registry_place_guard();
"""

SEATS = """
CREATE FUNCTION registry_group_seat_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM registry_groupmembership WHERE id = NEW.id AND seat_no = NEW.seat_no
                   AND group_id = NEW.group_id AND ends_on IS NOT DISTINCT FROM NEW.ends_on) THEN
        RETURN NULL;  -- changed again or removed since
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('registry.group.' || NEW.group_id::text, 0));
    IF EXISTS (
        SELECT 1 FROM registry_groupmembership other
        WHERE other.id <> NEW.id AND other.group_id = NEW.group_id
          AND (other.seat_no = NEW.seat_no OR other.person_id = NEW.person_id)
          AND daterange(other.starts_on, other.ends_on) && daterange(NEW.starts_on, NEW.ends_on)
    ) THEN
        RAISE EXCEPTION 'seat or pupil is taken on these days'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'group_one_seat_per_day';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER registry_group_seat_guard AFTER INSERT OR UPDATE ON registry_groupmembership
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION registry_group_seat_guard();
"""

UNDO = """
DROP TRIGGER registry_group_seat_guard ON registry_groupmembership;
DROP FUNCTION registry_group_seat_guard();
DROP TRIGGER registry_group_membership_place ON registry_groupmembership;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0005_sign_in_sessions'),
    ]

    operations = [
        migrations.CreateModel(
            name='GroupMembership',
            fields=[
                ('id', models.UUIDField(default=qiming.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=qiming.kernel.time.now, editable=False)),
                ('scope_path', qiming.kernel.base.PathField(db_collation='C', db_index=True)),
                ('seat_no', models.PositiveSmallIntegerField()),
                ('starts_on', models.DateField(default=qiming.kernel.time.today)),
                ('ends_on', models.DateField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='organisation',
            name='organisation_a_class_has_grade_and_number',
        ),
        migrations.AlterField(
            model_name='organisation',
            name='kind',
            field=models.CharField(choices=[('city', '市'), ('district', '区'), ('school', '学校'), ('class_group', '班级'), ('teaching_group', '教学班')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('class_no__gte', 1), ('class_no__lte', 99), ('grade__gte', 1), ('grade__lte', 12), ('kind', 'class_group')), models.Q(('class_no__isnull', True), ('grade__gte', 1), ('grade__lte', 12), ('kind', 'teaching_group')), models.Q(('class_no__isnull', True), ('grade__isnull', True), ('kind', 'teaching_group')), models.Q(models.Q(('kind__in', ['class_group', 'teaching_group']), _negated=True), ('class_no__isnull', True), ('grade__isnull', True)), _connector='OR'), name='organisation_a_class_has_grade_and_number'),
        ),
        migrations.AddField(
            model_name='groupmembership',
            name='group',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='group_memberships', to='registry.organisation'),
        ),
        migrations.AddField(
            model_name='groupmembership',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='group_memberships', to='registry.person'),
        ),
        migrations.AddConstraint(
            model_name='groupmembership',
            constraint=models.CheckConstraint(condition=models.Q(('seat_no__gte', 1), ('seat_no__lte', 99)), name='group_seat_between_1_and_99'),
        ),
        migrations.AddConstraint(
            model_name='groupmembership',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='group_membership_ends_after_start'),
        ),
        migrations.RunSQL(TREE + PLACE + SEATS, UNDO),
    ]
