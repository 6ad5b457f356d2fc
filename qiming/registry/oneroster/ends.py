"""What ends because the file says so, or because a bulk file no longer speaks of it. Ended, never deleted.

A row of which nobody can tell whom it means may mean anybody: then nobody is ended for not being named.
"""

from dataclasses import dataclass

from qiming.registry.oneroster.places import BAD
from qiming.registry.oneroster.sql import Sql


@dataclass(frozen=True, slots=True)
class Seats:
    """One of the two kinds of class: its letter in classes.csv, the table of its seats, the letter of an end."""

    kind: str
    table: str
    place: str
    end: str


HOMEROOM = Seats("h", "registry_classmembership", "class_group_id", "m")
GROUP = Seats("s", "registry_groupmembership", "group_id", "g")
BOTH = (HOMEROOM, GROUP)

_INTO = """
INSERT INTO registry_stagedend (package_id, kind, target_id, person_id, school_id)
SELECT DISTINCT %(package)s::uuid, '{letter}', """
# Everybody whom the file's system has named to us before.
_KNOWN = """registry_externalid x ON x.kind = 'u' AND x.source_id = ANY(%(sources)s::uuid[])
            AND x.target_id = {person}"""
_OVER = (
    """registry_stagedend o ON o.package_id = %(package)s::uuid AND o.kind = 'o' AND o.person_id = {person}"""
)


def find_ends(sql: Sql) -> None:
    """Note everything of ours that the package ends."""
    sql.run("DELETE FROM registry_stagedend WHERE package_id = %(package)s::uuid")
    _people(sql)
    for seats in BOTH:
        _seats(sql, seats)
    _teaching(sql)
    _jobs(sql)
    _families(sql)
    _places(sql)


def _readable(table: str, blind: str) -> str:
    return (
        f"NOT EXISTS (SELECT 1 FROM registry_staged{table} b WHERE b.package_id = %(package)s::uuid "
        f"AND b.fate = 'W' AND {blind})"
    )


def _people(sql: Sql) -> None:
    """People who are gone altogether: letter o."""
    sql.run(
        f"""{_INTO.format(letter="o")} over.person_id, over.person_id, NULL::uuid FROM (
            SELECT person_id FROM registry_stageduser WHERE package_id = %(package)s::uuid AND fate = 'd'
            UNION
            SELECT x.target_id FROM registry_externalid x
            WHERE x.kind = 'u' AND x.source_id = ANY(%(sources)s::uuid[]) AND %(bulk_users)s::bool
              AND {_readable("user", "b.sid = ''")}
              AND NOT EXISTS (SELECT 1 FROM registry_stageduser u WHERE u.package_id = %(package)s::uuid
                              AND u.person_id = x.target_id)) AS over
        WHERE over.person_id IS NOT NULL AND over.person_id IS DISTINCT FROM %(actor_person)s::uuid
        """
    )


def _seats(sql: Sql, seats: Seats) -> None:
    here = f"AND e.class_id = m.{seats.place}" if seats is GROUP else ""
    sql.run(
        f"""{_INTO.format(letter=seats.end)} m.id, m.person_id, g.parent_id FROM (
            SELECT member_id AS id FROM registry_stagedenrollment
            WHERE package_id = %(package)s::uuid AND role = 'p' AND fate = 'd' AND class_kind = '{seats.kind}'
            UNION ALL
            SELECT m.id FROM {seats.table} m JOIN {_OVER.format(person="m.person_id")} WHERE m.ends_on IS NULL
            UNION ALL
            SELECT m.id FROM {seats.table} m JOIN {_KNOWN.format(person="m.person_id")}
            WHERE m.ends_on IS NULL AND %(bulk_enrollments)s::bool
              AND {_readable("enrollment", "b.person_id IS NULL")}) AS may
        JOIN {seats.table} m ON m.id = may.id JOIN registry_organisation g ON g.id = m.{seats.place}
        WHERE m.ends_on IS NULL AND starts_with(m.scope_path, %(path)s::text)
          AND NOT EXISTS (SELECT 1 FROM registry_stagedenrollment e WHERE e.package_id = %(package)s::uuid
                          AND NOT e.gone AND e.role = 'p' AND e.person_id = m.person_id
                          AND e.class_kind IN ('', '{seats.kind}') {here})
        """
    )


def _teaching(sql: Sql) -> None:
    sql.run(
        f"""{_INTO.format(letter="t")} g.id, g.person_id, p.parent_id FROM (
            SELECT member_id AS id FROM registry_stagedenrollment
            WHERE package_id = %(package)s::uuid AND role = 't' AND fate = 'd'
            UNION ALL
            SELECT g.id FROM registry_rolegrant g JOIN {_OVER.format(person="g.person_id")}
            WHERE g.ends_on IS NULL
            UNION ALL
            SELECT g.id FROM registry_rolegrant g JOIN {_KNOWN.format(person="g.person_id")}
            WHERE g.ends_on IS NULL AND %(bulk_enrollments)s::bool
              AND {_readable("enrollment", "b.person_id IS NULL")}) AS may
        JOIN registry_rolegrant g ON g.id = may.id JOIN registry_organisation p ON p.id = g.organisation_id
        WHERE g.ends_on IS NULL AND g.role = 'teacher' AND starts_with(g.scope_path, %(path)s::text)
          AND NOT EXISTS (SELECT 1 FROM registry_stagedenrollment e WHERE e.package_id = %(package)s::uuid
                          AND NOT e.gone AND e.role = 't' AND e.person_id = g.person_id
                          AND (e.class_id = g.organisation_id OR e.class_id IS NULL))
        """
    )


