"""When the companion stands beside a lesson, and how long somebody has talked. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from qiming.assist.companion.types import Mode
from qiming.teaching.types import PeriodRef, PeriodState

AHEAD = timedelta(days=7)  # how long before a lesson its preview opens
PAUSE = 180  # seconds of silence that still count as thinking over the reply
LEAST = 20  # seconds a turn takes at least: reading it
GIVEN = (PeriodState.LIVE, PeriodState.TAUGHT, PeriodState.CONFIRMED)


def mode_of(periods: Iterable[PeriodRef], lesson_key: str, today: date, *, in_class: bool) -> Mode | None:
    """Before, in or after the lesson; None when it is neither given nor near."""
    if in_class:
        return "in"
    ours = [one for one in periods if one.lesson_key == lesson_key and one.state is not PeriodState.CANCELLED]
    if any(one.state in GIVEN or one.planned_date < today for one in ours):
        return "after"
    if any(one.planned_date <= today + AHEAD for one in ours):
        return "before"
    return None


def seconds_since(last: datetime | None, now: datetime) -> int:
    """What one turn adds to the day's time: from the one before, unless the pupil was away."""
    if last is None:
        return LEAST
    gap = int((now - last).total_seconds())
    return max(LEAST, gap) if gap <= PAUSE else LEAST
