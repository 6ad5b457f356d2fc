"""Phase three: the compared package written as a whole, by set-based SQL in one transaction.

Killed half way, nothing of it is there; the staged rows still are, and the next run writes them. Called by the
verb in `services`, which holds the right and the locks.
"""

from collections.abc import Callable
from uuid import UUID

from django.db import connection

from qiming.kernel.ids import PATH_STEP, random_code
from qiming.registry.models import (
    Organisation,
    RosterPackage,
    StagedOrg,
)
from qiming.registry.oneroster.apply_people import (
    write_accounts,
    write_cards,
    write_people,
    write_posts,
    write_seats,
)
from qiming.registry.oneroster.ends import BOTH, HOMEROOM
from qiming.registry.oneroster.sql import Sql
from qiming.registry.rules.names import class_name
from qiming.registry.types import OrgKind, stage_of_grade

_WHY = "the verb that calls this has checked the reach of the whole package"
Tell = Callable[[str, int, int], None]


def write(kept: RosterPackage, sql: Sql, tell: Tell) -> None:
    """Write everything the comparison found, places first, what hangs on them after."""
    # The seats of a whole package are checked in one question below, not one by one by the trigger.
    sql.run("SELECT set_config('qiming.bulk', 'on', true)")
    steps: list[tuple[str, Callable[[], None]]] = [
        ("学校", lambda: _schools(kept)),
        ("班级", lambda: _classes(kept, sql)),
        ("离开的人", lambda: _ends(sql)),
        ("人员", lambda: write_people(kept, sql)),
        ("账号", lambda: write_accounts(sql)),
        ("座位", lambda: write_seats(sql)),
        ("班级卡", lambda: write_cards(sql)),
        ("任课与家长", lambda: write_posts(sql)),
        ("外部编号", lambda: _outside_ids(sql)),
        ("关闭的班级和学校", lambda: _close(sql)),
        ("核对座位", lambda: _check(sql)),
    ]
    for number, (what, step) in enumerate(steps):
        tell(f"写入{what}", number, len(steps))
        step()
    tell("写好了", len(steps), len(steps))
    sql.run("SELECT set_config('qiming.bulk', 'off', true)")


def _schools(kept: RosterPackage) -> None:
    rows = StagedOrg.objects.filter(package=kept, kind="school", fate__in=["n", "c", "r"])
    above = {place.id: place for place in Organisation.objects.unscoped(_WHY).filter(kind=OrgKind.DISTRICT)}
    stages = _stages(kept)
    steps = _Steps(5)
    fresh: list[Organisation] = []
    for row in rows:
        if row.fate != "n":
            assert row.place_id is not None
            place = Organisation.objects.unscoped(_WHY).get(pk=row.place_id)
            place.name, place.official_code = row.name, place.official_code or row.code or None
            place.closed_on = None
            place.save(update_fields=["name", "official_code", "closed_on"])
            continue
        assert row.parent_id is not None
        district = above[row.parent_id]
        step = steps.fresh(district.id)
        fresh.append(
            Organisation(
                id=row.place_id,
                kind=OrgKind.SCHOOL,
                name=row.name,
                parent=district,
                step=step,
                scope_path=f"{district.scope_path}{step}/",
                stages=stages.get(row.place_id, []),
                official_code=row.code or None,
                is_synthetic=kept.is_synthetic or district.is_synthetic,
            )
        )
    Organisation.objects.bulk_create(fresh, batch_size=500)


def _stages(kept: RosterPackage) -> dict[UUID | None, list[str]]:
    """The stages of new schools, from the grades of their classes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT school_id, grade FROM registry_stagedclass WHERE package_id = %s AND kind = 'h' "
            "AND grade IS NOT NULL AND fate = 'n' ORDER BY 1, 2",
            [kept.id],
        )
        found: dict[UUID | None, list[str]] = {}
        for school_id, grade in cursor.fetchall():
            stage = stage_of_grade(grade).value
            if stage not in found.setdefault(school_id, []):
                found[school_id].append(stage)
    return found


class _Steps:
    """Random steps of paths, none twice below one place."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._taken: dict[UUID, set[str]] = {}

    def fresh(self, above: UUID) -> str:
        taken = self._taken.get(above)
        if taken is None:
            below = Organisation.objects.unscoped(_WHY).filter(parent_id=above)
            taken = self._taken[above] = set(below.values_list("step", flat=True))
        while (step := random_code(self._length, PATH_STEP)) in taken:
            continue
        taken.add(step)
        return step


