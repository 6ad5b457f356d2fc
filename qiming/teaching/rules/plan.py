"""From a course and a school's calendar to a plan of periods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Protocol, TypeVar

from qiming.teaching.types import DeliveryMode, period_label


class LessonLike(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def position(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def minutes(self) -> int: ...


class SlotLike(Protocol):
    @property
    def date(self) -> date: ...
    @property
    def no(self) -> int: ...


S = TypeVar("S", bound=SlotLike)


@dataclass(frozen=True, slots=True)
class Part:
    """One period's worth of a lesson; an integrated lesson may need several."""

    lesson_key: str
    position: int
    part: int
    parts: int
    title: str

    @property
    def label(self) -> str:
        return period_label(self.position, self.title, self.part, self.parts)


def parts_of(lessons: Sequence[LessonLike], mode: DeliveryMode, share_minutes: int) -> list[Part]:
    """The periods a course needs: one a lesson when it stands alone, as many as its minutes need when integrated."""
    found: list[Part] = []
    for lesson in lessons:
        parts = 1 if mode is DeliveryMode.STANDALONE else -(-lesson.minutes // share_minutes)
        found += [
            Part(lesson.key, lesson.position, number, parts, lesson.title) for number in range(1, parts + 1)
        ]
    return found


def every_other_week(slots: Sequence[S]) -> list[S]:
    """Slots of every second calendar week, counted from the first."""
    if not slots:
        return []
    first = _monday(slots[0].date)
    return [slot for slot in slots if (_monday(slot.date) - first).days // 7 % 2 == 0]


def free_slots(slots: Iterable[S], taken: Iterable[tuple[date, int | None]]) -> list[S]:
    """Slots in which the class has no AI period yet."""
    occupied = set(taken)
    return [slot for slot in slots if (slot.date, slot.no) not in occupied]


def planned_periods(count: int, credited_minutes: int, period_minutes: int) -> Fraction:
    """How many class periods a plan is worth."""
    return count * Fraction(credited_minutes, period_minutes)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
