"""What statements name: verbs, activities and agents, each kept once, always in one order so that batches never lock each
other out. Lists travel in binary form (%b): written out as text they cost more than all the rest of a batch.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from qiming.kernel.ids import new_id
from qiming.records.xapi import shape
from qiming.records.xapi.shape import Links, Plain


@dataclass(slots=True)
class _Known:
    """Of what is named, that which is there: keys of verbs, activities with their definitions, agents by identifier."""

    verbs: set[UUID]
    activities: dict[UUID, Plain | None]
    agents: dict[str, UUID]


def keep(cursor: Any, statements: Iterable[Plain], links: list[Links]) -> dict[str, UUID]:
    """Keep what these statements name; returns the numbers of the agents by identifier."""
    verbs = {shape.key_of(iri): iri for iri in {one["verb"]["id"] for one in statements}}
    activities = {shape.key_of(iri): iri for one in links for iri in one.activities}
    agents = {name for one in links for name in one.agents}
    known = _known(cursor, verbs, activities, agents)
    _insert_missing(cursor, "records_xapiverb", verbs, known.verbs)
    _keep_activities(cursor, activities, _said(links), known.activities)
    return known.agents | _make_agents(cursor, agents - known.agents.keys())


def keep_activity(cursor: Any, iri: str) -> None:
    """An activity that a document is about, whether or not a statement ever named it."""
    key = shape.key_of(iri)
    known = _known(cursor, (), (key,), ())
    _insert_missing(cursor, "records_xapiactivity", {key: iri}, known.activities)


def keep_agents(cursor: Any, identifiers: set[str]) -> dict[str, UUID]:
    known = _known(cursor, (), (), identifiers).agents
    return known | _make_agents(cursor, identifiers - known.keys())


def _known(cursor: Any, verbs: Iterable[UUID], activities: Iterable[UUID], agents: Iterable[str]) -> _Known:
    cursor.execute(
        "SELECT 'verb', id, NULL FROM records_xapiverb WHERE id = ANY(%b::uuid[])"
        " UNION ALL SELECT 'activity', id, definition::text FROM records_xapiactivity WHERE id = ANY(%b::uuid[])"
        " UNION ALL SELECT 'agent', id, identifier FROM records_xapiagent WHERE identifier = ANY(%b::text[])",
        [sorted(verbs), sorted(activities), sorted(agents)],
    )
    known = _Known(set(), {}, {})
    for kind, key, text in cursor.fetchall():
        if kind == "verb":
            known.verbs.add(key)
        elif kind == "activity":
            known.activities[key] = text and json.loads(text)
        else:
            known.agents[text] = key
    return known


def _insert_missing(cursor: Any, table: str, wanted: dict[UUID, str], there: Iterable[UUID]) -> None:
    if missing := sorted(wanted.keys() - set(there)):
        cursor.execute(
            f"INSERT INTO {table} (id, iri) SELECT * FROM unnest(%b::uuid[], %b::text[])"  # noqa: S608 - our own table names
            " ON CONFLICT DO NOTHING",
            [missing, [wanted[key] for key in missing]],
        )


def _said(links: list[Links]) -> dict[UUID, Plain]:
    """Definitions of activities, those of a later statement laid over those of an earlier one."""
    said: dict[UUID, Plain] = {}
    for one in links:
        for iri, definition in one.definitions.items():
            key = shape.key_of(iri)
            said[key] = shape.told(said[key], definition) if key in said else definition
    return said


def _keep_activities(
    cursor: Any, wanted: dict[UUID, str], said: dict[UUID, Plain], there: dict[UUID, Plain | None]
) -> None:
    news = sorted(key for key in wanted if key not in there or _adds(said.get(key), there[key]))
    if news:
        cursor.execute(
            "INSERT INTO records_xapiactivity AS a (id, iri, definition)"  # noqa: S608 - built of our own words
            " SELECT id, iri, definition::jsonb FROM unnest(%b::uuid[], %b::text[], %b::text[]) n(id, iri, definition)"
            " ON CONFLICT (id) DO UPDATE"
            f" SET definition = coalesce(a.definition, '{{}}') || EXCLUDED.definition || {_WORDS}"
            " WHERE EXCLUDED.definition IS NOT NULL",
            [
                news,
                [wanted[key] for key in news],
                [shape.text_of(said[key]) if key in said else None for key in news],
            ],
        )


# Of a language map, what one statement says in one language stays beside what another said in another.
_WORDS = " || ".join(
    f"CASE WHEN EXCLUDED.definition ? '{name}' AND a.definition ? '{name}' THEN jsonb_build_object('{name}',"
    f" (a.definition->'{name}') || (EXCLUDED.definition->'{name}')) ELSE '{{}}' END"
    for name in shape.LANGUAGE_MAPS
)


def _adds(said: Plain | None, held: Plain | None) -> bool:
    return said is not None and said != held and (held is None or shape.told(held, said) != held)


def _make_agents(cursor: Any, identifiers: set[str]) -> dict[str, UUID]:
    """Numbers for those nobody knew; another batch may have made one of them meanwhile."""
    if not identifiers:
        return {}
    wanted = sorted(identifiers)
    cursor.execute(
        "INSERT INTO records_xapiagent (id, identifier, created_at)"
        " SELECT *, clock_timestamp() FROM unnest(%b::uuid[], %b::text[]) ON CONFLICT (identifier) DO NOTHING",
        [[new_id() for _ in wanted], wanted],
    )
    return _known(cursor, (), (), wanted).agents
