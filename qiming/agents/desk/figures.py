"""Figures as the desk shows them: lines over days, classes too few to show. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

LEAST_PEOPLE = 5
WIDTH, FLOOR, TOP, LEFT, RIGHT = 240, 78, 14, 6, 216


@dataclass(frozen=True, slots=True)
class Chart:
    """One measure over days as a line within 240 × 92."""

    name: str
    line: str
    says: str
    top: str
    total: str
    first: date
    last: date


def chart(name: str, unit: str, days: Sequence[date], values: Sequence[float]) -> Chart:
    """`values` for each of `days`, of which there is at least one."""
    top = max(values)
    step = (RIGHT - LEFT) / max(1, len(values) - 1)
    points = [
        f"{LEFT + at * step:.1f} {FLOOR - (FLOOR - TOP) * value / (top or 1):.1f}"
        for at, value in enumerate(values)
    ]
    total = f"{number(sum(values))}{unit}"
    says = f"{name}，{len(days)}天里共{total}，最多的一天{number(top)}{unit}"
    return Chart(name, "M" + "L".join(points), says, number(top), total, days[0], days[-1])


def number(value: float) -> str:
    """A number as people read it: from ten thousand on in 万."""
    if value >= 10_000:
        return f"{value / 10_000:.1f}".removesuffix(".0") + "万"
    return f"{value:.1f}".removesuffix(".0")


def yuan(fen: float) -> str:
    """Money in yuan."""
    return f"{fen / 100:.2f}"


def too_few(people: Mapping[str, int]) -> frozenset[str]:
    """The classes of a school that are not shown, by the number of people who used something: those with fewer than
    `LEAST_PEOPLE`, and one more where a single one could be reckoned from the school's sum."""
    used = {key: n for key, n in people.items() if n}
    few = {key for key, n in used.items() if n < LEAST_PEOPLE}
    if len(few) == 1 and len(used) > 1:
        few.add(min((key for key in used if key not in few), key=lambda key: (used[key], key)))
    return frozenset(few)
