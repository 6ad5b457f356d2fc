"""How many periods a class will have in July, from what is planned and how often plans were kept.

Periods still planned are taken as kept with an unknown probability whose prior is Beta(9.95, 0.05) (a school
that never missed a period is not suspected, one that missed one is), updated by the school's own last six weeks. The number kept is then beta-binomial; low and
high are its 5th and 95th percentile. Taught but unconfirmed periods count in `high` only: the evidence is not
in yet. Shares of integrated periods are added up and rounded down: a class has eight periods when it has eight
whole ones.
"""

from fractions import Fraction
from math import exp, floor, lgamma

from qiming.governance.types import Because, ClassFacts, Forecast, Reason

PRIOR_HELD = 9.95
PRIOR_MISSED = 0.05
LOW, HIGH = 0.05, 0.95
OFTEN = Fraction(1, 6)


def forecast(facts: ClassFacts) -> Forecast:
    """The range of periods at the end of the school year; `at_risk` when the low end misses what is required."""
    units = floor(facts.planned) if facts.planned >= 1 else int(facts.planned > 0)
    low_kept, high_kept = held_quantiles(units, facts.held, facts.missed)
    share = facts.planned / units if units else Fraction(0)
    low = floor(facts.confirmed + low_kept * share)
    high = floor(facts.confirmed + facts.unconfirmed + high_kept * share)
    return Forecast(low, max(low, high), facts.required)


def held_quantiles(planned: int, held: int, missed: int) -> tuple[int, int]:
    """5th and 95th percentile of how many of `planned` periods will be held."""
    if planned <= 0:
        return 0, 0
    a, b = PRIOR_HELD + held, PRIOR_MISSED + missed
    low: int | None = None
    running = 0.0
    for kept in range(planned + 1):
        running += exp(_log_choose(planned, kept) + _log_beta(kept + a, planned - kept + b) - _log_beta(a, b))
        if low is None and running >= LOW:
            low = kept
        if running >= HIGH - 1e-12:
            return (low if low is not None else kept), kept
    return (low or 0), planned


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def because(facts: ClassFacts) -> tuple[Because, ...]:
    """Why the class is at risk or its pupils have none, the most useful to act on first."""
    reasons: list[Because] = []
    if not facts.has_teacher:
        reasons.append(Because(Reason.NO_TEACHER, "还没有安排任课老师。"))
    if not facts.has_offering:
        says = "只有补记的课，后面没有开课。" if facts.confirmed else "还没有开课。"
        reasons.append(Because(Reason.NO_OFFERING, says))
    if facts.unconfirmed:
        oldest = facts.oldest_unconfirmed
        since = f"，最早一节是{oldest.month}月{oldest.day}日" if oldest else ""
        reasons.append(Because(Reason.UNCONFIRMED, f"上过{_count(facts.unconfirmed)}节还没有确认{since}。"))
    missing = facts.required - facts.confirmed - facts.unconfirmed - facts.planned
    if missing > 0 and facts.has_offering:
        weeks = f"，学年还剩{facts.weeks_left}个教学周" if facts.weeks_left else ""
        reasons.append(Because(Reason.NOT_PLANNED, f"还有{_count(missing)}节没有排{weeks}。"))
    if missing > facts.weeks_left:
        reasons.append(Because(Reason.NO_TIME, "剩下的周数已经少于要补的节数，要一周排两节。"))
    due = facts.held + facts.missed
    if due >= 3 and Fraction(facts.missed, due) >= OFTEN:
        reasons.append(Because(Reason.OFTEN_MISSED, f"本校过去六周该上{due}节，有{facts.missed}节没有上。"))
    elif facts.missed and not reasons and forecast(facts).at_risk:
        says = f"排够了，但本校过去六周该上{due}节、有{facts.missed}节没有上，照这样可能少一节。"
        reasons.append(Because(Reason.OFTEN_MISSED, says))
    return tuple(reasons)


def _count(periods: Fraction) -> str:
    return str(int(periods)) if periods.denominator == 1 else f"{float(periods):.1f}"
