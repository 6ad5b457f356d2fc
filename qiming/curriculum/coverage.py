"""What the courses cover: modules and literacy aspects by lesson, outcomes by lesson."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qiming.curriculum.types import CourseRef, Lesson, LessonRef, OutcomeRef, SyllabusRef

MODULES = ("人工智能基本概念", "人工智能应用与技术", "人工智能实现方法", "人工智能伦理与社会")


@dataclass(frozen=True, slots=True)
class Served:
    """One module or aspect and which lessons serve it."""

    name: str
    marks: tuple[bool, ...]

    @property
    def count(self) -> int:
        return sum(self.marks)


@dataclass(frozen=True, slots=True)
class Covered:
    """An outcome and the lessons written for it; `via` names the own outcome in between."""

    outcome: OutcomeRef
    lessons: tuple[tuple[CourseRef, LessonRef], ...]
    via: tuple[str, ...] = ()


def modules_served(lessons: Sequence[Lesson]) -> list[Served]:
    return [Served(name, tuple(name in lesson.modules for lesson in lessons)) for name in MODULES]


def literacy_served(lessons: Sequence[Lesson]) -> list[Served]:
    names = dict.fromkeys(name for lesson in lessons for name in lesson.literacy)
    return [Served(name, tuple(name in lesson.literacy for lesson in lessons)) for name in names]


def outcomes_covered(
    syllabus: SyllabusRef, everything: Iterable[OutcomeRef], courses: Sequence[CourseRef]
) -> list[Covered]:
    """Each outcome of a version with its lessons, those without any first."""
    by_key = {lesson.key: (course, lesson) for course in courses for lesson in course.lessons}
    supporters: dict[str, list[OutcomeRef]] = {}
    for other in everything:
        for supported in other.supports:
            supporters.setdefault(supported, []).append(other)
    covered = []
    for outcome in syllabus.outcomes:
        via = [other for other in supporters.get(outcome.key, ()) if other.lesson in by_key]
        keys = dict.fromkeys([outcome.lesson, *outcome.also_lessons, *(other.lesson for other in via)])
        lessons = tuple(by_key[key] for key in keys if key in by_key)
        covered.append(Covered(outcome, lessons, tuple(other.key for other in via)))
    return sorted(covered, key=lambda one: bool(one.lessons))
