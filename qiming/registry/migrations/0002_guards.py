"""Triggers for what a single row's constraint cannot say: the shape of the tree, one pupil per seat and day."""

from django.db import migrations

TREE = """
CREATE FUNCTION registry_tree_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
       (('district', 'city'), ('school', 'district'), ('class_group', 'school')) THEN
        RAISE EXCEPTION 'a % cannot lie below a %', NEW.kind, above.kind USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.scope_path <> above.scope_path || NEW.step || '/' OR position('/' IN NEW.step) > 0 THEN
        RAISE EXCEPTION 'a path is the path above and a step' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registry_tree_guard BEFORE INSERT OR UPDATE ON registry_organisation
    FOR EACH ROW EXECUTE FUNCTION registry_tree_guard();
"""

# Deferred, so that two pupils can swap seats in one transaction; the lock makes two transactions take turns.
SEATS = """
CREATE FUNCTION registry_seat_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM registry_classmembership WHERE id = NEW.id AND seat_no = NEW.seat_no
                   AND class_group_id = NEW.class_group_id AND ends_on IS NOT DISTINCT FROM NEW.ends_on) THEN
        RETURN NULL;  -- changed again or removed since
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('registry.class.' || NEW.class_group_id::text, 0));
    PERFORM pg_advisory_xact_lock(hashtextextended('registry.pupil.' || NEW.person_id::text, 0));
    IF EXISTS (
        SELECT 1 FROM registry_classmembership other
        WHERE other.id <> NEW.id
          AND ((other.class_group_id = NEW.class_group_id AND other.seat_no = NEW.seat_no)
               OR other.person_id = NEW.person_id)
          AND daterange(other.starts_on, other.ends_on) && daterange(NEW.starts_on, NEW.ends_on)
    ) THEN
        RAISE EXCEPTION 'seat or pupil is taken on these days'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'membership_one_seat_per_class_and_day';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER registry_seat_guard AFTER INSERT OR UPDATE ON registry_classmembership
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION registry_seat_guard();

CREATE FUNCTION registry_place_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE place registry_organisation%ROWTYPE; wanted text;
BEGIN
    IF TG_TABLE_NAME = 'registry_classmembership' THEN
        SELECT * INTO place FROM registry_organisation WHERE id = NEW.class_group_id;
        wanted := 'class_group';
    ELSE
        SELECT * INTO place FROM registry_organisation WHERE id = NEW.organisation_id;
        wanted := CASE NEW.role WHEN 'city_officer' THEN 'city' WHEN 'district_officer' THEN 'district'
                  WHEN 'school_head' THEN 'school' WHEN 'school_admin' THEN 'school'
                  WHEN 'teacher' THEN 'class_group' ELSE '' END;
    END IF;
    IF place.kind <> wanted THEN
        RAISE EXCEPTION 'held at a %, wanted a %', place.kind, wanted USING ERRCODE = 'check_violation';
    END IF;
    IF place.scope_path <> NEW.scope_path THEN
        RAISE EXCEPTION 'scope_path is not the path of the place' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registry_membership_place BEFORE INSERT OR UPDATE ON registry_classmembership
    FOR EACH ROW EXECUTE FUNCTION registry_place_guard();
CREATE TRIGGER registry_grant_place BEFORE INSERT OR UPDATE ON registry_rolegrant
    FOR EACH ROW EXECUTE FUNCTION registry_place_guard();
"""

DROP = """
DROP TRIGGER registry_grant_place ON registry_rolegrant;
DROP TRIGGER registry_membership_place ON registry_classmembership;
DROP TRIGGER registry_seat_guard ON registry_classmembership;
DROP TRIGGER registry_tree_guard ON registry_organisation;
DROP FUNCTION registry_place_guard();
DROP FUNCTION registry_seat_guard();
DROP FUNCTION registry_tree_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [migrations.RunSQL(TREE + SEATS, DROP)]
