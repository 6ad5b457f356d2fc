"""What teaching groups (走班) add to the outlook of a class: only what every pupil of the class has coming."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from qiming.registry import queries as registry
from qiming.teaching import queries as teaching
from qiming.teaching.types import PeriodRef, PeriodState


@dataclass(frozen=True, slots=True)
class Taken:
    """Periods a pupil, or every pupil of a class, has in teaching groups."""

    confirmed: Fraction = Fraction(0)
    unconfirmed: Fraction = Fraction(0)
    planned: Fraction = Fraction(0)
    has_teacher: bool = False
    has_offering: bool = False

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(
            self.confirmed + other.confirmed,
            self.unconfirmed + other.unconfirmed,
            self.planned + other.planned,
            self.has_teacher or other.has_teacher,
            self.has_offering or other.has_offering,
        )

    def least(self, other: "Taken") -> "Taken":
        return Taken(
            min(self.confirmed, other.confirmed),
            min(self.unconfirmed, other.unconfirmed),
            min(self.planned, other.planned),
            self.has_teacher and other.has_teacher,
            self.has_offering and other.has_offering,
        )


NOTHING = Taken()


def ai_periods(class_ids: Iterable[UUID], school_year: str) -> dict[UUID, list[PeriodRef]]:
    """The periods that can be AI class hours: the desk counts no others."""
    found = teaching.periods_of_classes(class_ids, school_year)
    return {key: [one for one in periods if one.counts_for_ai] for key, periods in found.items()}


@dataclass(frozen=True, slots=True)
class Shared:
    """By pupil, what the groups of a school give."""

    by_pupil: Mapping[UUID, Taken]

    @classmethod
    def of(cls, path: str, school_year: str, today: date) -> "Shared":
        seats = registry.seats_under(path)
        if not seats:
            return cls({})
        periods = ai_periods(seats, school_year)
        courses = teaching.open_offerings_of_classes(seats)
        taught = registry.classes_with_teacher(path)
        by_pupil: dict[UUID, Taken] = {}
        for group_id, pupils in seats.items():
            has_course = any(
                one.school_year == school_year and one.counts_for_ai for one in courses[group_id]
            )
            given = _given(periods[group_id], today, has_teacher=group_id in taught, has_offering=has_course)
            for pupil in pupils:
                by_pupil[pupil] = by_pupil.get(pupil, NOTHING) + given
        return cls(by_pupil)

    def by_all(self, pupils: Sequence[UUID]) -> Taken:
        """What each of these pupils has at least."""
        if not self.by_pupil or not pupils:
            return NOTHING
        least = self.by_pupil.get(pupils[0], NOTHING)
        for pupil in pupils[1:]:
            least = least.least(self.by_pupil.get(pupil, NOTHING))
        return least


def _given(periods: Sequence[PeriodRef], today: date, *, has_teacher: bool, has_offering: bool) -> Taken:
    sums = {"confirmed": Fraction(0), "unconfirmed": Fraction(0), "planned": Fraction(0)}
    for period in periods:
        worth = Fraction(period.credited_minutes, period.period_minutes)
        if period.state is PeriodState.CONFIRMED:
            sums["confirmed"] += worth
        elif period.state in (PeriodState.TAUGHT, PeriodState.LIVE):
            sums["unconfirmed"] += worth
        elif period.state is PeriodState.PLANNED and period.planned_date >= today:
            sums["planned"] += worth
    return Taken(**sums, has_teacher=has_teacher, has_offering=has_offering)
