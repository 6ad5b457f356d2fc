"""From signs to a chance that can be read: a sum of curves, one for each sign, through a logistic.

Each curve is piecewise linear over at most eight knots (a generalised additive model, Hastie & Tibshirani 1990), fitted
by Newton's method with a penalty on bends; refitted nightly. What a sign adds to the log-odds is the explanation.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numba import prange
from numpy.typing import NDArray

from qiming.mastery.answers.table import Floats, Ints
from qiming.mastery.compiled import compiled, compiled_parallel
from qiming.mastery.tracer.signs import SIGNS, Group

KNOTS = 8
BENDS, SIZE = 4.0, 0.02
ROUNDS, SETTLED = 12, 1e-5
PARTS = 8
MOST_ROWS = 1_000_000
Signs = NDArray[np.float32]


class Curves(NamedTuple):
    """`knots` of the signs one after another, those of sign j from `begins[j]` to `begins[j + 1]` (none when the sign
    never varied); `heights` of the curves there."""

    knots: Floats
    begins: Ints
    heights: Floats


@dataclass(frozen=True)
class Readout:
    """The curves, the `level` of all, and what each sign adds on average, `usual` [sign]."""

    curves: Curves
    level: float
    usual: Floats

    def chances(self, signs: Signs) -> Floats:
        """[answer] from signs [answer, sign]."""
        return np.asarray(1 / (1 + np.exp(-(self.level + _sum(self.curves, signs)))))

    def reasons(self, signs: Signs) -> dict[Group, float]:
        """For one answer's signs: what each group adds to the log-odds beyond what it adds on average."""
        each = _each(self.curves, signs.reshape(1, -1))[0] - self.usual
        out = dict.fromkeys(Group, 0.0)
        for (_, group), added in zip(SIGNS, each, strict=True):
            out[group] += float(added)
        return out


def fit_readout(signs: Signs, correct: Ints, knots: int = KNOTS) -> Readout:
    """signs [answer, sign], correct [answer]. With all answers alike the chance is their smoothed share."""
    if len(correct) > MOST_ROWS:
        step = -(-len(correct) // MOST_ROWS)
        signs, correct = signs[::step], correct[::step]
    at, begins = _knots_of(signs, knots)
    heights = np.zeros(len(at))
    share = (correct.sum() + 1) / (len(correct) + 2)
    level = float(np.log(share / (1 - share)))
    if len(at) and 0 < correct.sum() < len(correct):
        penalty = _penalty(at, begins)
        for _ in range(ROUNDS):
            slope, bend = _newton(Curves(at, begins, heights), level, signs, correct)
            move = np.linalg.solve(bend + penalty, slope - penalty @ np.append(heights, level))
            heights, level = heights + move[:-1], level + float(move[-1])
            if np.abs(move).max() < SETTLED:
                break
    curves = Curves(at, begins, heights)
    return Readout(curves, level, _each(curves, signs).mean(axis=0))


def _knots_of(signs: Signs, most: int) -> tuple[Floats, Ints]:
    """Knots at equal shares of the answers; a sign that is the same everywhere gets none."""
    knots, begins = [], [0]
    for column in signs.T:
        places = np.unique(np.quantile(column.astype(np.float64), np.linspace(0.02, 0.98, most)))
        if len(places) < 2:
            places = np.unique(column)[[0, -1]].astype(np.float64)
        if places[0] == places[-1]:
            places = places[:0]
        knots.append(places)
        begins.append(begins[-1] + len(places))
    return np.concatenate(knots), np.array(begins, np.int64)


def _penalty(knots: Floats, begins: Ints) -> Floats:
    """Quadratic form over (heights, level): bends cost `BENDS`, heights a little; the level is free."""
    size = len(knots)
    out = np.zeros((size + 1, size + 1))
    out[np.arange(size), np.arange(size)] = SIZE
    for begin, end in pairwise(begins):
        for k in range(begin + 1, end - 1):
            left, right = knots[k] - knots[k - 1], knots[k + 1] - knots[k]
            bend = np.zeros(size + 1)
            bend[k - 1], bend[k + 1] = right / (left + right), left / (left + right)
            bend[k] = -1.0
            out += BENDS * np.outer(bend, bend)
    return out


@compiled
def _place(knots: Floats, begin: int, end: int, x: float) -> tuple[int, float]:
    """The knot to the left of x and how far x lies towards the next; outside, the curve goes on level."""
    if x <= knots[begin]:
        return begin, 0.0
    if x >= knots[end - 1]:
        return end - 2, 1.0
    k = begin
    while x >= knots[k + 1]:
        k += 1
    return k, (x - knots[k]) / (knots[k + 1] - knots[k])


@compiled
def _added(curves: Curves, signs: NDArray[np.float32]) -> float:
    """What the curves add for one answer's signs [sign]."""
    knots, begins, heights = curves
    total = 0.0
    for j in range(len(begins) - 1):
        if begins[j + 1] > begins[j]:
            k, t = _place(knots, begins[j], begins[j + 1], signs[j])
            total += heights[k] * (1 - t) + heights[k + 1] * t
    return total


@compiled
def chance_of(curves: Curves, level: float, signs: NDArray[np.float32]) -> float:
    """For one answer's signs [sign]."""
    return float(1 / (1 + np.exp(-(level + _added(curves, signs)))))


@compiled_parallel
def _sum(curves: Curves, signs: Signs) -> Floats:
    out = np.zeros(len(signs))
    for row in prange(len(signs)):
        out[row] = _added(curves, signs[row])
    return out


@compiled
def _each(curves: Curves, signs: Signs) -> Floats:
    knots, begins, heights = curves
    out = np.zeros(signs.shape)
    for row in range(len(signs)):
        for j in range(len(begins) - 1):
            if begins[j + 1] > begins[j]:
                k, t = _place(knots, begins[j], begins[j + 1], signs[row, j])
                out[row, j] = heights[k] * (1 - t) + heights[k + 1] * t
    return out


@compiled_parallel
def _newton(curves: Curves, level: float, signs: Signs, correct: Ints) -> tuple[Floats, Floats]:
    """Slope and negative bend of the log likelihood over (heights, level), summed in parts side by side."""
    knots, begins, heights = curves
    size = len(knots) + 1
    slopes, bends = np.zeros((PARTS, size)), np.zeros((PARTS, size, size))
    for part in prange(PARTS):
        touched, share = np.zeros(2 * len(begins), np.int64), np.zeros(2 * len(begins))
        for row in range(part, len(signs), PARTS):
            count, total = 0, level
            for j in range(len(begins) - 1):
                if begins[j + 1] > begins[j]:
                    k, t = _place(knots, begins[j], begins[j + 1], signs[row, j])
                    touched[count], share[count] = k, 1 - t
                    touched[count + 1], share[count + 1] = k + 1, t
                    total += heights[k] * (1 - t) + heights[k + 1] * t
                    count += 2
            touched[count], share[count] = size - 1, 1.0
            p = 1 / (1 + np.exp(-total))
            curve = p * (1 - p)
            for a in range(count + 1):
                if share[a] != 0.0:
                    slopes[part, touched[a]] += share[a] * (correct[row] - p)
                    scaled = share[a] * curve
                    for b in range(a, count + 1):
                        bends[part, touched[a], touched[b]] += scaled * share[b]
    slope, upper = slopes.sum(axis=0), bends.sum(axis=0)
    bend = upper + upper.T
    for x in range(size):
        bend[x, x] -= upper[x, x]
    return slope, bend
