"""What changed between the test before a course and the parallel one after it: class level, with honest doubt.

The unit is the pupil: of the items that ask one concept, the share answered right. Of pupils who took both tests the
mean of (after − before) is told with its 95 % interval by Student's t; below ten pupils no interval is told, because
one pupil's good or bad day would decide it. Items are parallel by their authors' judgement, not equated by data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

LEAST = 10  # pupils for whom a gain is told with its interval
# Two-sided 95 % quantiles of Student's t by degrees of freedom; between two rows the smaller row's (the wider) holds.
T95 = (
    (9, 2.262),
    (10, 2.228),
    (12, 2.179),
    (15, 2.131),
    (20, 2.086),
    (25, 2.060),
    (30, 2.042),
    (40, 2.021),
    (60, 2.0),
)


@dataclass(frozen=True, slots=True)
class Gain:
    """Shares from 0 to 1; `low` and `high` are None where too few pupils took both tests."""

    pupils: int
    items: int
    before: float
    after: float
    low: float | None = None
    high: float | None = None

    @property
    def change(self) -> float:
        return self.after - self.before

    @property
    def is_seen(self) -> bool | None:
        """Whether a change can be told from chance; None where nothing can be said."""
        if self.low is None or self.high is None:
            return None
        return self.low > 0 or self.high < 0


def gain(pairs: Sequence[tuple[float, float]], items: int) -> Gain:
    """`pairs` are (before, after) shares of pupils who took both tests."""
    if not pairs:
        return Gain(0, items, 0.0, 0.0)
    before, after = fmean(one for one, _ in pairs), fmean(one for _, one in pairs)
    plain = Gain(len(pairs), items, before, after)
    if len(pairs) < LEAST:
        return plain
    differences = [late - early for early, late in pairs]
    half = t95(len(pairs) - 1) * stdev(differences) / sqrt(len(pairs))
    mean = after - before
    return Gain(plain.pupils, items, before, after, max(-1.0, mean - half), min(1.0, mean + half))


def t95(degrees: int) -> float:
    """The quantile for `degrees` of freedom, never too small."""
    return next((value for at, value in reversed(T95) if at <= degrees), T95[0][1])


def pairs_of(
    before: Mapping[str, int], after: Mapping[str, int], pupils: Sequence[str], items: int
) -> list[tuple[float, float]]:
    """Shares of these pupils; who took the test and left an item empty had it not right."""
    return [(before.get(one, 0) / items, after.get(one, 0) / items) for one in pupils] if items else []
