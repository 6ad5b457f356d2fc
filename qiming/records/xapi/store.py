"""Writing statements of other systems: a batch is one transaction, and an id is taken once.

Locks are taken in one order (verbs, activities, agents, statements, each sorted), so that batches that meet wait for
each other and never lock each other out. The moment of storing is given by the database after the batch has said that it
is under way (`consistent_through`), and never goes back, whatever the machine's clock does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from qiming.kernel.ids import new_id
from qiming.records.models import XapiAttachment
from qiming.records.services import home_page
from qiming.records.xapi import attachments, named, people, shape
from qiming.records.xapi.keys import Holder
from qiming.records.xapi.months import UNDER_WAY
from qiming.records.xapi.shape import VOIDED_KEY, Links, Plain
from qiming.records.xapi.validate_values import Finding


class NotKept(Exception):
    """A good statement that this store cannot take: where it stands in the batch, and which rule says so."""

    def __init__(self, index: int, finding: Finding, status: int = 400) -> None:
        super().__init__(f"{finding.pointer} {finding.says}")
        self.index = index
        self.finding = finding
        self.status = status


@dataclass(slots=True)
class _Ready:
    index: int  # its place in the batch
    id: UUID
    stored: datetime
    statement: Plain
    links: Links


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a batch: the ids in order, which of them are new, and what was refused, by its place."""

    ids: list[UUID]
    fresh: set[UUID]
    refused: dict[int, NotKept]


def keep(
    statements: Sequence[Plain],
    *,
    holder: Holder,
    version: str,
    contents: Mapping[str, bytes] = MappingProxyType({}),
    lenient: bool = False,
) -> Kept:
    """Write checked statements with distinct ids. Those already there are left as they are.
    `contents`: of attachments, by digest in small letters.

    Raises `NotKept` for the first that cannot be taken, and then nothing is written; when `lenient`, those are named in
    what is returned and the others are written.
    """
    refused: dict[int, NotKept] = {}

    def refuse(why: NotKept) -> None:
        if not lenient:
            raise why
        refused.setdefault(why.index, why)

    def unknown(index: int, pointer: str) -> None:
        says = "is not the internal number of a person of this platform"
        refuse(NotKept(index, Finding(pointer, "agent.unknown_person", says)))

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s), records_xapi_moments(%s)", [UNDER_WAY, len(statements)]
        )
        first: datetime = cursor.fetchone()[1]
        sent = people.hide([shape.tidy(one) for one in statements], home_page(), unknown, cursor)
        ids = [UUID(one["id"]) if "id" in one else new_id() for one in sent]
        _check_voiding(cursor, sent, refuse)
        ready = []
        for index, (statement_id, one) in enumerate(zip(ids, sent, strict=True)):
            if index in refused:
                continue
            stored = first + timedelta(microseconds=index)
            whole = {"id": str(statement_id), **one}
            whole = shape.complete(whole, stored=stored, authority=holder.authority, version=version)
            ready.append(_Ready(index, statement_id, stored, whole, shape.links_of(whole)))
        fresh = _write(cursor, ready, sent, holder, refuse)
        _keep_contents([one for one in ready if one.id in fresh], contents)
    return Kept(ids, fresh, refused)


