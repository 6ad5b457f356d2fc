"""Phase three: the compared package written as a whole, by set-based SQL in one transaction.

Killed half way, nothing of it is there; the staged rows still are, and the next run writes them. Called by the
verb in `services`, which holds the right and the locks.
"""

from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import connection

from qiming.kernel import time
from qiming.kernel.ids import PATH_STEP, new_id, random_code
from qiming.registry import secrets
from qiming.registry.models import Organisation, RosterPackage, StagedOrg
from qiming.registry.oneroster.compare import FAMILIES, JOBS, POSTS
from qiming.registry.oneroster.ends import BOTH, HOMEROOM, Seats
from qiming.registry.oneroster.sql import Sql
from qiming.registry.rules.names import class_name
from qiming.registry.types import OrgKind, stage_of_grade

_WHY = "the verb that calls this has checked the reach of the whole package"
_CARDS_AT_ONCE = 20_000
Tell = Callable[[str, int, int], None]


def write(kept: RosterPackage, sql: Sql, tell: Tell) -> None:
    """Write everything the comparison found, places first, what hangs on them after."""
    # The seats of a whole package are checked in one question below, not one by one by the trigger.
    sql.run("SELECT set_config('qiming.bulk', 'on', true)")
    steps: list[tuple[str, Callable[[], None]]] = [
        ("学校", lambda: _schools(kept)),
        ("班级", lambda: _classes(kept, sql)),
        ("离开的人", lambda: _ends(sql)),
        ("人员", lambda: _people(kept, sql)),
        ("账号", lambda: _accounts(sql)),
        ("座位", lambda: _seats(sql)),
        ("班级卡", lambda: _cards(sql)),
        ("任课与家长", lambda: _posts(sql)),
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
    for seats in BOTH:
        sql.run(f"UPDATE {seats.table} t SET ends_on = {day} {mine} '{seats.end}' AND t.ends_on IS NULL")
    for table, letter in (("rolegrant", "t"), ("employment", "j"), ("guardianship", "f")):
        sql.run(f"UPDATE registry_{table} t SET ends_on = {day} {mine} '{letter}' AND t.ends_on IS NULL")
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


def _people(kept: RosterPackage, sql: Sql) -> None:
    synthetic = kept.is_synthetic or kept.place.is_synthetic
    sql.run(
        """
        INSERT INTO registry_person (id, created_at, name, is_synthetic)
        SELECT person_id, %(now)s::timestamptz, name, %(synthetic)s::bool FROM registry_stageduser
        WHERE package_id = %(package)s::uuid AND fate = 'n'
        """,
        now=time.now(),
        synthetic=synthetic,
    )
    sql.run(
        """
        UPDATE registry_person p SET name = u.name FROM registry_stageduser u
        WHERE u.package_id = %(package)s::uuid AND u.fate = 'c' AND p.id = u.person_id AND p.name <> u.name
        """
    )


def _accounts(sql: Sql) -> None:
    """Accounts without a password: pupils come by card, staff and guardians get a first password or come
    through an outside account. A username that is taken or cannot be one is replaced by an invented one."""
    sql.run(
        """
        WITH fresh AS (
            SELECT u.person_id, u.kind, u.enabled, CASE
                WHEN u.kind = 'p' THEN NULL
                WHEN u.username <> '' AND row_number() OVER (PARTITION BY u.username ORDER BY u.line) = 1
                     AND NOT EXISTS (SELECT 1 FROM registry_account a WHERE a.username = u.username)
                THEN u.username
                ELSE 'u' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 12) END AS username
            FROM registry_stageduser u WHERE u.package_id = %(package)s::uuid AND u.fate = 'n'
        )
        INSERT INTO registry_account (id, created_at, password, kind, username, person_id, is_active,
                                      must_change_password)
        SELECT registry_new_id(), %(now)s::timestamptz, %(no_password)s::text || replace(gen_random_uuid()::text, '-', ''),
               CASE kind WHEN 'p' THEN 'pupil' WHEN 's' THEN 'staff' ELSE 'guardian' END, username, person_id,
               enabled, kind <> 'p'
        FROM fresh
        """,
        now=time.now(),
        no_password=make_password(None)[:1],
    )
    sql.run(
        """
        UPDATE registry_account a SET is_active = u.enabled FROM registry_stageduser u
        WHERE u.package_id = %(package)s::uuid AND u.fate = 'c' AND a.person_id = u.person_id
          AND a.is_active <> u.enabled
        """
    )
    sql.run(
        """
        DELETE FROM registry_session s USING registry_account a, registry_stageduser u
        WHERE u.package_id = %(package)s::uuid AND u.fate = 'c' AND NOT u.enabled
          AND a.person_id = u.person_id AND s.account_id = a.id
        """
    )


def _seats(sql: Sql) -> None:
    for seats in BOTH:
        _seats_of(sql, seats)
    for table, person in (("classcard", "person_id"), ("guardianship", "ward_id"), ("familycode", "ward_id")):
        still = {"classcard": "true", "guardianship": "t.ends_on IS NULL", "familycode": "t.used_at IS NULL"}[
            table
        ]
        sql.run(
            f"""
            UPDATE registry_{table} t SET scope_path = p.scope_path
            FROM registry_stagedenrollment e JOIN registry_organisation p ON p.id = e.class_id
            WHERE e.package_id = %(package)s::uuid AND e.role = 'p' AND e.class_kind = 'h'
              AND e.fate IN ('r', 'm') AND t.{person} = e.person_id AND {still}
            """
        )


def _seats_of(sql: Sql, seats: Seats) -> None:
    mine = f"e.package_id = %(package)s::uuid AND e.role = 'p' AND e.class_kind = '{seats.kind}'"
    home = seats is HOMEROOM
    more = ", pupil_number_digest, pupil_number_tail" if home else ""
    brought = (
        ", coalesce(u.digest, old.pupil_number_digest), "
        "CASE WHEN u.digest IS NULL THEN coalesce(old.pupil_number_tail, '') ELSE u.tail END"
        if home
        else ""
    )
    sql.run(
        f"""
        UPDATE {seats.table} t SET ends_on = greatest(%(today)s::date, t.starts_on, coalesce(e.starts, %(today)s::date))
        FROM registry_stagedenrollment e WHERE {mine} AND e.fate = 'm' AND t.id = e.member_id
        """
    )
    number = (
        ", pupil_number_digest = coalesce(u.digest, t.pupil_number_digest), "
        "pupil_number_tail = CASE WHEN u.digest IS NULL THEN t.pupil_number_tail ELSE u.tail END"
        if home
        else ""
    )
    sql.run(
        f"""
        UPDATE {seats.table} t SET seat_no = coalesce(e.given, t.seat_no) {number}
        FROM registry_stagedenrollment e
        LEFT JOIN registry_stageduser u ON u.package_id = e.package_id AND u.sid = e.user_sid
        WHERE {mine} AND e.fate = 'c' AND t.id = e.member_id
        """
    )
    # A class's first list holds from the start of the year; later ones from today. Nothing begins before the
    # pupil's last seat, or the seat's last pupil, came to an end.
    sql.run(
        f"""
        INSERT INTO {seats.table} (id, created_at, scope_path, person_id, {seats.place}, seat_no, starts_on{more})
        SELECT registry_new_id(), %(now)s::timestamptz, p.scope_path, e.person_id, p.id, coalesce(e.given, e.seat),
               greatest(CASE WHEN e.fate = 'n' THEN coalesce(e.starts, CASE WHEN EXISTS (
                             SELECT 1 FROM {seats.table} o WHERE o.{seats.place} = p.id)
                             THEN %(today)s::date ELSE %(begun)s::date END)
                        ELSE greatest(%(today)s::date, coalesce(e.starts, %(today)s::date)) END,
                        (SELECT max(o.ends_on) FROM {seats.table} o WHERE o.{seats.place} = p.id
                         AND o.seat_no = coalesce(e.given, e.seat)),
                        {f"(SELECT max(o.ends_on) FROM {seats.table} o WHERE o.person_id = e.person_id)" if home else "NULL"})
               {brought}
        FROM registry_stagedenrollment e JOIN registry_organisation p ON p.id = e.class_id
        LEFT JOIN registry_stageduser u ON u.package_id = e.package_id AND u.sid = e.user_sid
        {"LEFT JOIN LATERAL (SELECT o.pupil_number_digest, o.pupil_number_tail FROM registry_classmembership o WHERE e.fate <> 'n' AND o.person_id = e.person_id ORDER BY o.starts_on DESC LIMIT 1) old ON true" if home else ""}
        WHERE {mine} AND e.fate IN ('n', 'r', 'm')
        """,
        now=time.now(),
        begun=sql.facts["begun"],
    )


def _cards(sql: Sql) -> None:
    """Class cards for pupils who have none: derived here, as the database does not hold the key."""
    last = UUID(int=0)
    while True:
        holders = sql.rows(
            """
            SELECT e.person_id, p.scope_path FROM registry_stagedenrollment e
            JOIN registry_organisation p ON p.id = e.class_id
            LEFT JOIN registry_classcard c ON c.person_id = e.person_id
            WHERE e.package_id = %(package)s::uuid AND e.role = 'p' AND e.class_kind = 'h'
              AND e.fate IN ('n', 'r', 'm') AND c.id IS NULL AND e.person_id > %(last)s::uuid
            ORDER BY e.person_id LIMIT %(many)s::int
            """,
            last=last,
            many=_CARDS_AT_ONCE,
        )
        if not holders:
            return
        last = holders[-1][0]
        now = time.now().isoformat()
        with (
            connection.cursor() as cursor,
            cursor.copy(
                "COPY registry_classcard (id, created_at, scope_path, person_id, token_serial, token_hash, pin_serial, "
                "wrong_tries, issued_at) FROM STDIN"
            ) as out,
        ):
            out.write("".join(_card(person_id, path, now) for person_id, path in holders))


def _card(person_id: UUID, path: str, now: str) -> str:
    card_id = new_id()
    digest = secrets.token_hash(secrets.card_token(card_id, 1))
    return f"{card_id}\t{now}\t{path}\t{person_id}\t1\t{digest}\t1\t0\t{now}\n"


def _posts(sql: Sql) -> None:
    now = time.now()
    sql.run(
        f"""
        INSERT INTO registry_employment (id, created_at, scope_path, person_id, school_id, starts_on)
        SELECT registry_new_id(), %(now)s::timestamptz, p.scope_path, job.person_id, p.id, %(today)s::date
        FROM ({JOBS}) AS job JOIN registry_organisation p ON p.id = job.school_id
        """,
        now=now,
    )
    sql.run(
        """
        INSERT INTO registry_rolegrant (id, created_at, scope_path, person_id, role, organisation_id, starts_on)
        SELECT registry_new_id(), %(now)s::timestamptz, p.scope_path, e.person_id, 'teacher', p.id,
               least(%(today)s::date, coalesce(e.starts, %(today)s::date))
        FROM registry_stagedenrollment e JOIN registry_organisation p ON p.id = e.class_id
        WHERE e.package_id = %(package)s::uuid AND e.role = 't' AND e.fate = 'n'
        """,
        now=now,
    )
    if sql.facts["posts"]:
        sql.run(
            f"""
            INSERT INTO registry_rolegrant (id, created_at, scope_path, person_id, role, organisation_id, starts_on)
            SELECT registry_new_id(), %(now)s::timestamptz, p.scope_path, post.person_id, post.role, p.id,
                   %(today)s::date
            FROM ({POSTS}) AS post JOIN registry_organisation p ON p.id = post.place_id
            """,
            now=now,
        )
    sql.run(
        f"""
        INSERT INTO registry_guardianship (id, created_at, scope_path, guardian_id, ward_id, relation, starts_on)
        SELECT registry_new_id(), %(now)s::timestamptz, m.scope_path, family.guardian_id, family.ward_id, '家长',
               %(today)s::date
        FROM ({FAMILIES}) AS family
        JOIN LATERAL (SELECT scope_path FROM registry_classmembership m WHERE m.person_id = family.ward_id
                      ORDER BY m.ends_on DESC NULLS FIRST, m.starts_on DESC LIMIT 1) AS m ON true
        """,
        now=now,
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
            now=time.now(),
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