def _jobs(sql: Sql) -> None:
    """Posts at schools: ended with the person, or when a bulk list of roles names the school no more."""
    sql.run(
        f"""{_INTO.format(letter="j")} j.id, j.person_id, j.school_id FROM (
            SELECT j.id FROM registry_employment j JOIN registry_stagedrole r
              ON r.package_id = %(package)s::uuid AND r.person_id = j.person_id AND r.place_id = j.school_id
            WHERE j.ends_on IS NULL AND r.gone
            UNION ALL
            SELECT j.id FROM registry_employment j JOIN {_OVER.format(person="j.person_id")}
            WHERE j.ends_on IS NULL
            UNION ALL
            SELECT j.id FROM registry_employment j JOIN {_KNOWN.format(person="j.person_id")}
            WHERE j.ends_on IS NULL AND %(bulk_roles)s::bool AND {_readable("user", "b.sid = ''")}
              AND {_readable("role", "b.person_id IS NULL")}) AS may
        JOIN registry_employment j ON j.id = may.id
        WHERE j.ends_on IS NULL AND starts_with(j.scope_path, %(path)s::text)
          AND j.person_id IS DISTINCT FROM %(actor_person)s::uuid
          AND NOT EXISTS (SELECT 1 FROM registry_stageduser u WHERE u.package_id = %(package)s::uuid
                          AND u.person_id = j.person_id AND u.fate IN {BAD})
          AND NOT EXISTS (SELECT 1 FROM registry_stagedrole r WHERE r.package_id = %(package)s::uuid
                          AND r.person_id = j.person_id AND NOT r.gone
                          AND (r.place_id = j.school_id OR r.place_id IS NULL))
          AND NOT EXISTS (SELECT 1 FROM registry_stagedenrollment e
                          JOIN registry_organisation p ON p.id = e.class_id
                          WHERE e.package_id = %(package)s::uuid AND e.role = 't' AND e.fate IN ('n', 'u')
                            AND e.person_id = j.person_id AND p.parent_id = j.school_id)
        """
    )


def _families(sql: Sql) -> None:
    """Guardians the file no longer names for a pupil it does name; or who are gone altogether."""
    sql.run(
        f"""{_INTO.format(letter="f")} f.id, f.guardian_id, NULL::uuid FROM (
            SELECT f.id FROM registry_guardianship f JOIN {_OVER.format(person="f.guardian_id")}
            WHERE f.ends_on IS NULL
            UNION ALL
            SELECT f.id FROM registry_guardianship f JOIN {_KNOWN.format(person="f.guardian_id")}
            JOIN registry_stageduser u ON u.package_id = %(package)s::uuid AND u.person_id = f.ward_id
                 AND u.fate IN ('c', 'u')
            WHERE f.ends_on IS NULL AND %(bulk_users)s::bool AND %(agents_told)s::bool) AS may
        JOIN registry_guardianship f ON f.id = may.id
        WHERE f.ends_on IS NULL AND starts_with(f.scope_path, %(path)s::text)
          AND NOT EXISTS (SELECT 1 FROM registry_stagedagent a WHERE a.package_id = %(package)s::uuid
                          AND a.guardian_id = f.guardian_id AND a.ward_id = f.ward_id)
          AND NOT EXISTS (SELECT 1 FROM registry_stageduser u WHERE u.package_id = %(package)s::uuid
                          AND u.fate IN {BAD} AND u.person_id IN (f.ward_id, f.guardian_id))
        """
    )


def _places(sql: Sql) -> None:
    for kinds, letter, code, file, table in (
        ("('class_group','teaching_group')", "c", "c", "classes", "class"),
        ("('school')", "s", "o", "orgs", "org"),
    ):
        sql.run(
            f"""{_INTO.format(letter=letter)} p.id, NULL::uuid,
                   CASE p.kind WHEN 'school' THEN p.id ELSE p.parent_id END FROM (
                SELECT place_id AS id FROM registry_staged{table}
                WHERE package_id = %(package)s::uuid AND fate = 'd'
                UNION ALL
                SELECT x.target_id FROM registry_externalid x
                WHERE x.kind = '{code}' AND x.source_id = ANY(%(sources)s::uuid[]) AND %(bulk_{file})s::bool
                  AND {_readable(table, "b.sid = ''")}
                  AND NOT EXISTS (SELECT 1 FROM registry_staged{table} s
                                  WHERE s.package_id = %(package)s::uuid AND s.place_id = x.target_id)) AS may
            JOIN registry_organisation p ON p.id = may.id
            WHERE p.closed_on IS NULL AND p.kind IN {kinds} AND starts_with(p.scope_path, %(path)s::text)
              AND p.scope_path <> %(path)s::text
            """
        )
