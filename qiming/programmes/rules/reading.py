"""A programme as its file says it, and what makes one unfit: too long a form, a figure nobody knows, a criterion nobody named."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from qiming.programmes.types import Criterion, Duty, Ends, Field, Programme, Status

MOST_PAGES = 10
CHARS_A_PAGE = 900
LINES_A_PAGE = 30


def parse(said: Mapping[str, Any], digest: str) -> Programme:
    """From the data of a file that fits the schema."""
    return Programme(
        key=said["key"],
        title=said["title"],
        says=said["says"],
        rubric=said["rubric"],
        ends=Ends(said["ends"]),
        many=said["many"],
        visit=said["visit"],
        blind=said["blind"],
        places=said["places"],
        source=said["source"],
        status=Status(said["status"]),
        criteria=tuple(
            Criterion(
                one["key"], one["title"], one["source"], Status(one["status"]), tuple(one.get("parts", ()))
            )
            for one in said["criteria"]
        ),
        fields=tuple(Field(**one) for one in said["fields"]),
        open_days=said["clocks"]["open_days"],
        term_years=said["clocks"]["term_years"],
        duties=tuple(Duty(**one) for one in said["duties"]),
        digest=digest,
    )


def pages(programme: Programme) -> int:
    """How many printed pages a form filled to the brim takes: words and lines of figures, rounded up."""
    chars = sum(one.most for one in programme.fields)
    lines = sum(1 for one in programme.fields if not one.most)
    return -(-chars // CHARS_A_PAGE) + -(-lines // LINES_A_PAGE)


def faults(programme: Programme, facts: Collection[str]) -> Iterator[str]:
    """Why this programme can't be called for."""
    if pages(programme) > MOST_PAGES:
        yield f"{programme.key}: 表填满有{pages(programme)}页，最多{MOST_PAGES}页"
    keys = [one.key for one in programme.fields]
    yield from (
        f"{programme.key}: {key} 写了两遍" for key in sorted({one for one in keys if keys.count(one) > 1})
    )
    known = {one.key for one in programme.criteria}
    for one in programme.fields:
        if one.fact and one.fact not in facts:
            yield f"{programme.key}: 平台不知道“{one.fact}”这个数"
        if one.criterion and one.criterion not in known:
            yield f"{programme.key}: {one.key} 说的标准 {one.criterion} 没有列出"
    if programme.ends is Ends.NAMED and not programme.term_years:
        yield f"{programme.key}: 命名要有任期"