def _classes(kept: RosterPackage, sql: Sql) -> None:
    steps = _Steps(4)
    schools = {place.id: place for place in Organisation.objects.unscoped(_WHY).filter(kind=OrgKind.SCHOOL)}
    rows = sql.rows(
        "SELECT place_id, school_id, kind, title, grade, class_no FROM registry_stagedclass "
        "WHERE package_id = %(package)s::uuid AND fate = 'n'"
    )
    fresh = []
    for place_id, school_id, kind, title, grade, class_no in rows:
        school, step = schools[school_id], steps.fresh(school_id)
        fresh.append(
            Organisation(
                id=place_id,
                kind=OrgKind.CLASS_GROUP if kind == "h" else OrgKind.TEACHING_GROUP,
                name=class_name(grade, class_no) if kind == "h" else title,
                parent=school,
                step=step,
                scope_path=f"{school.scope_path}{step}/",
                grade=grade,
                class_no=class_no,
                stages=[] if kind == "h" else [stage_of_grade(grade).value] if grade else school.stages[:1],
                is_synthetic=kept.is_synthetic or school.is_synthetic,
            )
        )
    _rename_classes(sql)
    Organisation.objects.bulk_create(fresh, batch_size=2000)


def _rename_classes(sql: Sql) -> None:
    """Grades and numbers may be swapped among classes: they let go of their names before they take new ones."""
    changed = "registry_stagedclass c WHERE c.package_id = %(package)s::uuid AND c.fate IN ('c', 'r') AND p.id = c.place_id"
    sql.run(f"UPDATE registry_organisation p SET closed_on = %(today)s::date FROM {changed}")
    for place_id, kind, title, grade, class_no in sql.rows(
        "SELECT place_id, kind, title, grade, class_no FROM registry_stagedclass "
        "WHERE package_id = %(package)s::uuid AND fate IN ('c', 'r')"
    ):
        sql.run(
            "UPDATE registry_organisation SET name = %(name)s::text, grade = %(grade)s::smallint, "
            "class_no = %(class_no)s::smallint WHERE id = %(place_id)s::uuid",
            name=class_name(grade, class_no) if kind == "h" else title,
            grade=grade,
            class_no=class_no,
            place_id=place_id,
        )
    sql.run(f"UPDATE registry_organisation p SET closed_on = NULL FROM {changed}")


def _ends(sql: Sql) -> None:
    """Ended today; a move ends the old seat on the day the new one begins."""
    mine = (
        "FROM registry_stagedend d WHERE d.package_id = %(package)s::uuid AND d.target_id = t.id AND d.kind ="
    )
    # What began in the future and ends before it began never was: it ends on its first day.
    day = "greatest(%(today)s::date, t.starts_on)"
    stands = "(t.ends_on IS NULL OR t.ends_on > %(today)s::date)"
    for seats in BOTH:
        sql.run(f"UPDATE {seats.table} t SET ends_on = {day} {mine} '{seats.end}' AND {stands}")
    for table, letter in (("rolegrant", "t"), ("employment", "j"), ("guardianship", "f")):
        sql.run(f"UPDATE registry_{table} t SET ends_on = {day} {mine} '{letter}' AND {stands}")
    sql.run(
        """
        UPDATE registry_rolegrant t SET ends_on = greatest(%(today)s::date, t.starts_on)
        FROM registry_stagedend d JOIN registry_organisation p ON p.id = d.school_id
        WHERE d.package_id = %(package)s::uuid AND d.kind = 'j' AND t.person_id = d.person_id
          AND t.ends_on IS NULL AND starts_with(t.scope_path, p.scope_path)
          AND t.role NOT IN ('city_officer', 'district_officer')
        """
    )
    sql.run(
        """
        UPDATE registry_account a SET is_active = false FROM registry_stagedend d
        WHERE d.package_id = %(package)s::uuid AND d.kind = 'j' AND a.person_id = d.person_id
          AND NOT EXISTS (SELECT 1 FROM registry_employment j WHERE j.person_id = a.person_id AND j.ends_on IS NULL)
          AND NOT EXISTS (SELECT 1 FROM registry_rolegrant g WHERE g.person_id = a.person_id AND g.ends_on IS NULL)
          AND NOT EXISTS (SELECT 1 FROM registry_guardianship f WHERE f.guardian_id = a.person_id
                          AND f.ends_on IS NULL)
          AND NOT EXISTS (SELECT 1 FROM registry_stageduser u WHERE u.package_id = d.package_id
                          AND u.person_id = a.person_id AND u.fate IN ('u', 'c'))
        """
    )
    sql.run(
        """
        DELETE FROM registry_session s USING registry_account a, registry_stagedend d
        WHERE d.package_id = %(package)s::uuid AND d.kind IN ('m', 'j') AND a.person_id = d.person_id
          AND s.account_id = a.id
        """
    )


