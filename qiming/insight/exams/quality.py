"""How good items and a paper are: classical test theory in plain Python, said in plain words.

Difficulty is the mean share of full marks (the usual Chinese 难度系数: the higher, the easier). Discrimination is the
correlation of an item with the sum of the others, and the difference between the upper and the lower 27 % (Kelley 1939).
Reliability is Cronbach's alpha (1951). Thresholds in words follow Ebel & Frisbie 1991. Every figure that too few pupils
carry is None and said so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import fmean, pstdev, pvariance

FEW = 10  # below this nothing is said about discrimination or reliability
SOME = 30  # below this it is said that it is a hint only
WING = 0.27
HARD, EASY = 0.4, 0.8
TOO_HARD, TOO_EASY = 0.2, 0.95
ODD_GAP = 3  # pupils

Marks = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Option:
    letter: str
    n: int
    is_key: bool
    upper: int
    lower: int

    @property
    def is_odd(self) -> bool:
        """A wrong answer that the stronger half of the class liked better, or the key that they liked less: by so many
        that one or two pupils' slips don't make it."""
        gap = self.lower - self.upper if self.is_key else self.upper - self.lower
        return gap >= ODD_GAP


@dataclass(frozen=True, slots=True)
class ItemStats:
    """`p` is the mean share of full marks among those who have a mark."""

    label: str
    full: float
    n: int
    p: float | None
    r: float | None
    wings: float | None
    options: tuple[Option, ...] = ()

    @property
    def difficulty_words(self) -> str:
        if self.p is None:
            return "没有得分"
        if self.p < HARD:
            return "很难" if self.p < TOO_HARD else "偏难"
        if self.p > EASY:
            return "几乎都对" if self.p > TOO_EASY else "偏易"
        return "适中"

    @property
    def discrimination_words(self) -> str:
        if self.r is None:
            return "人数太少，不说" if self.p is not None and 0 < self.p < 1 else "看不出来"
        if self.r < 0:
            return "反了：会的人反而错，查一查题和答案"
        return "分得开" if self.r >= 0.3 else "一般" if self.r >= 0.2 else "分不开"

    @property
    def is_doubtful(self) -> bool:
        return self.r is not None and self.r < 0.1


@dataclass(frozen=True, slots=True)
class PaperStats:
    """Shares of the full marks; `alpha` and `sem` are None where they cannot be told."""

    n: int
    whole: int  # pupils with a mark for every item: those alpha rests on
    absent: int
    mean: float | None
    sd: float | None
    alpha: float | None
    sem: float | None  # in marks
    full: float
    items: tuple[ItemStats, ...]
    bars: tuple[tuple[str, int], ...]

    @property
    def spread(self) -> tuple[int, int, int]:
        """How many items are hard, middling, easy."""
        shares = [item.p for item in self.items if item.p is not None]
        hard = sum(one < HARD for one in shares)
        easy = sum(one > EASY for one in shares)
        return hard, len(shares) - hard - easy, easy

    @property
    def alpha_words(self) -> str:
        if self.alpha is None:
            return "题或人太少，说不出这份卷子稳不稳"
        if self.alpha >= 0.8:
            return "稳定：再考一次，结果大致一样"
        if self.alpha >= 0.7:
            return "基本稳定，看全班可以，看一个人要小心"
        return "不太稳定：单看一个人的分数，碰巧的成分不小"

    @property
    def spread_words(self) -> str:
        hard, middle, easy = self.spread
        total = hard + middle + easy
        if not total:
            return ""
        if easy > total / 2:
            return "一半以上的题偏易，看不出谁还差在哪里"
        if hard > total / 2:
            return "一半以上的题偏难，看不出谁会多少"
        return "难易搭配得开"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a paper's statistics are made of. `rows` are the marks of those present, one entry per item; `chosen` their
    letters; `totals` stand for them where there are no items, out of `full`."""

    labels: Sequence[str]
    fulls: Sequence[float]
    rows: Sequence[Marks]
    chosen: Sequence[Sequence[str]] = ()
    keys: Sequence[str] = ()
    absent: int = 0
    totals: Sequence[float] = ()
    full: float = 0.0


