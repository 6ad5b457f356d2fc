"""Finding statements of other systems: every filter of xAPI is a walk along one index, newest first or oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Sum
from django.db.models.functions import Length

from qiming.records.models import XapiAttachment
from qiming.records.xapi import shape
from qiming.records.xapi.shape import VOIDED_KEY

MOST = 500
_NOT_VOIDED = "(s.verb_id = %s OR NOT EXISTS (SELECT 1 FROM records_xapistatement v WHERE v.refers_to = s.id AND v.verb_id = %s))"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `after`: where the page before ended. `key`: only what came by this key."""

    agent: str | None = None  # an identifier, as `shape.identifier_of` writes it
    verb: str | None = None
    activity: str | None = None
    registration: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    related_agents: bool = False
    related_activities: bool = False
    ascending: bool = False
    limit: int = MOST
    after: tuple[datetime, UUID] | None = None
    key: UUID | None = None

    @property
    def has_filter(self) -> bool:
        return any((self.agent, self.verb, self.activity, self.registration))


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    stored: datetime
    text: str


def search(asked: Asked) -> tuple[list[Row], bool]:
    """One page, and whether more follow. A statement that refers to one that matches is found too."""
    parts, values = [], []
    for through in (False, True) if asked.has_filter else (False,):
        sql, given = _branch(asked, through=through)
        parts.append(f"({sql})")
        values += given
    order = _order(asked)
    sql = (
        f"SELECT s.id, s.stored, s.raw::text FROM (SELECT id, stored FROM ({' UNION '.join(parts)}) u"  # noqa: S608 - built of our own words
        f" ORDER BY stored {order}, id {order} LIMIT %s) p"
        f" JOIN records_xapistatement s ON s.id = p.id ORDER BY s.stored {order}, s.id {order}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, asked.limit + 1])
        rows = [Row(*row) for row in cursor.fetchall()]
    return rows[: asked.limit], len(rows) > asked.limit


def _order(asked: Asked) -> str:
    return "ASC" if asked.ascending else "DESC"


def _branch(asked: Asked, *, through: bool) -> tuple[str, list[Any]]:
    """The statements that match, or (`through`) those that refer to one that matches."""
    target = "t" if through else "s"
    tables, where = ["records_xapistatement s"], list[str]()
    values: list[Any] = []
    walk = "s.stored", "s.id"
    if through:
        tables.append("JOIN records_xapistatement t ON t.id = s.refers_to")
    if asked.agent is not None:
        tables.append(f"JOIN records_xapiagentlink la ON la.statement_id = {target}.id")
        where.append("la.agent_id = (SELECT id FROM records_xapiagent WHERE identifier = %s)")
        where += [] if asked.related_agents else ["la.direct"]
        values.append(asked.agent)
        walk = walk if through else ("la.stored", "la.statement_id")
    if asked.activity is not None:
        tables.append(f"JOIN records_xapiactivitylink lb ON lb.statement_id = {target}.id")
        where.append("lb.activity_id = %s")
        where += [] if asked.related_activities else ["lb.direct"]
        values.append(shape.key_of(asked.activity))
        walk = ("lb.stored", "lb.statement_id") if walk[0] == "s.stored" and not through else walk
    if asked.verb is not None:
        where.append(f"{target}.verb_id = %s")
        values.append(shape.key_of(asked.verb))
    if asked.registration is not None:
        where.append(f"{target}.registration = %s")
        values.append(asked.registration)
    _bounds(asked, walk, where, values)
    where.append(_NOT_VOIDED)
    values += [VOIDED_KEY, VOIDED_KEY]
    order = _order(asked)
    return (
        f"SELECT s.id, s.stored FROM {' '.join(tables)} WHERE {' AND '.join(where)}"  # noqa: S608 - built of our own words
        f" ORDER BY {walk[0]} {order}, {walk[1]} {order} LIMIT %s",
        [*values, asked.limit + 1],
    )


def _bounds(asked: Asked, walk: tuple[str, str], where: list[str], values: list[Any]) -> None:
    for sign, bound in ((">", asked.since), ("<=", asked.until)):
        if bound is not None:
            where.append(f"{walk[0]} {sign} %s")
            values.append(bound)
    if asked.key is not None:
        where.append("s.key_id = %s")
        values.append(asked.key)
    if asked.after is not None:
        where.append(f"({walk[0]}, {walk[1]}) {'>' if asked.ascending else '<'} (%s, %s)")
        values += asked.after


def one(statement_id: UUID, *, voided: bool, key: UUID | None) -> Row | None:
    """A statement by its id: one that stands, or (`voided`) one that was voided."""
    standing = _NOT_VOIDED if not voided else f"NOT {_NOT_VOIDED}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, s.stored, s.raw::text FROM records_xapistatement s"  # noqa: S608 - built of our own words
            f" WHERE s.id = %s AND (%s::uuid IS NULL OR s.key_id = %s) AND {standing}",
            [statement_id, key, key, VOIDED_KEY, VOIDED_KEY],
        )
        found = cursor.fetchone()
    return Row(*found) if found else None


@dataclass(frozen=True, slots=True)
class Content:
    """Of an attachment."""

    sha2: str
    media_type: str
    body: bytes


def within(rows: list[Row], budget_bytes: int) -> list[Row]:
    """As many of the rows from the first on as have contents that fit into the budget together; one at least."""
    sizes = dict(
        XapiAttachment.objects.filter(statement__in=[row.id for row in rows])
        .values_list("statement")
        .annotate(size=Sum(Length("body")))
    )
    total = 0
    for index, row in enumerate(rows):
        total += sizes.get(row.id, 0)
        if index and total > budget_bytes:
            return rows[:index]
    return rows


def contents(rows: list[Row]) -> list[Content]:
    """The contents of the attachments of these statements, each once."""
    found = XapiAttachment.objects.filter(statement__in=[row.id for row in rows]).order_by("id")
    once = {one.sha2: one for one in found.iterator()}.values()
    return [Content(one.sha2, one.media_type, bytes(one.body)) for one in once]
