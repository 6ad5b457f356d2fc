"""Who acts: the actor behind an account or a session, with today's grants, in one query."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from qiming.kernel import time
from qiming.kernel.access import Actor, Grant, Raised
from qiming.registry.models import Account
from qiming.registry.types import Role

_HELD = """
    FROM registry_account a
    JOIN registry_person p ON p.id = a.person_id
    LEFT JOIN LATERAL (
        SELECT role, scope_path, organisation_id AS at, 0 AS rank FROM registry_rolegrant
         WHERE person_id = a.person_id AND starts_on <= %(day)s AND (ends_on IS NULL OR ends_on > %(day)s)
        UNION ALL
        SELECT 'alliance_head', m.scope_path, m.school_id, 0
          FROM registry_rolegrant g
          JOIN registry_alliance al ON al.lead_id = g.organisation_id
          JOIN registry_alliancemember m ON m.alliance_id = al.id AND m.state = 'accepted'
         WHERE g.person_id = a.person_id AND g.role = 'school_head'
           AND g.starts_on <= %(day)s AND (g.ends_on IS NULL OR g.ends_on > %(day)s)
           AND al.starts_on <= %(day)s AND (al.ends_on IS NULL OR al.ends_on > %(day)s)
           AND m.starts_on <= %(day)s AND (m.ends_on IS NULL OR m.ends_on > %(day)s)
        UNION ALL
        SELECT 'pupil', scope_path, class_group_id, 1 FROM registry_classmembership
         WHERE person_id = a.person_id AND starts_on <= %(day)s AND (ends_on IS NULL OR ends_on > %(day)s)
        UNION ALL
        SELECT 'pupil', scope_path, group_id, 2 FROM registry_groupmembership
         WHERE person_id = a.person_id AND starts_on <= %(day)s AND (ends_on IS NULL OR ends_on > %(day)s)
        UNION ALL
        SELECT 'guardian', '', ward_id, 3 FROM registry_guardianship
         WHERE guardian_id = a.person_id AND starts_on <= %(day)s AND (ends_on IS NULL OR ends_on > %(day)s)
    ) held ON true
"""
_COLUMNS = "a.id, a.person_id, p.name, a.must_change_password, held.rank, held.role, held.scope_path, held.at"
_BY_ACCOUNT = f"SELECT {_COLUMNS} {_HELD} WHERE a.id = %(account)s AND a.is_active"
# Emergency powers hold in the session in which they were taken, and while it is signed in.
_RAISED = """
    (SELECT json_agg(json_build_array(e.id, e.power, e.scope_path, e.subject_id, e.ends_at) ORDER BY e.ends_at)
       FROM registry_emergencypower e
      WHERE e.holder_id = a.person_id AND e.ended_at IS NULL AND e.ends_at > %(now)s
        AND e.session_id = %(session)s)
"""
_BY_SESSION = f"""
    SELECT {_COLUMNS}, s.has_second_factor, s.proven_at, s.seen_at, {_RAISED}
    {_HELD} JOIN registry_session s ON s.account_id = a.id
    WHERE s.session_key = %(key)s AND s.expire_date > %(now)s AND a.is_active
      AND (s.idle_minutes IS NULL OR s.seen_at > %(now)s - make_interval(mins => s.idle_minutes))
"""
_SESSION_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The actor of a session, and how far the session may be trusted.

    `must_change_password`: a given password must be changed before anything else. `has_second_factor`: the
    session was opened with one. `proven_at`: when its owner was last asked to prove who they are.
    """

    actor: Actor
    must_change_password: bool
    has_second_factor: bool = False
    proven_at: datetime | None = None
    seen_at: datetime | None = None


def build_actor(account: Account) -> Actor:
    """The actor behind an account as of today: one query."""
    rows = _ask(_BY_ACCOUNT, {"account": account.id, "day": time.today()})
    if not rows:
        return Actor(account_id=account.id, person_id=account.person_id, name="")
    return _actor(rows)


def session_mark(session_key: str) -> str:
    """By what an actor's session is told from others; the key itself stays in the cookie and its table."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:16]


def of_session(session_key: str) -> SignedIn | None:
    """Who is signed in with this session; None when nobody is (any more)."""
    mark = session_mark(session_key)
    rows = _ask(_BY_SESSION, {"key": session_key, "now": time.now(), "day": time.today(), "session": mark})
    if not rows:
        return None
    has_second_factor, proven_at, seen_at, raised = rows[0][-_SESSION_COLUMNS:]
    actor = _actor([row[:-_SESSION_COLUMNS] for row in rows])
    actor = replace(actor, session_id=mark, raised=_raised(raised or []))
    return SignedIn(actor, bool(rows[0][3]), has_second_factor, proven_at, seen_at)


def _ask(sql: str, values: dict[str, UUID | date | datetime | str]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _raised(listed: list[list[str]]) -> tuple[Raised, ...]:
    return tuple(
        Raised(UUID(key), power, path, UUID(person) if person else None, datetime.fromisoformat(until))
        for key, power, path, person, until in listed
    )


def _actor(rows: list[tuple[Any, ...]]) -> Actor:
    account_id, person_id, name = rows[0][:3]
    # By rank, so that a pupil's class always comes before the pupil's teaching groups.
    ranked = sorted((row[4:] for row in rows if row[4] is not None), key=lambda held: held[0])
    held = [(role, path, at) for _, role, path, at in ranked]
    return Actor(
        account_id=account_id,
        person_id=person_id,
        name=name,
        grants=tuple(Grant(role, path, at) for role, path, at in held if role != Role.GUARDIAN),
        wards=frozenset(at for role, _, at in held if role == Role.GUARDIAN),
    )