def _outside_ids(sql: Sql) -> None:
    """Remember what the file's system calls what we took over; our own keys need no second name."""
    for kind, table, target in (
        ("o", "org", "place_id"),
        ("c", "class", "place_id"),
        ("u", "user", "person_id"),
    ):
        sql.run(
            f"""
            INSERT INTO registry_externalid (id, created_at, source_id, kind, sourced_id, target_id, modified_at)
            SELECT registry_new_id(), %(now)s::timestamptz, %(source)s::uuid, '{kind}', s.sid, s.{target}, s.modified
            FROM registry_staged{table} s
            WHERE s.package_id = %(package)s::uuid AND s.fate IN ('n', 'c', 'r', 'u', 'd')
              AND s.{target} IS NOT NULL AND s.sid <> s.{target}::text
            ON CONFLICT (source_id, kind, sourced_id) DO UPDATE
               SET target_id = excluded.target_id,
                   modified_at = coalesce(excluded.modified_at, registry_externalid.modified_at)
             WHERE (registry_externalid.target_id, registry_externalid.modified_at)
                   IS DISTINCT FROM (excluded.target_id, coalesce(excluded.modified_at, registry_externalid.modified_at))
            """,
        )


def _close(sql: Sql) -> None:
    """Classes in which nobody sits any more and schools in which nothing is open any more."""
    seats = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {one.table} m WHERE m.{one.place} = p.id AND m.ends_on IS NULL)"
        for one in BOTH
    )
    sql.run(
        f"""
        UPDATE registry_organisation p SET closed_on = %(today)s::date FROM registry_stagedend d
        WHERE d.package_id = %(package)s::uuid AND d.kind = 'c' AND p.id = d.target_id AND p.closed_on IS NULL
          AND {seats}
        """
    )
    sql.run(
        """
        UPDATE registry_rolegrant g SET ends_on = greatest(%(today)s::date, g.starts_on)
        FROM registry_stagedend d JOIN registry_organisation p ON p.id = d.target_id
        WHERE d.package_id = %(package)s::uuid AND d.kind = 'c' AND p.closed_on IS NOT NULL
          AND g.organisation_id = p.id AND g.ends_on IS NULL
        """
    )
    sql.run(
        """
        UPDATE registry_organisation p SET closed_on = %(today)s::date FROM registry_stagedend d
        WHERE d.package_id = %(package)s::uuid AND d.kind = 's' AND p.id = d.target_id AND p.closed_on IS NULL
          AND NOT EXISTS (SELECT 1 FROM registry_organisation c WHERE c.parent_id = p.id AND c.closed_on IS NULL)
          AND NOT EXISTS (SELECT 1 FROM registry_employment j WHERE j.school_id = p.id AND j.ends_on IS NULL)
        """
    )


def _check(sql: Sql) -> None:
    """What the trigger keeps row by row, for all classes of the package at once."""
    rows = (
        "FROM registry_stagedenrollment WHERE package_id = %(package)s::uuid AND fate IN ('n', 'r', 'm', 'c')"
    )
    for seats in BOTH:
        here = f"{seats.place} IN (SELECT class_id {rows})"
        theirs = f"person_id IN (SELECT person_id {rows})"
        pupil = "person_id" if seats is HOMEROOM else f"{seats.place}, person_id"
        for partition, touched in ((f"{seats.place}, seat_no", here), (pupil, theirs)):
            # Sorted by their beginnings, seats overlap when one begins before the latest end so far.
            clash = sql.rows(
                f"""
                SELECT 1 FROM (
                    SELECT starts_on, coalesce(ends_on, 'infinity') AS ends_on,
                           max(coalesce(ends_on, 'infinity')) OVER (PARTITION BY {partition}
                               ORDER BY starts_on, ends_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
                    FROM {seats.table} WHERE {touched} AND ends_on IS DISTINCT FROM starts_on) AS line
                WHERE starts_on < before LIMIT 1
                """
            )
            if clash:
                raise RuntimeError(f"two seats overlap by {partition}: the package is taken back")
