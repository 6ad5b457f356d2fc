"""An adaptive test: each next item is one of those that tell most at what is believed so far; it stops when sure enough.

2PL, EAP over a grid, maximum information (Lord 1980) among the five best at random, so that no item is worn out
(randomesque, Kingsbury & Zara 1989); stops at a standard error of 0.32 (reliability 0.9) or after 20 items.
"""

from time import process_time
from typing import NamedTuple

import numpy as np

from qiming.mastery.answers.table import Floats, Ints, Mask
from qiming.mastery.compiled import compiled
from qiming.mastery.response import GRID, Response, normal_weights

SURE_ENOUGH = 0.32
MOST_ITEMS = 20
CHOSEN_FROM = 5


class Belief(NamedTuple):
    """Weights over the grid after what was answered."""

    weight: Floats

    @property
    def theta(self) -> float:
        return float(self.weight @ GRID)

    @property
    def error(self) -> float:
        return float(np.sqrt(max(float(self.weight @ GRID**2) - self.theta**2, 0.0)))


def start_belief() -> Belief:
    return Belief(normal_weights())


def believe(before: Belief, fitted: Response, item: int, correct: bool) -> Belief:
    """The belief after one answer."""
    p = 1 / (1 + np.exp(-(fitted.slope[item] * GRID + fitted.level[item])))
    weight = before.weight * (p if correct else 1 - p)
    return Belief(weight / weight.sum())


def is_done(belief: Belief, answered: int, sure: float = SURE_ENOUGH, most: int = MOST_ITEMS) -> bool:
    return answered >= most or belief.error <= sure


def next_item(belief: Belief, fitted: Response, used: Ints, draw: float) -> int | None:
    """The next item's number, or None when all were used; `draw` in [0, 1) chooses among the most telling five."""
    left = np.ones(len(fitted.slope), bool)
    left[used] = False
    if not left.any():
        return None
    return int(choose(belief.theta, fitted.slope, fitted.level, ~left, draw))


@compiled
def choose(theta: float, slope: Floats, level: Floats, used: Mask, draw: float) -> int:
    """Among the unused, one of the five with most information a² p (1 - p) at θ; -1 when none is left."""
    best, most = np.full(CHOSEN_FROM, -1), np.full(CHOSEN_FROM, -1.0)
    for item in range(len(slope)):
        if used[item]:
            continue
        p = 1 / (1 + np.exp(-(slope[item] * theta + level[item])))
        information = slope[item] * slope[item] * p * (1 - p)
        at = CHOSEN_FROM - 1
        if information <= most[at]:
            continue
        while at > 0 and most[at - 1] < information:
            most[at], best[at] = most[at - 1], best[at - 1]
            at -= 1
        most[at], best[at] = information, item
    found = 0
    for at in range(CHOSEN_FROM):
        if best[at] >= 0:
            found += 1
    return int(best[int(draw * found)]) if found else -1


class Simulated(NamedTuple):
    """What a simulation of students with known θ gave; `exposure` is the largest share of tests one item was in."""

    students: int
    items: int
    mean_items: float
    rmse: float
    rmse_random: float
    mean_error: float
    exposure: float
    microseconds_an_item: float


def simulate(
    fitted: Response, students: int, seed: int, sure: float = SURE_ENOUGH, most: int = MOST_ITEMS
) -> Simulated:
    """Adaptive tests of simulated students (θ ~ N(0, 1)), beside as many items chosen at random."""
    generator = np.random.default_rng(seed)
    theta = generator.normal(size=students)
    p = fitted.chances(GRID)
    said = Said(np.log(p).T.copy(), np.log1p(-p).T.copy(), normal_weights(), GRID)
    draws = generator.random((students, most, 2))
    _run(theta[:1], fitted, said, draws, sure)  # compiled before it is timed
    began = process_time()
    estimate, count, error, times = _run(theta, fitted, said, draws, sure)
    worked = process_time() - began
    random = np.empty(students)
    for one in range(students):
        chosen = generator.permutation(len(fitted.slope))[: count[one]]
        right = generator.random(len(chosen)) < fitted.chances(theta[one : one + 1])[0][chosen]
        belief = start_belief()
        for item, mark in zip(chosen, right, strict=True):
            belief = believe(belief, fitted, int(item), bool(mark))
        random[one] = belief.theta
    return Simulated(
        students=students,
        items=len(fitted.slope),
        mean_items=float(count.mean()),
        rmse=float(np.sqrt(np.mean((estimate - theta) ** 2))),
        rmse_random=float(np.sqrt(np.mean((random - theta) ** 2))),
        mean_error=float(error.mean()),
        exposure=float(times.max() / students),
        microseconds_an_item=float(worked / count.sum() * 1e6),
    )


class Said(NamedTuple):
    """What each mark says at each θ: log p and log (1 - p) [item, θ]; the prior and the grid."""

    good: Floats
    bad: Floats
    prior: Floats
    grid: Floats


@compiled
def _run(
    theta: Floats, fitted: Response, said: Said, draws: Floats, sure: float
) -> tuple[Floats, Ints, Floats, Ints]:
    """Estimates, items used, errors [student]; how often each item was asked. `draws`: [student, turn, (choice, mark)]."""
    students, items = len(theta), len(fitted.slope)
    estimate, error = np.zeros(students), np.zeros(students)
    count, times = np.zeros(students, np.int64), np.zeros(items, np.int64)
    used = np.zeros(items, np.bool_)
    for one in range(students):
        used[:] = False
        weight = np.log(said.prior)
        mean = 0.0
        for turn in range(draws.shape[1]):
            item = choose(mean, fitted.slope, fitted.level, used, draws[one, turn, 0])
            if item < 0:
                break
            used[item] = True
            times[item] += 1
            count[one] += 1
            p = 1 / (1 + np.exp(-(fitted.slope[item] * theta[one] + fitted.level[item])))
            weight += said.good[item] if draws[one, turn, 1] < p else said.bad[item]
            share = np.exp(weight - weight.max())
            share /= share.sum()
            mean = (share * said.grid).sum()
            error[one] = np.sqrt(max((share * said.grid**2).sum() - mean**2, 0.0))
            if error[one] <= sure:
                break
        estimate[one] = mean
    return estimate, count, error, times
