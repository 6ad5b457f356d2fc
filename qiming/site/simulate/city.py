"""What all schools of a simulated city share: the calendar, the courses, one password, the order it was made to."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import CourseRef
from qiming.kernel import time
from qiming.kernel.ids import PATH_STEP
from qiming.registry import queries as registry
from qiming.registry.defaults import default_periods
from qiming.registry.types import OrgRef, SchoolYearRef, SlotTime, Stage, stage_of_grade
from qiming.site.demo.city import PASSWORD
from qiming.teaching.rules.dated import is_late

WEEKDAYS = range(1, 6)


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for. The same order makes the same city."""

    pupils: int
    schools: int
    seed: int
    year: str

    def as_dict(self) -> dict[str, int | str]:
        return {"pupils": self.pupils, "schools": self.schools, "seed": self.seed, "year": self.year}


@dataclass(frozen=True, eq=False)
class City:
    """The frame into which schools are put; itself, not its contents, is the key of what is kept once worked out."""

    order: Order
    place: OrgRef
    year: SchoolYearRef
    today: date
    days: Mapping[int, Sequence[date]]  # teaching days of the year by weekday 1–5
    periods: Mapping[Stage, Sequence[SlotTime]]
    courses: Mapping[int, CourseRef]
    password: str  # as it is stored
    officer: UUID | None = None
    photo: UUID | None = None

    @property
    def starts_ms(self) -> int:
        """From when keys are counted: the year's first day, or some days ago when that is still to come."""
        first = min(self.year.starts, self.today - timedelta(days=10))
        return int(time.at_local(first, 8).timestamp() * 1000)

    @property
    def made_at(self) -> datetime:
        return datetime.fromtimestamp(self.starts_ms / 1000, tz=time.SHANGHAI)

    def dice(self, *words: object) -> random.Random:
        """Dice that fall alike for the same seed and words."""
        return random.Random("/".join(map(str, (self.order.seed, *words))))  # noqa: S311 - an invented city

    def step(self, number: int, length: int) -> str:
        """A path step: different for different numbers, telling nothing of their order."""
        size = len(PATH_STEP) ** length
        mixed = (number * 0x9E3779B1 + self.order.seed * 0x85EBCA6B) % size  # an odd factor is a permutation
        found = ""
        for _ in range(length):
            mixed, place = divmod(mixed, len(PATH_STEP))
            found = PATH_STEP[place] + found
        return found

    def is_late(self, on: date, confirmed: date) -> bool:
        within = [day for days in self.days.values() for day in days if on < day <= confirmed]
        return is_late(on, confirmed, within)


def frame(order: Order) -> City:
    """What the installation has for this order; raises `UserError` when the year's calendar is missing."""
    place = registry.city()
    year = registry.year(order.year)
    days = {
        weekday: [
            slot.date
            for slot in registry.school_slots(place.id, year.starts, year.ends, weekday=weekday, no=1)
        ]
        for weekday in WEEKDAYS
    }
    return City(
        order=order,
        place=place,
        year=year,
        today=time.today(),
        days=days,
        periods={stage: default_periods(stage) for stage in Stage},
        courses=_courses(),
        password=make_password(PASSWORD),
    )


def _courses() -> dict[int, CourseRef]:
    """For each grade the course made for it, or the one made for the nearest grade: content grows, a city is full."""
    known = [one for one in curriculum.courses() if one.about_ai]
    if not known:
        return {}

    def distance(course: CourseRef, grade: int) -> tuple[bool, int]:
        away = min((abs(grade - one) for one in course.grades), default=99)
        return course.stage != stage_of_grade(grade), away

    return {grade: min(known, key=lambda one: distance(one, grade)) for grade in range(1, 13)}
