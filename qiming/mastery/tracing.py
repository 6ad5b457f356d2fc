"""One step of Bayesian knowledge tracing without forgetting.

An answer with full weight moves the odds by its likelihood ratio; one with weight w by that ratio to the
power w, so that half an answer twice is one answer. Then the pupil may have learnt from the item, again in
proportion to w. Two promises are kept for people who read the result: a right answer never lowers the
estimate, a wrong one never raises it (what is learnt from a wrong answer shows in the next right one).
"""

from dataclasses import dataclass
from datetime import date

from qiming.mastery.priors import Params

LOWEST, HIGHEST = 0.001, 0.999
LATER_TRY = {1: 1.0, 2: 0.5}
LATEST_TRY = 0.25
HINTS_TAKE = 0.6


@dataclass(frozen=True, slots=True)
class State:
    """`p` that the concept is there, from `n` answers that counted, the last on `last_day`."""

    p: float
    n: int = 0
    last_day: date | None = None


def start(params: Params | None = None) -> State:
    return State(p=_inside((params or Params()).known_at_start))


def predict_correct(state: State, params: Params) -> float:
    return state.p * (1.0 - params.slip) + (1.0 - state.p) * params.guess


def weight_of(
    *, correct: bool, try_no: int = 1, hints_used: int = 0, hints_total: int = 0, solution_shown: bool = False
) -> float:
    """How much one answer counts: fully on the first try without help, less for each later try and each hint
    taken before a right answer, not at all for a right answer given after the solution was shown."""
    weight = LATER_TRY.get(max(try_no, 1), LATEST_TRY)
    if not correct:
        return weight
    if solution_shown:
        return 0.0
    if hints_used > 0:
        share = min(hints_used / hints_total, 1.0) if hints_total > 0 else 1.0
        weight *= 1.0 - HINTS_TAKE * share
    return weight


def step(
    state: State, correct: bool, params: Params, weight: float = 1.0, *, day: date | None = None
) -> State:
    """The state after one answer; an answer of weight 0 leaves it as it was."""
    weight = min(max(weight, 0.0), 1.0)
    if weight == 0.0:
        return state
    ratio = (1.0 - params.slip) / params.guess if correct else params.slip / (1.0 - params.guess)
    prior = _inside(state.p)
    odds = prior / (1.0 - prior) * ratio**weight
    seen = odds / (1.0 + odds)
    learnt = seen + (1.0 - seen) * params.learn * weight
    p = max(prior, learnt) if correct else min(prior, learnt)
    return State(p=_inside(p), n=state.n + 1, last_day=day or state.last_day)


def _inside(p: float) -> float:
    return min(max(p, LOWEST), HIGHEST)