def enter() -> None:
    """Within a transaction: say that something is being written. An erasure waits for it, and it for an erasure."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [UNDER_WAY])


def _write(
    cursor: Any, ready: list[_Ready], sent: list[Plain], holder: Holder, refuse: Callable[[NotKept], None]
) -> set[UUID]:
    if not ready:
        return set()
    agents = named.keep(cursor, [one.statement for one in ready], [one.links for one in ready])
    fresh = _insert(cursor, ready, holder, agents)
    if len(fresh) < len(ready):
        again = {one.id: (one.index, sent[one.index]) for one in ready if one.id not in fresh}
        _compare(cursor, again, refuse)
    return fresh


def _keep_contents(fresh: list[_Ready], contents: Mapping[str, bytes]) -> None:
    if contents:
        XapiAttachment.objects.bulk_create(
            XapiAttachment(statement_id=one.id, sha2=digest, media_type=kind, body=contents[digest])
            for one in fresh
            for digest, kind in attachments.of(one.statement).items()
            if digest in contents
        )


def _check_voiding(cursor: Any, sent: list[Plain], refuse: Callable[[NotKept], None]) -> None:
    """What is to be voided is no voiding statement itself. (Voiding a second time changes nothing and is accepted.)"""
    voiding = {
        index: target
        for index, one in enumerate(sent)
        if shape.key_of(one["verb"]["id"]) == VOIDED_KEY and (target := shape.refers_to(one))
    }
    if not voiding:
        return
    cursor.execute(
        "SELECT statement_id FROM records_xapireference WHERE statement_id = ANY(%s) AND voids",
        [list(voiding.values())],
    )
    there = {target for (target,) in cursor.fetchall()}
    for index, target in voiding.items():
        if target in there:
            refuse(NotKept(index, Finding("/object/id", "voiding.target", "is a voiding statement")))


# Lists travel in binary form (%b), as in `named`. An id that was taken before brings nothing else with it.
_KEEP = """
WITH fresh AS (
    INSERT INTO records_xapitakenid (statement_id, stored) SELECT * FROM unnest(%b::uuid[], %b::timestamptz[])
    ON CONFLICT DO NOTHING RETURNING statement_id
), kept AS (
    INSERT INTO records_xapistatement (id, stored, verb_id, registration, raw, key_id)
    SELECT n.id, n.stored, n.verb, n.registration, n.raw::jsonb, %s::uuid
    FROM unnest(%b::uuid[], %b::timestamptz[], %b::uuid[], %b::uuid[], %b::text[]) n(id, stored, verb, registration, raw)
    JOIN fresh ON fresh.statement_id = n.id
), agents AS (
    INSERT INTO records_xapiagentlink (statement_id, stored, agent_id, direct)
    SELECT n.* FROM unnest(%b::uuid[], %b::timestamptz[], %b::uuid[], %b::bool[]) n(statement_id, stored, agent, direct)
    JOIN fresh USING (statement_id)
), activities AS (
    INSERT INTO records_xapiactivitylink (statement_id, stored, activity_id, direct)
    SELECT n.* FROM unnest(%b::uuid[], %b::timestamptz[], %b::uuid[], %b::bool[]) n(statement_id, stored, activity, direct)
    JOIN fresh USING (statement_id)
)
SELECT statement_id FROM fresh
"""


def _insert(cursor: Any, ready: list[_Ready], holder: Holder, agents: dict[str, UUID]) -> set[UUID]:
    """Take the ids, in their order; write the statements whose id was free, with their links. Returns those ids."""
    taken = sorted((one.id, one.stored) for one in ready)
    about = [(one, agents[name], direct) for one in ready for name, direct in one.links.agents.items()]
    things = [
        (one, shape.key_of(iri), direct) for one in ready for iri, direct in one.links.activities.items()
    ]
    cursor.execute(
        _KEEP,
        [
            [key for key, _ in taken],
            [stored for _, stored in taken],
            holder.id,
            [one.id for one in ready],
            [one.stored for one in ready],
            [shape.key_of(one.statement["verb"]["id"]) for one in ready],
            [_registration(one.statement) for one in ready],
            [shape.text_of(one.statement) for one in ready],
            *_columns(about),
            *_columns(things),
        ],
    )
    fresh = {statement_id for (statement_id,) in cursor.fetchall()}
    _refer(cursor, [one for one in ready if one.id in fresh])
    return fresh


def _columns(links: list[tuple[_Ready, UUID, bool]]) -> list[list[Any]]:
    return [
        [one.id for one, _, _ in links],
        [one.stored for one, _, _ in links],
        [key for _, key, _ in links],
        [direct for _, _, direct in links],
    ]


def _refer(cursor: Any, new: list[_Ready]) -> None:
    rows = [(one, target) for one in new if (target := shape.refers_to(one.statement))]
    if rows:
        cursor.execute(
            "INSERT INTO records_xapireference (statement_id, stored, target, voids)"
            " SELECT * FROM unnest(%s::uuid[], %s::timestamptz[], %s::uuid[], %s::bool[])",
            [
                [one.id for one, _ in rows],
                [one.stored for one, _ in rows],
                [target for _, target in rows],
                [shape.key_of(one.statement["verb"]["id"]) == VOIDED_KEY for one, _ in rows],
            ],
        )


def _registration(statement: Plain) -> UUID | None:
    given = statement.get("context", {}).get("registration")
    return UUID(given) if given else None


def _compare(cursor: Any, again: dict[UUID, tuple[int, Plain]], refuse: Callable[[NotKept], None]) -> None:
    cursor.execute(
        "SELECT s.id, s.raw::text FROM records_xapitakenid k"
        " JOIN records_xapistatement s ON s.stored = k.stored AND s.id = k.statement_id WHERE k.statement_id = ANY(%s)",
        [list(again)],
    )
    for statement_id, kept in cursor.fetchall():
        index, given = again[statement_id]
        if not shape.same({"id": str(statement_id), **given}, json.loads(kept)):
            refuse(NotKept(index, Finding("/id", "statement.conflict", "another statement has this id"), 409))


def consistent_through() -> datetime:
    """Up to which moment every stored statement can be read: nothing that is stored later will lie before it. Now (to a
    tenth of a second), or the beginning of the oldest batch under way; if the clock went back, where it was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_xapi_through(%s)", [UNDER_WAY])
        found: datetime = cursor.fetchone()[0]
    return found
