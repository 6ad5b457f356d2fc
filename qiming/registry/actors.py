"""Who acts: the actor behind an account or a session, with today's grants, in one query."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from qiming.kernel import time
from qiming.kernel.access import Actor, Grant
from qiming.registry.models import Account
from qiming.registry.types import Role

_HELD = """
    FROM registry_account a
    JOIN registry_person p ON p.id = a.person_id
    LEFT JOIN LATERAL (
        SELECT role, scope_path, organisation_id AS at FROM registry_rolegrant
         WHERE person_id = a.person_id AND starts_on <= %(day)s AND (ends_on IS NULL OR ends_on > %(day)s)
        UNION ALL
        SELECT 'pupil', scope_path, class_group_id FROM registry_classmembership
         WHERE person_id = a.person_id AND starts_on <= %(day)s AND (ends_on IS NULL OR ends_on > %(day)s)
        UNION ALL
        SELECT 'guardian', '', ward_id FROM registry_guardianship
         WHERE guardian_id = a.person_id AND starts_on <= %(day)s AND (ends_on IS NULL OR ends_on > %(day)s)
    ) held ON true
"""
_COLUMNS = "a.id, a.person_id, p.name, a.must_change_password, held.role, held.scope_path, held.at"
_BY_ACCOUNT = f"SELECT {_COLUMNS} {_HELD} WHERE a.id = %(account)s AND a.is_active"
_BY_SESSION = (
    f"SELECT {_COLUMNS} {_HELD} JOIN registry_session s ON s.account_id = a.id "
    "WHERE s.session_key = %(key)s AND s.expire_date > %(now)s AND a.is_active"
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The actor of a session, and whether the first password must be changed before anything else."""

    actor: Actor
    must_change_password: bool


def build_actor(account: Account) -> Actor:
    """The actor behind an account as of today: one query."""
    rows = _ask(_BY_ACCOUNT, {"account": account.id, "day": time.today()})
    if not rows:
        return Actor(account_id=account.id, person_id=account.person_id, name="")
    return _signed_in(rows, "").actor


def of_session(session_key: str) -> SignedIn | None:
    """Who is signed in with this session; None when nobody is (any more)."""
    rows = _ask(_BY_SESSION, {"key": session_key, "now": time.now(), "day": time.today()})
    return _signed_in(rows, session_key) if rows else None


def _ask(sql: str, values: dict[str, UUID | date | datetime | str]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _signed_in(rows: list[tuple[Any, ...]], session_key: str) -> SignedIn:
    account_id, person_id, name, must_change = rows[0][:4]
    held = [(role, path, at) for *_, role, path, at in rows if role is not None]
    actor = Actor(
        account_id=account_id,
        person_id=person_id,
        name=name,
        grants=tuple(Grant(role, path, at) for role, path, at in held if role != Role.GUARDIAN),
        wards=frozenset(at for role, _, at in held if role == Role.GUARDIAN),
        session_id=hashlib.sha256(session_key.encode()).hexdigest()[:16] if session_key else "",
    )
    return SignedIn(actor, bool(must_change))
