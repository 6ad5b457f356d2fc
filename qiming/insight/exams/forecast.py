"""What the class may have next time, told only with how wrong the same method was before.

The forecast is a weighted mean of the class's shares so far, the latest weighing most. Its error is measured on the past:
each examination but the first is forecast from those before it. The interval is the 80 % one of Student's t with as many
degrees of freedom as there are such errors, so two examinations give a wide one. About single pupils nothing is forecast.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

LEAST_EXAMS = 2
SURE = 0.03  # two papers are never alike to less: a first lucky hit makes no narrow range
FADES = 0.6  # weight of the examination before, against the one after it
# One-sided 90 % quantiles of Student's t by degrees of freedom: an 80 % interval.
T80 = (3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372)


@dataclass(frozen=True, slots=True)
class Past:
    """A forecast made from what was known before an examination, and what came."""

    forecast: float
    came: float

    @property
    def error(self) -> float:
        return self.came - self.forecast


@dataclass(frozen=True, slots=True)
class Forecast:
    """Shares of full marks from 0 to 1."""

    value: float
    low: float
    high: float
    past: tuple[Past, ...]

    @property
    def usual_error(self) -> float:
        return sum(abs(one.error) for one in self.past) / len(self.past)


def forecast(shares: Sequence[float]) -> Forecast | None:
    """The next share from the earlier ones, oldest first; None while nothing past measures the method."""
    if len(shares) < LEAST_EXAMS:
        return None
    past = tuple(Past(_next(shares[:at]), shares[at]) for at in range(1, len(shares)))
    usual = sqrt(sum(one.error**2 for one in past) / len(past))
    half = T80[min(len(past), len(T80)) - 1] * max(usual, SURE)
    value = _next(shares)
    return Forecast(value, max(0.0, value - half), min(1.0, value + half), past)


def _next(shares: Sequence[float]) -> float:
    weights = [FADES ** (len(shares) - 1 - at) for at in range(len(shares))]
    return sum(w * share for w, share in zip(weights, shares, strict=True)) / sum(weights)
