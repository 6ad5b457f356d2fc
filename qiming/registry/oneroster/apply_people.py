"""What a package writes about people: persons, accounts, seats, cards, posts, families."""

from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import connection

from qiming.kernel import time
from qiming.kernel.ids import new_id
from qiming.registry import secrets
from qiming.registry.models import (
    Account,
    ClassCard,
    ClassMembership,
    Employment,
    GroupMembership,
    Guardianship,
    Person,
    RoleGrant,
    RosterPackage,
)
from qiming.registry.oneroster.compare import FAMILIES, JOBS, POSTS
from qiming.registry.oneroster.ends import BOTH, HOMEROOM, Seats
from qiming.registry.oneroster.sql import Sql, insert, usual

_CARDS_AT_ONCE = 20_000


def write_people(kept: RosterPackage, sql: Sql) -> None:
    synthetic = kept.is_synthetic or kept.place.is_synthetic
    sql.run(
        insert(
            Person,
            {"id": "person_id", "name": "name", "is_synthetic": "%(synthetic)s::bool"},
            "FROM registry_stageduser WHERE package_id = %(package)s::uuid AND fate = 'n'",
        ),
        synthetic=synthetic,
    )
    sql.run(
        """
        UPDATE registry_person p SET name = u.name FROM registry_stageduser u
        WHERE u.package_id = %(package)s::uuid AND u.fate = 'c' AND p.id = u.person_id AND p.name <> u.name
        """
    )


def write_accounts(sql: Sql) -> None:
    """Accounts without a password: pupils come by card, staff and guardians get a first password or come
    through an outside account. A username that is taken or cannot be one is replaced by an invented one."""
    fresh = """
        SELECT u.person_id, u.kind, u.enabled, CASE
            WHEN u.kind = 'p' THEN NULL
            WHEN u.username <> '' AND row_number() OVER (PARTITION BY u.username ORDER BY u.line) = 1
                 AND NOT EXISTS (SELECT 1 FROM registry_account a WHERE a.username = u.username)
            THEN u.username
            ELSE 'u' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 12) END AS username
        FROM registry_stageduser u WHERE u.package_id = %(package)s::uuid AND u.fate = 'n'
    """
    sql.run(
        insert(
            Account,
            {
                "password": "%(no_password)s::text || replace(gen_random_uuid()::text, '-', '')",
                "kind": "CASE kind WHEN 'p' THEN 'pupil' WHEN 's' THEN 'staff' ELSE 'guardian' END",
                "username": "username",
                "person_id": "person_id",
                "is_active": "enabled",
                "must_change_password": "kind <> 'p'",
            },
            f"FROM ({fresh}) AS fresh",
        ),
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


def write_seats(sql: Sql) -> None:
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
    _new_seats(sql, seats, mine)


def _moved_away(sql: Sql) -> None:
    """Former seats at other schools: those schools' lists show the pupil's name no more."""
    sql.run(
        """
        UPDATE registry_classmembership t SET has_moved_away = true
        FROM registry_stagedenrollment e, registry_organisation now, registry_organisation before
        WHERE e.package_id = %(package)s::uuid AND e.role = 'p' AND e.class_kind = 'h' AND e.fate IN ('m', 'r')
          AND now.id = e.class_id AND t.person_id = e.person_id AND t.ends_on IS NOT NULL
          AND NOT t.has_moved_away AND before.id = t.class_group_id AND before.parent_id <> now.parent_id
        """
    )


def _new_seats(sql: Sql, seats: Seats, mine: str) -> None:
    """A class's first list holds from the start of the year, later ones from today; nothing begins before the
    pupil's last seat, or the seat's last pupil, came to an end."""
    home = seats is HOMEROOM
    first = f"""CASE WHEN EXISTS (SELECT 1 FROM {seats.table} o WHERE o.{seats.place} = p.id)
                THEN %(today)s::date ELSE %(begun)s::date END"""
    begins = f"""CASE WHEN e.fate = 'n' THEN coalesce(e.starts, {first})
                 ELSE greatest(%(today)s::date, coalesce(e.starts, %(today)s::date)) END"""
    seat_free = f"""(SELECT max(o.ends_on) FROM {seats.table} o WHERE o.{seats.place} = p.id
                     AND o.seat_no = coalesce(e.given, e.seat))"""
    pupil_free = f"(SELECT max(o.ends_on) FROM {seats.table} o WHERE o.person_id = e.person_id)"
    columns = {
        "scope_path": "p.scope_path",
        "person_id": "e.person_id",
        seats.place: "p.id",
        "seat_no": "coalesce(e.given, e.seat)",
        "starts_on": f"greatest({begins}, {seat_free}, {pupil_free if home else 'NULL'})",
    }
    last = ""
    if home:
        columns["pupil_number_digest"] = "coalesce(u.digest, old.digest)"
        columns["pupil_number_tail"] = (
            "CASE WHEN u.digest IS NULL THEN coalesce(old.tail, '') ELSE u.tail END"
        )
        last = """LEFT JOIN LATERAL (SELECT o.pupil_number_digest AS digest, o.pupil_number_tail AS tail
                  FROM registry_classmembership o WHERE e.fate <> 'n' AND o.person_id = e.person_id
                  ORDER BY o.starts_on DESC LIMIT 1) old ON true"""
    source = f"""FROM registry_stagedenrollment e JOIN registry_organisation p ON p.id = e.class_id
        LEFT JOIN registry_stageduser u ON u.package_id = e.package_id AND u.sid = e.user_sid {last}
        WHERE {mine} AND e.fate IN ('n', 'r', 'm')"""
    model = ClassMembership if home else GroupMembership
    sql.run(insert(model, columns, source), begun=sql.facts["begun"])


def write_cards(sql: Sql) -> None:
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
        usual_columns = {name: value.strip("'") for name, value in usual(ClassCard, _CARD).items()}
        columns, rest = ", ".join((*_CARD, *usual_columns)), "\t".join(usual_columns.values())
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY registry_classcard ({columns}) FROM STDIN") as out,
        ):
            out.write("".join(_card(person_id, path, now, rest) for person_id, path in holders))


