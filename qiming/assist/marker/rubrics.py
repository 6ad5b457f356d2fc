"""What gives points: criteria, each with ideas that an answer may say in several ways. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MOST_CRITERIA, MOST_IDEAS, MOST_WAYS, LONGEST = 8, 12, 12, 60
MOST_POINTS = 20


@dataclass(frozen=True, slots=True)
class Criterion:
    """`points` for saying `need` of the ideas (all when 0), in this order when `in_order`.

    An idea is a tuple of ways to say it. `wrong`: what nobody may say who has understood.
    """

    key: str
    text: str
    points: int
    ideas: tuple[tuple[str, ...], ...] = ()
    need: int = 0
    in_order: bool = False
    wrong: tuple[str, ...] = ()

    @property
    def needed(self) -> int:
        return min(self.need, len(self.ideas)) if self.need else len(self.ideas)


def to_data(criteria: Iterable[Criterion]) -> list[dict[str, Any]]:
    """The form in which a rubric is stored."""
    return [
        {
            "key": one.key,
            "text": one.text,
            "points": one.points,
            "ideas": [list(ways) for ways in one.ideas],
            "need": one.need,
            "in_order": one.in_order,
            "wrong": list(one.wrong),
        }
        for one in criteria
    ]


def from_data(rows: Iterable[Mapping[str, Any]]) -> tuple[Criterion, ...]:
    """What `to_data` stored."""
    return tuple(
        Criterion(
            str(row["key"]),
            str(row["text"]),
            int(row["points"]),
            tuple(tuple(map(str, ways)) for ways in row.get("ideas", ())),
            int(row.get("need", 0)),
            bool(row.get("in_order", False)),
            tuple(map(str, row.get("wrong", ()))),
        )
        for row in rows
    )
