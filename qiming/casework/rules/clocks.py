"""When a state is due, when its owner is reminded, when somebody above is told."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from qiming.casework.types import Clock, Days

AfterSchoolDays = Callable[[date, int], date]
"""The day that is so many school days after a day, at the place of the case."""

END_OF_DAY_HOUR = 18


def due(
    clock: Clock,
    entered: datetime,
    day: date,
    after: AfterSchoolDays,
    at_local: Callable[[date, int], datetime],
) -> datetime:
    """The moment at which a state entered at `entered` (on local `day`) is due: hours never pause, days end at 18:00."""
    if clock.of is Days.HOURS:
        return entered + timedelta(hours=clock.amount)
    last = after(day, clock.amount) if clock.of is Days.SCHOOL else day + timedelta(days=clock.amount)
    return at_local(last, END_OF_DAY_HOUR)


def reminders(clock: Clock, due_at: datetime) -> list[datetime]:
    """The moments at which the owner is told again, earliest first (calendar units back from the end)."""
    unit = timedelta(hours=1) if clock.of is Days.HOURS else timedelta(days=1)
    return [due_at - unit * ahead for ahead in sorted(clock.remind, reverse=True)]
