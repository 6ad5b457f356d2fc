"""Months of statements: made ahead, dropped whole when they are old, and statements taken out one by one before that.

Tables partitioned by month have no foreign keys, so whoever takes statements away does it here, where everything that
hangs on one goes with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from qiming.records.models import XapiAgent, XapiAgentLink, XapiStatement

UNDER_WAY: Final = (
    7_310_101  # advisory lock: writing transactions share it, who takes identifiers away has it alone
)
AHEAD: Final = 2
_BY_STORED: Final = ("records_xapistatement", "records_xapiagentlink", "records_xapiactivitylink")
_BY_ID: Final = ("records_xapiattachment", "records_xapireference", "records_xapitakenid")


@dataclass(frozen=True, slots=True)
class Lying:
    """Where a statement lies."""

    id: UUID
    stored: datetime


def make_ahead() -> None:
    """The month that runs and the next ones. A month nobody made in time is made by the first statement in it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT records_xapi_month(now() + n * interval '1 month') FROM generate_series(0, %s) n", [AHEAD]
        )


def about(agents: QuerySet[XapiAgent]) -> QuerySet[XapiStatement]:
    """The statements in which any of these is named."""
    links = XapiAgentLink.objects.filter(
        agent__in=agents, stored=OuterRef("stored"), statement=OuterRef("id")
    )
    return XapiStatement.objects.filter(Exists(links))


def forget(rows: Sequence[Lying]) -> None:
    """Take these statements away with their links, attachments and ids."""
    ids, stored = [one.id for one in rows], [one.stored for one in rows]
    with transaction.atomic(), connection.cursor() as cursor:
        for table in _BY_ID:
            cursor.execute(f"DELETE FROM {table} WHERE statement_id = ANY(%s)", [ids])  # noqa: S608 - our own table names
        for table in _BY_STORED:
            column = "id" if table == _BY_STORED[0] else "statement_id"
            cursor.execute(
                f"DELETE FROM {table} t USING unnest(%s::timestamptz[], %s::uuid[]) w(stored, id)"  # noqa: S608 - as above
                f" WHERE t.stored = w.stored AND t.{column} = w.id",
                [stored, ids],
            )


def forget_before(moment: datetime) -> list[UUID]:
    """Take away what was stored before `moment`: months that ended before it are dropped whole, the rest row by row.
    Returns the ids."""
    with transaction.atomic(), connection.cursor() as cursor:
        gone = _forget_ids(cursor, moment)
        cursor.execute("SELECT records_xapi_drop_months(%s)", [moment])
        for table in _BY_STORED:
            cursor.execute(f"DELETE FROM {table} WHERE stored < %s", [moment])  # noqa: S608 - our own table names
    return gone


def _forget_ids(cursor: Any, moment: datetime) -> list[UUID]:
    cursor.execute(
        "DELETE FROM records_xapiattachment a USING records_xapitakenid t"
        " WHERE a.statement_id = t.statement_id AND t.stored < %s",
        [moment],
    )
    cursor.execute("DELETE FROM records_xapireference WHERE stored < %s", [moment])
    cursor.execute("DELETE FROM records_xapitakenid WHERE stored < %s RETURNING statement_id", [moment])
    return sorted(one for (one,) in cursor.fetchall())


def alone() -> None:
    """Within a transaction: wait until no batch is under way and let none begin. Identifiers are taken away only so:
    a link to one that goes would be found by nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [UNDER_WAY])
