"""Finding statements of other systems: every filter of xAPI is a walk along one index, newest first or oldest first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Sum
from django.db.models.functions import Length

from qiming.records.models import XapiAttachment
from qiming.records.xapi import shape

MOST = 500
# A voiding statement cannot be voided itself, whichever of the two came first.
_NOT_VOIDED = (
    "NOT EXISTS (SELECT 1 FROM records_xapireference v WHERE v.target = {id} AND v.voids"
    " AND NOT EXISTS (SELECT 1 FROM records_xapireference w WHERE w.statement_id = {id} AND w.voids))"
)


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
    key: UUID
    text: str


def search(asked: Asked) -> tuple[list[Row], bool]:
    """One page, and whether more follow. A statement that refers to one that matches is found too: beyond the end of a
    full page nobody needs to look for those, and mostly there are none before it."""
    with connection.cursor() as cursor:
        found = _walk(cursor, asked, through=False)
        if asked.has_filter:
            near = _up_to(asked, found[-1][0]) if len(found) > asked.limit else asked
            if _somebody_refers(cursor, near):
                found += _walk(cursor, near, through=True)
        page = sorted(set(found), reverse=not asked.ascending)[: asked.limit + 1]
        texts = _texts(cursor, page[: asked.limit])
    return [texts[one] for one in page[: asked.limit] if one in texts], len(page) > asked.limit


Mark = tuple[datetime, UUID]


def _walk(cursor: Any, asked: Asked, *, through: bool) -> list[Mark]:
    sql, values = _branch(asked, through=through)
    cursor.execute(sql, values)
    return [(stored, statement_id) for statement_id, stored in cursor.fetchall()]


def _up_to(asked: Asked, last: datetime) -> Asked:
    """The same, no further than `last`."""
    if asked.ascending:
        return replace(asked, until=min(asked.until or last, last))
    before = last - timedelta(microseconds=1)
    return replace(asked, since=max(asked.since or before, before))


def _somebody_refers(cursor: Any, asked: Asked) -> bool:
    """Whether any statement of that time is about another one."""
    cursor.execute(
        "SELECT EXISTS (SELECT 1 FROM records_xapireference"
        " WHERE stored > coalesce(%s::timestamptz, '-infinity') AND stored <= coalesce(%s::timestamptz, 'infinity'))",
        [asked.since, asked.until],
    )
    return bool(cursor.fetchone()[0])


def _texts(cursor: Any, page: list[Mark]) -> dict[Mark, Row]:
    """The statements themselves, looked for in the months of the page alone."""
    if not page:
        return {}
    stored = [one for one, _ in page]
    cursor.execute(
        "SELECT s.id, s.stored, s.key_id, s.raw::text FROM records_xapistatement s"
        " JOIN unnest(%b::timestamptz[], %b::uuid[]) p(stored, id) ON s.stored = p.stored AND s.id = p.id"
        " WHERE s.stored >= %s AND s.stored <= %s",
        [stored, [key for _, key in page], min(stored), max(stored)],
    )
    return {(row.stored, row.id): row for row in (Row(*one) for one in cursor.fetchall())}


def _order(asked: Asked) -> str:
    return "ASC" if asked.ascending else "DESC"


def _branch(asked: Asked, *, through: bool) -> tuple[str, list[Any]]:
    """The statements that match, or (`through`) those that refer to one that matches.

    Each table is joined by moment and id, so that only the partition of that month is looked into."""
    tables, where = list[str](), list[str]()
    values: list[Any] = []
    # What is found: where its moment and id stand. What must match: the same, or where the target lies.
    walk = match = ("", "")
    if through:
        tables += ["records_xapireference r", "JOIN records_xapitakenid k ON k.statement_id = r.target"]
        walk, match = ("r.stored", "r.statement_id"), ("k.stored", "k.statement_id")

    def joined(table: str, alias: str, column: str) -> None:
        nonlocal walk, match
        if match[0]:
            on = f"{alias}.stored = {match[0]} AND {alias}.{column} = {match[1]}"
            tables.append(f"JOIN {table} {alias} ON {on}")
        else:
            tables.append(f"{table} {alias}")
            walk = match = (f"{alias}.stored", f"{alias}.{column}")

    if asked.agent is not None:
        joined("records_xapiagentlink", "la", "statement_id")
        where.append("la.agent_id = (SELECT id FROM records_xapiagent WHERE identifier = %s)")
        where += [] if asked.related_agents else ["la.direct"]
        values.append(asked.agent)
    if asked.activity is not None:
        joined("records_xapiactivitylink", "lb", "statement_id")
        where.append("lb.activity_id = %s")
        where += [] if asked.related_activities else ["lb.direct"]
        values.append(shape.key_of(asked.activity))
    if asked.verb is not None or asked.registration is not None or not match[0]:
        joined("records_xapistatement", "t", "id")
    if asked.verb is not None:
        where.append("t.verb_id = %s")
        values.append(shape.key_of(asked.verb))
    if asked.registration is not None:
        where.append("t.registration = %s")
        values.append(asked.registration)
    if asked.key is not None:
        match = walk
        joined("records_xapistatement", "o", "id")
        where.append("o.key_id = %s")
        values.append(asked.key)
    _bounds(asked, walk, where, values)
    where.append(_NOT_VOIDED.format(id=walk[1]))
    order = _order(asked)
    return (
        f"SELECT {walk[1]} AS id, {walk[0]} AS stored FROM {' '.join(tables)} WHERE {' AND '.join(where)}"  # noqa: S608 - built of our own words
        f" ORDER BY {walk[0]} {order}, {walk[1]} {order} LIMIT %s",
        [*values, asked.limit + 1],
    )


def _bounds(asked: Asked, walk: tuple[str, str], where: list[str], values: list[Any]) -> None:
    for sign, bound in ((">", asked.since), ("<=", asked.until)):
        if bound is not None:
            where.append(f"{walk[0]} {sign} %s")
            values.append(bound)
    if asked.after is not None:
        where.append(f"({walk[0]}, {walk[1]}) {'>' if asked.ascending else '<'} (%s, %s)")
        values += asked.after


def one(statement_id: UUID, *, voided: bool, key: UUID | None) -> Row | None:
    """A statement by its id: one that stands, or (`voided`) one that was voided."""
    standing = _NOT_VOIDED.format(id="s.id")
    standing = f"NOT {standing}" if voided else standing
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, s.stored, s.key_id, s.raw::text FROM records_xapitakenid k"  # noqa: S608 - built of our own words
            " JOIN records_xapistatement s ON s.stored = k.stored AND s.id = k.statement_id"
            f" WHERE k.statement_id = %s AND (%s::uuid IS NULL OR s.key_id = %s) AND {standing}",
            [statement_id, key, key],
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
