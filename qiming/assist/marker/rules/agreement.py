"""How far the marker and the teacher agree, and what the marker may do by it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of `n` answers that both gave points: shares with the same points and at most one apart; Cohen's kappa with
    quadratic weights (None when nothing varies)."""

    n: int
    exact: float
    within_one: float
    kappa: float | None

    @property
    def exact_percent(self) -> int:
        return round(self.exact * 100)

    @property
    def within_percent(self) -> int:
        return round(self.within_one * 100)


class May(StrEnum):
    """What the marker may do with a question of a class."""

    OFF = "off"  # the teacher switched it off: words are marked, no points shown
    TRIAL = "trial"  # too few compared: the teacher gives points first, the machine's are shown folded
    ON = "on"  # points are filled in for the teacher to look at
    BELOW = "below"  # compared and not good enough: no points shown; comparing goes on

    @property
    def zh(self) -> str:
        return {"off": "关着", "trial": "试批", "on": "预批", "below": "停着"}[self.value]


def agreement(pairs: Sequence[tuple[int, int]]) -> Agreement:
    """`pairs`: (machine's total, teacher's total)."""
    n = len(pairs)
    if n == 0:
        return Agreement(0, 0.0, 0.0, None)
    exact = sum(one == other for one, other in pairs) / n
    near = sum(abs(one - other) <= 1 for one, other in pairs) / n
    return Agreement(n, exact, near, _kappa(pairs))


def _kappa(pairs: Sequence[tuple[int, int]]) -> float | None:
    """1 - observed over expected squared distance."""
    n = len(pairs)
    seen = sum((one - other) ** 2 for one, other in pairs) / n
    by_chance = sum((one - other) ** 2 for one, _ in pairs for _, other in pairs) / (n * n)
    return None if by_chance == 0 else round(1 - seen / by_chance, 3)


def may(found: Agreement, *, is_on: bool, first: int, bar_percent: int) -> May:
    """`first`: how many answers are compared before the marker fills in points; `bar_percent`: the least share with
    the same points."""
    if not is_on:
        return May.OFF
    if found.n < first:
        return May.TRIAL
    return May.ON if found.exact * 100 >= bar_percent else May.BELOW
