"""Finding passages: the database finds and counts, `ranking` orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection

from qiming.agents.knowledge import ranking
from qiming.agents.knowledge.types import Kind, Passage, State
from qiming.agents.knowledge.words import asked, pairs
from qiming.kernel import time

MOST = 50
MOST_TYPED = 1000  # characters of a question that are looked at
_WEIGHED = 80
# What a pupil of a stage is shown: what was written for it and for younger ones.
_READABLE = {
    "primary": ("", "primary"),
    "junior": ("", "primary", "junior"),
    "senior": ("", "primary", "junior", "senior"),
}

_COUNT = """
    SELECT word, (SELECT count(*) FROM agents_chunk WHERE words @@ ('''' || word || '''')::tsquery AND kind = ANY(%(kinds)s))
    FROM unnest(%(words)s::text[]) AS word
"""
_FIND = """
    SELECT c.id, c.document_id, c.kind, d.title, d.version, c.place, c.text, c.target, d.issued_by, d.number, d.issued_on,
           d.licence, d.stage, d.scope_path, d.key,
           (SELECT sum(u.weight * ts_rank('{0.2, 0.5, 0.7, 1.0}', c.words, u.query::tsquery))
            FROM unnest(%(queries)s::text[], %(weights)s::float[]) AS u(query, weight)) AS said,
           ARRAY(SELECT word FROM unnest(%(words)s::text[], %(queries)s::text[]) AS m(word, query)
                 WHERE c.words @@ m.query::tsquery) AS matched
    FROM agents_chunk c JOIN agents_document d ON d.id = c.document_id
    WHERE c.words @@ %(any)s::tsquery AND c.kind = ANY(%(kinds)s) AND d.state = %(state)s
      AND (d.valid_from IS NULL OR d.valid_from <= %(today)s) AND (d.valid_until IS NULL OR d.valid_until >= %(today)s)
      AND EXISTS (SELECT 1 FROM unnest(%(here)s::text[]) AS h WHERE starts_with(h, d.scope_path)) AND d.stage = ANY(%(stages)s)
    ORDER BY said DESC, c.id LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class _Asked:
    words: tuple[str, ...]
    weights: dict[str, float]
    pairs: frozenset[str]

    @property
    def whole(self) -> float:
        return sum(self.weights.values())


def search(
    kinds: Iterable[Kind],
    text: str,
    *,
    stage: str | None = None,
    scope_path: str | Iterable[str] = "",
    limit: int = 5,
) -> tuple[Passage, ...]:
    """The passages that fit `text` best, best first: of these kinds, in force today, for this stage (None: any) and this
    place (several: what holds at any of them). A school's own version of a step comes in place of the city's."""
    wanted = sorted({kind.value for kind in kinds})
    question = _asked(text[:MOST_TYPED], wanted)
    if not question.words:
        return ()
    here = [scope_path] if isinstance(scope_path, str) else sorted(scope_path)
    rows = _rows(question, wanted, stage, here)
    texts = [
        pairs(f"{row[3]} {row[5]} {row[6]}") for row in rows
    ]  # the document's title, the place, the text
    weights = ranking.pair_weights(question.pairs, texts)
    found = [_passage(row, question, weights, text) for row, text in zip(rows, texts, strict=True)]
    found.sort(key=lambda one: (-one.score, one.id.bytes))
    return tuple(_nearest(found))[: min(limit, MOST)]


def _asked(text: str, kinds: Sequence[str]) -> _Asked:
    said = asked(text)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM agents_chunk WHERE kind = ANY(%s)", [list(kinds)])
        total = int(cursor.fetchone()[0])
        cursor.execute(_COUNT, {"words": list(said), "kinds": list(kinds)})
        found_in = dict(cursor.fetchall())
    weights = {word: ranking.weight(word, found_in.get(word, 0), total) for word in said}
    return _Asked(said, weights, pairs(text))


def _rows(question: _Asked, kinds: list[str], stage: str | None, here: list[str]) -> list[tuple[Any, ...]]:
    queries = [
        f"'{word}'" for word in question.words
    ]  # words hold letters and figures alone: nothing to escape
    values: dict[str, str | int | date | list[str] | list[float]] = {
        "words": list(question.words),
        "queries": queries,
        "weights": [question.weights[word] for word in question.words],
        "any": " | ".join(queries),
        "kinds": kinds,
        "state": State.IN_FORCE.value,
        "today": time.today(),
        "here": here,
        "stages": list(_READABLE[stage] if stage else ("", "primary", "junior", "senior")),
        "most": _WEIGHED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIND, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _passage(
    row: tuple[Any, ...], question: _Asked, pair_weights: Mapping[str, float], text_pairs: frozenset[str]
) -> Passage:
    *facts, said, matched = row
    found = Passage(*facts)
    shared = ranking.coverage(question.pairs & text_pairs, pair_weights)
    return replace(
        found,
        kind=Kind(found.kind),
        coverage=ranking.coverage(matched, question.weights),
        score=ranking.score(float(said or 0), question.whole, shared),
    )


def _nearest(found: Sequence[Passage]) -> list[Passage]:
    """Without what a nearer place says in its own words: of one target the longest path wins."""
    own: dict[str, str] = {}
    for one in found:
        if one.target and len(one.scope_path) >= len(own.get(one.target, "")):
            own[one.target] = one.scope_path
    return [one for one in found if not one.target or one.scope_path == own[one.target]]
