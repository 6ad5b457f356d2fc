"""Asking the index."""

from dataclasses import dataclass

from django.db import connection

from qiming.curriculum.search.words import in_titles, letters, query

MOST = 60
WEIGHED = 1000
# A common word stands in half of everything: so many are weighed and no more, those with it in the title first.
# Among equals courses come before lessons, lessons before concepts, items last.
_BY_WORDS = """
    WITH titled AS (
        SELECT * FROM curriculum_searchentry
        WHERE words @@ to_tsquery('simple', %(titled)s) AND kind = ANY(%(kinds)s) LIMIT %(weighed)s
    ), said AS (
        SELECT * FROM curriculum_searchentry
        WHERE words @@ to_tsquery('simple', %(query)s) AND kind = ANY(%(kinds)s)
        LIMIT greatest(%(weighed)s - (SELECT count(*) FROM titled), 0)
    )
    SELECT kind, target, title, place FROM (SELECT * FROM titled UNION SELECT * FROM said) AS found
    ORDER BY ts_rank('{0.1, 0.2, 0.4, 1.0}', words, to_tsquery('simple', %(query)s)) DESC,
             array_position(ARRAY['course', 'lesson', 'concept', 'item'], kind), title, target
    LIMIT %(most)s
"""
_BY_LETTERS = """
    SELECT kind, target, title, place FROM curriculum_searchentry
    WHERE (initials LIKE %(start)s OR pinyin LIKE %(start)s) AND kind = ANY(%(kinds)s)
    ORDER BY array_position(ARRAY['course', 'lesson', 'concept', 'item'], kind), length(title), title, target
    LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. `target` is what its page's address needs: a key, an id, or lesson id # item key."""

    kind: str
    target: str
    title: str
    place: str


def find(text: str, kinds: tuple[str, ...], *, most: int = MOST) -> list[Hit]:
    """What fits `text`, best first, of these kinds only; Latin letters alone are tried as pinyin as well."""
    hits: dict[tuple[str, str], Hit] = {}
    if spelled := letters(text):
        for hit in _ask(_BY_LETTERS, {"start": f"{spelled}%"}, kinds, most):
            hits[hit.kind, hit.target] = hit
    if asked := query(text):
        for hit in _ask(
            _BY_WORDS, {"query": asked, "titled": in_titles(asked), "weighed": WEIGHED}, kinds, most
        ):
            hits.setdefault((hit.kind, hit.target), hit)
    return list(hits.values())[:most]


def _ask(sql: str, values: dict[str, str | int], kinds: tuple[str, ...], most: int) -> list[Hit]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values | {"kinds": list(kinds), "most": most})
        return [Hit(*row) for row in cursor.fetchall()]
