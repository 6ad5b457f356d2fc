"""Writing statements, always inside the transaction of the act they tell of."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction

from qiming.kernel.ids import new_id
from qiming.kernel.time import now
from qiming.records import rules
from qiming.records.models import Statement
from qiming.records.types import Act
from qiming.records.verbs import OWN


class InvalidAct(ValueError):
    """A room described an act that makes no valid statement: a mistake in code, so nothing is written."""


def record(acts: Sequence[Act]) -> list[UUID]:
    """Write one statement for each act; the caller's transaction keeps act and statement together."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record() is part of an act: call it inside the act's transaction")
    stored = now()
    home = home_page()
    rows = []
    for act in acts:
        statement_id = act.statement_id or new_id()
        raw = rules.build(act, statement_id=statement_id, stored=stored, home_page=home)
        if found := rules.problems(raw):
            raise InvalidAct(f"{found[0].pointer} {found[0].rule}")
        rows.append(
            Statement(
                id=statement_id,
                created_at=stored,
                scope_path=act.scope_path,
                actor_person=act.actor_person,
                verb=act.verb,
                object_kind=act.object_kind,
                object_id=str(act.object_id),
                period_id=_uuid(act.context.get("period_id")),
                timestamp=act.at,
                stored=stored,
                raw=raw,
            )
        )
    Statement.objects.bulk_create(rows)
    return [row.id for row in rows]


def home_page() -> str:
    """The home page of the accounts by which statements name our people."""
    return str(getattr(settings, "QIMING_HOME_PAGE", OWN))


def _uuid(value: object) -> UUID | None:
    return value if isinstance(value, UUID) or value is None else UUID(str(value))
