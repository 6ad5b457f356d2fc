"""Item response theory: one ability, items with a difficulty and, in the 2PL, a slope.

P(right | θ) = 1 / (1 + exp(-(a θ + d))), θ ~ N(0, 1); a = 1 for all items in the Rasch model. Fitted by marginal maximum
likelihood with EM over a grid of θ (Bock & Aitkin 1981); weak priors keep items with few answers in bounds.
"""

from typing import NamedTuple

import numpy as np

from qiming.mastery.answers.table import AnswerTable, BadAnswers, Floats, Ints
from qiming.mastery.compiled import compiled

GRID = np.linspace(-4.5, 4.5, 61)
ROUNDS, ENOUGH, STEPS = 200, 1e-3, 4
SLOPE_SPREAD, LEVEL_SPREAD = 0.5, 2.0
FLATTEST, STEEPEST = 0.2, 4.0


class Response(NamedTuple):
    """`slope` and `level` [item] (difficulty is -level / slope), log likelihood of the answers, rounds taken."""

    slope: Floats
    level: Floats
    log_likelihood: float
    rounds: int

    def chances(self, theta: Floats) -> Floats:
        """[θ, item]."""
        return np.asarray(1 / (1 + np.exp(-(np.outer(theta, self.slope) + self.level))))


def normal_weights(grid: Floats = GRID) -> Floats:
    """The share of students near each θ of the grid."""
    weight = np.exp(-0.5 * grid**2)
    return np.asarray(weight / weight.sum())


def first_answers(table: AnswerTable) -> AnswerTable:
    """Each student's first answer to each item: what comes after a look at the solution measures something else."""
    key = table.student * table.items + table.item
    kept = np.zeros(table.rows, bool)
    kept[np.unique(key, return_index=True)[1]] = True
    return table.of(kept)


def fit_response(table: AnswerTable, *, slopes: bool = True) -> Response:
    """2PL, or Rasch without `slopes`, from first answers. Raises BadAnswers when fewer than two items were answered."""
    answers = first_answers(table)
    if len(np.unique(answers.item)) < 2:
        raise BadAnswers("至少要有两道题的作答")
    share = (np.bincount(answers.item, answers.correct, minlength=table.items) + 1) / (
        np.bincount(answers.item, minlength=table.items) + 2
    )
    slope, level = np.ones(table.items), np.log(share / (1 - share))
    prior, before, now, turn = normal_weights(), -np.inf, -np.inf, 0
    for turn in range(1, ROUNDS + 1):
        p = 1 / (1 + np.exp(-(np.outer(slope, GRID) + level[:, None])))
        now, right, seen = _expect(answers.begins(), answers.item, answers.correct, p, prior)
        if now - before < ENOUGH and turn > 2:
            break
        before = now
        slope, level = _maximise(slope, level, right, seen, slopes)
    return Response(slope, level, float(now), turn)


@compiled
def _expect(
    begins: Ints, item: Ints, correct: Ints, p: Floats, prior: Floats
) -> tuple[float, Floats, Floats]:
    """Log likelihood, and for each item and θ how many are expected to have been right, and to have answered."""
    right, seen = np.zeros(p.shape), np.zeros(p.shape)
    good, bad = np.log(p), np.log1p(-p)
    total = 0.0
    for person in range(len(begins) - 1):
        weight = np.log(prior)
        for row in range(begins[person], begins[person + 1]):
            weight += good[item[row]] if correct[row] == 1 else bad[item[row]]
        top = weight.max()
        weight = np.exp(weight - top)
        total += np.log(weight.sum()) + top
        weight /= weight.sum()
        for row in range(begins[person], begins[person + 1]):
            seen[item[row]] += weight
            if correct[row] == 1:
                right[item[row]] += weight
    return total, right, seen


def _maximise(
    slope: Floats, level: Floats, right: Floats, seen: Floats, slopes: bool
) -> tuple[Floats, Floats]:
    """A few Newton steps for every item at once; priors: log a ~ N(0, 0.5²), d ~ N(0, 2²)."""
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-(np.outer(slope, GRID) + level[:, None])))
        surplus, curve = right - seen * p, seen * p * (1 - p)
        g_level = surplus.sum(axis=1) - level / LEVEL_SPREAD**2
        h_level = curve.sum(axis=1) + 1 / LEVEL_SPREAD**2
        if not slopes:
            level = level + np.clip(g_level / h_level, -1, 1)
            continue
        # in log a, so that a stays above 0
        g_slope = slope * (surplus @ GRID) - np.log(slope) / SLOPE_SPREAD**2
        h_slope = slope**2 * (curve @ GRID**2) + 1 / SLOPE_SPREAD**2
        h_both = slope * (curve @ GRID)
        whole = h_slope * h_level - h_both**2
        step_slope = (h_level * g_slope - h_both * g_level) / whole
        step_level = (h_slope * g_level - h_both * g_slope) / whole
        slope = np.clip(slope * np.exp(np.clip(step_slope, -0.5, 0.5)), FLATTEST, STEEPEST)
        level = level + np.clip(step_level, -1, 1)
    return slope, level


def abilities(table: AnswerTable, fitted: Response) -> tuple[Floats, Floats]:
    """Expected θ and its standard error [student code] from all the student's first answers (EAP, Bock & Mislevy 1982)."""
    answers = first_answers(table)
    weight = np.tile(np.log(normal_weights()), (table.students, 1))
    p = fitted.chances(GRID).T
    marked = answers.correct[:, None] == 1
    said = np.where(marked, np.log(p)[answers.item], np.log1p(-p)[answers.item])
    np.add.at(weight, answers.student, said)
    weight = np.exp(weight - weight.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    mean = weight @ GRID
    return mean, np.sqrt(np.maximum(weight @ GRID**2 - mean**2, 0.0))
