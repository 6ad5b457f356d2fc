"""Shares with intervals, gates on the worse bound, paired comparison, agreement. Pure.

All intervals are 95 % and two-sided. Sources: Wilson, JASA 22 (1927) 209; Bonett and Price, J. Educ. Behav. Stat. 37
(2012) 479, for a paired difference; McNemar's test in its exact form; Cohen, Educ. Psychol. Meas. 20 (1960) 37 with
the standard error of Fleiss, Cohen and Everitt, Psychol. Bull. 72 (1969) 323; order statistics for quantiles.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, comb, floor, sqrt
from typing import Final

Z: Final = 1.959963984540054  # 97.5 % of the normal distribution


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its interval, from `n` observations."""

    value: float
    low: float
    high: float
    n: int


def wilson(hits: int, n: int) -> Estimate:
    """The share `hits` of `n`. With nothing seen, nothing is known: 0 to 1."""
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n}")
    if n == 0:
        return Estimate(0.0, 0.0, 1.0, 0)
    share, z2 = hits / n, Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == n else min(1.0, middle + half)
    return Estimate(share, low, high, n)


def least_n(gate: float, better: str) -> int | None:
    """With how many cases a gate can be passed at all: when not one goes wrong. None: with no number of them.

    The worse bound of a share with no failures in `n` is z²/(n+z²) failures.
    """
    allowed = gate if better == "less" else 1 - gate
    if allowed <= 0:
        return None
    if allowed >= 1:
        return 0
    return ceil(Z * Z * (1 - allowed) / allowed)


def quantile(values: Sequence[float], share: float) -> Estimate:
    """The `share` quantile (nearest rank) with bounds from order statistics; `values` need not be sorted.

    Where so few values say nothing about a bound, it is infinite above and 0 below.
    """
    if not 0 < share < 1:
        raise ValueError(f"no quantile: {share}")
    n = len(values)
    if n == 0:
        return Estimate(0.0, 0.0, float("inf"), 0)
    ranked = sorted(values)
    half = Z * sqrt(n * share * (1 - share))
    below, above = floor(n * share - half), ceil(n * share + half) + 1
    low = ranked[below - 1] if below >= 1 else 0.0
    high = ranked[above - 1] if above <= n else float("inf")
    return Estimate(ranked[max(1, ceil(n * share)) - 1], low, high, n)


@dataclass(frozen=True, slots=True)
class PairedChange:
    """The same cases on two versions: `gained` failed before and pass now, `lost` the other way round."""

    n: int
    gained: int
    lost: int
    difference: float  # share passed now minus before
    low: float
    high: float
    p: float  # exact McNemar, two-sided


def paired(before: Sequence[bool], after: Sequence[bool]) -> PairedChange:
    """How much more often the same cases pass. Raises `ValueError` when the two are not of one length."""
    if len(before) != len(after):
        raise ValueError("not the same cases")
    n = len(before)
    gained = sum(now and not then for then, now in zip(before, after, strict=True))
    lost = sum(then and not now for then, now in zip(before, after, strict=True))
    if n == 0:
        return PairedChange(0, 0, 0, 0.0, -1.0, 1.0, 1.0)
    up, down = (gained + 1) / (n + 2), (lost + 1) / (n + 2)
    half = Z * sqrt((up + down - (up - down) ** 2) / (n + 2))
    low, high = max(-1.0, up - down - half), min(1.0, up - down + half)
    return PairedChange(n, gained, lost, (gained - lost) / n, low, high, mcnemar(gained, lost))


def mcnemar(gained: int, lost: int) -> float:
    """Two-sided exact p: how often a fair coin is at least as one-sided."""
    n = gained + lost
    if n == 0:
        return 1.0
    tail = sum(comb(n, one) for one in range(min(gained, lost) + 1))
    # Whole numbers divided: a power of two of thousands of tosses is too large for a float.
    tosses: int = 2**n
    return min(1.0, 2 * tail / tosses)


def kappa(one: Sequence[str], other: Sequence[str]) -> Estimate:
    """Cohen's kappa of two markers of the same things; 1 is full agreement, 0 is chance.

    When both gave one and the same mark throughout, chance alone would agree too: value 1 with the interval -1 to 1.
    """
    if len(one) != len(other):
        raise ValueError("not the same things were marked")
    n = len(one)
    if n == 0:
        return Estimate(0.0, -1.0, 1.0, 0)
    cells = Counter(zip(one, other, strict=True))
    words = sorted({*one, *other})
    rows = {word: sum(cells[word, to] for to in words) / n for word in words}
    columns = {word: sum(cells[by, word] for by in words) / n for word in words}
    seen = sum(cells[word, word] for word in words) / n
    chance = sum(rows[word] * columns[word] for word in words)
    if chance == 1:
        return Estimate(1.0, -1.0, 1.0, n)
    value = (seen - chance) / (1 - chance)
    agreed = sum(
        cells[word, word] / n * (1 - (rows[word] + columns[word]) * (1 - value)) ** 2 for word in words
    )
    # The column's share stands with the row's mark and the other way round: so in the source.
    apart = (1 - value) ** 2 * sum(
        cells[a, b] / n * (columns[a] + rows[b]) ** 2 for a in words for b in words if a != b
    )
    spread = agreed + apart - (value - chance * (1 - value)) ** 2
    half = Z * sqrt(max(0.0, spread) / n) / (1 - chance)
    return Estimate(value, max(-1.0, value - half), min(1.0, value + half), n)


def repeat_agreement(rounds: Sequence[Sequence[bool]]) -> Estimate:
    """Over cases asked several times: the share with the same outcome every time. Cases asked once say nothing."""
    several = [one for one in rounds if len(one) > 1]
    return wilson(sum(len(set(one)) == 1 for one in several), len(several))
