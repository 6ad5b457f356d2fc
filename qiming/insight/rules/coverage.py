"""How far a syllabus is covered: an outcome with its lessons, their items and what was taught of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from qiming.curriculum.coverage import Covered
from qiming.curriculum.types import CourseRef, LessonRef, OutcomeRef
from qiming.teaching.types import PeriodState, TaughtSums

HELD = frozenset({PeriodState.CONFIRMED, PeriodState.TAUGHT, PeriodState.LIVE})


class Stand(IntEnum):
    """In the order in which something must be done."""

    NO_LESSON = 0
    NOT_TAUGHT = 1
    TAUGHT = 2

    @property
    def zh(self) -> str:
        return ("还没有课", "有课，还没有班上过", "已经有班上过")[self]


@dataclass(frozen=True, slots=True)
class Cell:
    """One lesson that serves an outcome: `items` that ask for it, `periods` of the lesson that were held."""

    course: CourseRef
    lesson: LessonRef
    items: int
    periods: int


@dataclass(frozen=True, slots=True)
class Line:
    """One outcome; `held` counts periods of its lessons and those for which a teacher named it."""

    outcome: OutcomeRef
    cells: tuple[Cell, ...]
    confirmed: int
    held: int
    planned: int
    classes: int

    @property
    def items(self) -> int:
        return sum(cell.items for cell in self.cells)

    @property
    def stand(self) -> Stand:
        if self.held:
            return Stand.TAUGHT
        return Stand.NOT_TAUGHT if self.cells else Stand.NO_LESSON


def lines(
    covered: Sequence[Covered], items: Mapping[tuple[UUID, str], int], taught: TaughtSums
) -> list[Line]:
    """Every outcome, what is not covered first, then in the syllabus's own order."""
    held_of: dict[str, int] = {}
    for lesson_key, _, state, n in taught.periods:
        if state in HELD:
            held_of[lesson_key] = held_of.get(lesson_key, 0) + n
    found = [_line(one, items, taught, held_of) for one in covered]
    return sorted(found, key=lambda line: line.stand)


def _line(
    one: Covered, items: Mapping[tuple[UUID, str], int], taught: TaughtSums, held_of: Mapping[str, int]
) -> Line:
    cells = tuple(
        Cell(course, lesson, _items(one.outcome, lesson, items), held_of.get(lesson.key, 0))
        for course, lesson in one.lessons
    )
    marks = {one.outcome.key, *one.via, *(cell.lesson.key for cell in cells)}
    mine = [
        (state, n)
        for lesson, named, state, n in taught.periods
        if lesson in marks or not marks.isdisjoint(named)
    ]
    return Line(
        one.outcome,
        cells,
        confirmed=sum(n for state, n in mine if state is PeriodState.CONFIRMED),
        held=sum(n for state, n in mine if state in HELD),
        planned=sum(n for state, n in mine if state is PeriodState.PLANNED),
        classes=sum(n for had, n in taught.classes if not marks.isdisjoint(had)),
    )


def _items(outcome: OutcomeRef, lesson: LessonRef, items: Mapping[tuple[UUID, str], int]) -> int:
    """Items of the lesson about the outcome's concepts; all of them where the outcome names none of the lesson's."""
    ours = {key: n for (lesson_id, key), n in items.items() if lesson_id == lesson.id}
    about = [n for concept, n in ours.items() if concept in outcome.concepts]
    return sum(about) if about else sum(ours.values())