_CARD = ("id", "created_at", "issued_at", "scope_path", "person_id", "token_hash")


def _card(person_id: UUID, path: str, now: str, rest: str) -> str:
    card_id = new_id()
    digest = secrets.token_hash(secrets.card_token(card_id, 1))
    return f"{card_id}\t{now}\t{now}\t{path}\t{person_id}\t{digest}\t{rest}\n"


def write_posts(sql: Sql) -> None:
    place = {"scope_path": "p.scope_path", "starts_on": "%(today)s::date"}
    sql.run(
        insert(
            Employment,
            {**place, "person_id": "job.person_id", "school_id": "p.id"},
            f"FROM ({JOBS}) AS job JOIN registry_organisation p ON p.id = job.school_id",
        )
    )
    held = {**place, "organisation_id": "p.id"}
    sql.run(
        insert(
            RoleGrant,
            {**held, "person_id": "e.person_id", "role": "'teacher'"},
            "FROM registry_stagedenrollment e JOIN registry_organisation p ON p.id = e.class_id "
            "WHERE e.package_id = %(package)s::uuid AND e.role = 't' AND e.fate = 'n'",
        )
    )
    if sql.facts["posts"]:
        sql.run(
            insert(
                RoleGrant,
                {**held, "person_id": "post.person_id", "role": "post.role"},
                f"FROM ({POSTS}) AS post JOIN registry_organisation p ON p.id = post.place_id",
            )
        )
    sql.run(
        insert(
            Guardianship,
            {
                "scope_path": "m.scope_path",
                "starts_on": "%(today)s::date",
                "guardian_id": "family.guardian_id",
                "ward_id": "family.ward_id",
            },
            f"""FROM ({FAMILIES}) AS family
            JOIN LATERAL (SELECT scope_path FROM registry_classmembership m WHERE m.person_id = family.ward_id
                          ORDER BY m.ends_on DESC NULLS FIRST, m.starts_on DESC LIMIT 1) AS m ON true""",
        )
    )
