from django.db import migrations, models

# Somebody acts for a company at that company, and nobody else holds a role there.
PLACES = """
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
                  WHEN 'teacher' THEN ARRAY['class_group', 'teaching_group']
                  WHEN 'vendor' THEN ARRAY['vendor'] ELSE ARRAY[]::text[] END;
    END IF;
    IF place.kind <> ALL (wanted) THEN
        RAISE EXCEPTION 'held at a %, wanted one of %', place.kind, wanted USING ERRCODE = 'check_violation';
    END IF;
    IF place.scope_path <> NEW.scope_path THEN
        RAISE EXCEPTION 'scope_path is not the path of the place' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
UNDO = """
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
"""


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0013_timetables'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='organisation',
            name='organisation_only_a_city_has_no_parent',
        ),
        migrations.AlterField(
            model_name='organisation',
            name='kind',
            field=models.CharField(choices=[('city', '市'), ('district', '区'), ('school', '学校'), ('class_group', '班级'), ('teaching_group', '教学班'), ('vendor', '企业')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['city', 'vendor']), ('parent__isnull', True)), models.Q(models.Q(('kind__in', ['city', 'vendor']), _negated=True), ('parent__isnull', False)), _connector='OR'), name='organisation_cities_and_vendors_have_no_parent'),
        ),
        migrations.RunSQL(PLACES, UNDO),
    ]