def paper_stats(sheet: Sheet) -> PaperStats:
    """Items and the paper as a whole."""
    labels, fulls, rows = sheet.labels, sheet.fulls, sheet.rows
    full = sum(fulls) or sheet.full
    whole = [list(row) for row in rows if labels and all(mark is not None for mark in row)]
    sums = [sum(mark or 0.0 for mark in row) for row in rows] if labels else list(sheet.totals)
    alpha = cronbach(whole) if len(whole) >= FEW else None
    sd = pstdev(sums) if len(sums) > 1 else None
    strength = [_strength(row, fulls) for row in rows]
    return PaperStats(
        n=len(sums),
        whole=len(whole),
        absent=sheet.absent,
        mean=fmean(sums) / full if sums and full else None,
        sd=sd / full if sd is not None and full else None,
        alpha=alpha,
        sem=sd * sqrt(1 - alpha) if alpha is not None and sd is not None and 0 <= alpha <= 1 else None,
        full=full,
        items=tuple(_item(sheet, at, strength) for at in range(len(labels))),
        bars=tuple(_bars([one / full for one in sums])) if full else (),
    )


def cronbach(rows: Sequence[Marks]) -> float | None:
    """Cronbach's alpha of complete rows; None with fewer than two items or when everybody has the same sum."""
    wide = len(rows[0]) if rows else 0
    if wide < 2 or len(rows) < 2:
        return None
    columns = [[float(row[at] or 0.0) for row in rows] for at in range(wide)]
    of_sums = pvariance([sum(float(mark or 0.0) for mark in row) for row in rows])
    if of_sums == 0:
        return None
    return wide / (wide - 1) * (1 - sum(pvariance(column) for column in columns) / of_sums)


def _strength(row: Marks, fulls: Sequence[float]) -> tuple[float, float]:
    """Marks had and marks that could be had among the items with a mark."""
    pairs = [(mark, full) for mark, full in zip(row, fulls, strict=True) if mark is not None]
    return sum(mark for mark, _ in pairs), sum(full for _, full in pairs)


def _item(sheet: Sheet, at: int, strength: Sequence[tuple[float, float]]) -> ItemStats:
    label, full, rows, chosen = sheet.labels[at], sheet.fulls[at], sheet.rows, sheet.chosen
    key = sheet.keys[at] if sheet.keys else ""
    pairs: list[tuple[float, float, str]] = []
    for number, row in enumerate(rows):
        mark = row[at]
        had, could = strength[number]
        if mark is not None and could > full:
            letters = chosen[number][at] if chosen and at < len(chosen[number]) else ""
            pairs.append((mark, (had - mark) / (could - full), letters))
    marks = [row[at] for row in rows if row[at] is not None]
    p = fmean(mark for mark in marks if mark is not None) / full if marks and full else None
    if len(pairs) < FEW:
        return ItemStats(label, full, len(marks), p, None, None, _options(pairs, key))
    ordered = sorted(pairs, key=lambda one: one[1])
    wing = max(1, round(len(ordered) * WING))
    low, high = (fmean(one[0] for one in part) / full for part in (ordered[:wing], ordered[-wing:]))
    r = correlation([one[0] for one in pairs], [one[1] for one in pairs])
    return ItemStats(label, full, len(marks), p, r, high - low, _options(ordered, key))


def correlation(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Pearson's r; None where one side does not vary."""
    mx, my = fmean(xs), fmean(ys)
    above = sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True))
    below = sqrt(sum((x - mx) ** 2 for x in xs) * sum((y - my) ** 2 for y in ys))
    return above / below if below > 1e-12 else None


def _options(pairs: Sequence[tuple[float, float, str]], key: str) -> tuple[Option, ...]:
    """How often each answer was given, by the upper and the lower half."""
    given = [letters for _, _, letters in pairs if letters]
    if not given:
        return ()
    half = len(pairs) // 2
    lower = [letters for _, _, letters in pairs[:half]]
    upper = [letters for _, _, letters in pairs[len(pairs) - half :]]
    return tuple(
        Option(one, given.count(one), sorted(one) == sorted(key), upper.count(one), lower.count(one))
        for one in sorted(set(given))
    )


def _bars(shares: Sequence[float]) -> list[tuple[str, int]]:
    """How many had which part of the full marks; the ends taken together so that no lone pupil stands out."""
    edges = (0.0, 0.4, 0.6, 0.7, 0.8, 0.9, 1.01)
    names = ("四成以下", "四到六成", "六到七成", "七到八成", "八到九成", "九成以上")
    return [
        (name, sum(low <= one + 1e-9 < high for one in shares))
        for name, (low, high) in zip(names, pairwise(edges), strict=True)
    ]
