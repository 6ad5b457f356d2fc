"""Writing statements of other systems: a batch is one transaction, and an id is taken once.

Locks are taken in one order (verbs, activities, agents, statements, each sorted), so that batches that meet wait for
each other and never lock each other out. The moment of storing is given by the database after the batch has said that it
is under way (`consistent_through`), and never goes back, whatever the machine's clock does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from qiming.kernel.ids import new_id
from qiming.records.models import XapiAttachment
from qiming.records.xapi import attachments, shape
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

    sent = [shape.tidy(one) for one in statements]
    ids = [UUID(one["id"]) if "id" in one else new_id() for one in sent]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [UNDER_WAY])
        cursor.execute("SELECT records_xapi_moments(%s)", [len(sent)])
        first: datetime = cursor.fetchone()[0]
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


def _write(
    cursor: Any, ready: list[_Ready], sent: list[Plain], holder: Holder, refuse: Callable[[NotKept], None]
) -> set[UUID]:
    _keep_verbs(cursor, {one.statement["verb"]["id"] for one in ready})
    _keep_activities(cursor, [one.links for one in ready])
    agents = keep_agents(cursor, {name for one in ready for name in one.links.agents})
    fresh = _insert(cursor, ready, holder)
    if len(fresh) < len(ready):
        again = {one.id: (one.index, sent[one.index]) for one in ready if one.id not in fresh}
        _compare(cursor, again, refuse)
    _link(cursor, [one for one in ready if one.id in fresh], agents)
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


def _keep_verbs(cursor: Any, iris: Iterable[str]) -> None:
    _insert_missing(cursor, "records_xapiverb", {shape.key_of(iri): iri for iri in iris})


def _insert_missing(cursor: Any, table: str, wanted: dict[UUID, str]) -> None:
    keys = sorted(wanted)
    cursor.execute(f"SELECT id FROM {table} WHERE id = ANY(%s)", [keys])  # noqa: S608 - our own table names
    there = {key for (key,) in cursor.fetchall()}
    if missing := [key for key in keys if key not in there]:
        cursor.execute(
            f"INSERT INTO {table} (id, iri) SELECT * FROM unnest(%s::uuid[], %s::text[])"  # noqa: S608 - as above
            " ON CONFLICT DO NOTHING",
            [missing, [wanted[key] for key in missing]],
        )


def keep_activity(cursor: Any, iri: str) -> None:
    """An activity that a document is about, whether or not a statement ever named it."""
    _insert_missing(cursor, "records_xapiactivity", {shape.key_of(iri): iri})


def _keep_activities(cursor: Any, links: list[Links]) -> None:
    wanted = {shape.key_of(iri): iri for one in links for iri in one.activities}
    said: dict[UUID, Plain] = {}
    for one in links:
        for iri, definition in one.definitions.items():
            key = shape.key_of(iri)
            said[key] = shape.told(said.get(key), definition)
    keys = sorted(wanted)
    cursor.execute("SELECT id, definition FROM records_xapiactivity WHERE id = ANY(%s)", [keys])
    there = {key: json.loads(held) if isinstance(held, str) else held for key, held in cursor.fetchall()}
    news = [key for key in keys if key not in there or _adds(said.get(key), there[key])]
    if news:
        cursor.execute(
            "INSERT INTO records_xapiactivity AS a (id, iri, definition)"  # noqa: S608 - built of our own words
            " SELECT * FROM unnest(%s::uuid[], %s::text[], %s::jsonb[]) ON CONFLICT (id) DO UPDATE"
            f" SET definition = coalesce(a.definition, '{{}}') || EXCLUDED.definition || {_WORDS}"
            " WHERE EXCLUDED.definition IS NOT NULL",
            [
                news,
                [wanted[key] for key in news],
                [_text(said[key]) if key in said else None for key in news],
            ],
        )


# Of a language map, what one statement says in one language stays beside what another said in another.
_WORDS = " || ".join(
    f"CASE WHEN EXCLUDED.definition ? '{name}' AND a.definition ? '{name}' THEN jsonb_build_object('{name}',"
    f" (a.definition->'{name}') || (EXCLUDED.definition->'{name}')) ELSE '{{}}' END"
    for name in shape.LANGUAGE_MAPS
)


def _adds(said: Plain | None, held: Plain | None) -> bool:
    return said is not None and (held is None or shape.told(held, said) != held)


def keep_agents(cursor: Any, identifiers: set[str]) -> dict[str, UUID]:
    wanted = sorted(identifiers)
    known = _agents(cursor, wanted)
    if missing := [one for one in wanted if one not in known]:
        cursor.execute(
            "INSERT INTO records_xapiagent (id, identifier, created_at)"
            " SELECT *, clock_timestamp() FROM unnest(%s::uuid[], %s::text[]) ON CONFLICT (identifier) DO NOTHING",
            [[new_id() for _ in missing], missing],
        )
        known |= _agents(cursor, missing)
    return known


def _agents(cursor: Any, identifiers: list[str]) -> dict[str, UUID]:
    cursor.execute("SELECT identifier, id FROM records_xapiagent WHERE identifier = ANY(%s)", [identifiers])
    return dict(cursor.fetchall())


def _insert(cursor: Any, ready: list[_Ready], holder: Holder) -> set[UUID]:
    """Take the ids, then write the statements whose id was free; returns those."""
    rows = sorted(ready, key=lambda one: one.id)
    cursor.execute(
        "INSERT INTO records_xapitakenid (statement_id, stored) SELECT * FROM unnest(%s::uuid[], %s::timestamptz[])"
        " ON CONFLICT DO NOTHING RETURNING statement_id",
        [[one.id for one in rows], [one.stored for one in rows]],
    )
    fresh = {statement_id for (statement_id,) in cursor.fetchall()}
    new = [one for one in ready if one.id in fresh]
    if new:
        cursor.execute(
            "INSERT INTO records_xapistatement (id, stored, verb_id, registration, raw, key_id)"
            " SELECT *, %s::uuid FROM unnest(%s::uuid[], %s::timestamptz[], %s::uuid[], %s::uuid[], %s::jsonb[])",
            [
                holder.id,
                [one.id for one in new],
                [one.stored for one in new],
                [shape.key_of(one.statement["verb"]["id"]) for one in new],
                [_registration(one.statement) for one in new],
                [_text(one.statement) for one in new],
            ],
        )
    _refer(cursor, new)
    return fresh


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


def _link(cursor: Any, ready: list[_Ready], agents: dict[str, UUID]) -> None:
    for table, column, rows in (
        (
            "records_xapiagentlink",
            "agent_id",
            [(one, agents[name], direct) for one in ready for name, direct in one.links.agents.items()],
        ),
        (
            "records_xapiactivitylink",
            "activity_id",
            [
                (one, shape.key_of(iri), direct)
                for one in ready
                for iri, direct in one.links.activities.items()
            ],
        ),
    ):
        if rows:
            cursor.execute(
                f"INSERT INTO {table} (statement_id, stored, {column}, direct)"  # noqa: S608 - our own names
                " SELECT * FROM unnest(%s::uuid[], %s::timestamptz[], %s::uuid[], %s::bool[])",
                [
                    [one.id for one, _, _ in rows],
                    [one.stored for one, _, _ in rows],
                    [key for _, key, _ in rows],
                    [direct for _, _, direct in rows],
                ],
            )


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def consistent_through() -> datetime:
    """Up to which moment every stored statement can be read: nothing that is stored later will lie before it. Now (to a
    tenth of a second), or the beginning of the oldest batch under way; if the clock went back, where it was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_xapi_through(%s)", [UNDER_WAY])
        found: datetime = cursor.fetchone()[0]
    return found
