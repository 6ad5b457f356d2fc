"""What a course version says that reports need, read once: versions never change."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import LessonRef, Misconception
from qiming.insight.rules.misconceptions import shown_by
from qiming.insight.types import ItemPlace, Remedy
from qiming.teaching.queries.board import steps_of


@dataclass(frozen=True)
class CourseMap:
    """Items with their places, which misconceptions they can show, and the spare steps that treat them."""

    lessons: tuple[LessonRef, ...]
    items: dict[str, ItemPlace]
    shows: dict[str, frozenset[str]]
    misconceptions: dict[str, Misconception]
    remedies: dict[str, Remedy]

    def probes(self, misconception: str) -> frozenset[str]:
        """The items some wrong answer to which shows the misconception."""
        return frozenset(key for key, shown in self.shows.items() if misconception in shown)

    def lesson(self, key: str) -> LessonRef | None:
        return next((one for one in self.lessons if one.key == key), None)

    def concept_order(self, met: Iterable[str], lesson_keys: Iterable[str]) -> list[str]:
        """The concepts of these lessons and those met in answers, in teaching order."""
        reached = set(lesson_keys)
        planned = [c for one in self.lessons if one.key in reached for c in one.concepts]
        return list(dict.fromkeys([*planned, *sorted(set(met))]))


@lru_cache(maxsize=64)
def course_map(course_version_id: UUID) -> CourseMap:
    lessons = tuple(curriculum.lessons_of(course_version_id))
    items = {
        item.key: ItemPlace(item, one.id, one.key, one.position, one.title)
        for one in lessons
        for item in curriculum.items_of(one.id)
    }
    return CourseMap(
        lessons=lessons,
        items=items,
        shows={key: shown_by(place.item.data) for key, place in items.items()},
        misconceptions=curriculum.misconceptions(course_version_id),
        remedies=_remedies(lessons),
    )


def _remedies(lessons: Iterable[LessonRef]) -> dict[str, Remedy]:
    found: dict[str, Remedy] = {}
    for lesson in lessons:
        for step in steps_of(lesson.id):
            for name in step.remedy_for:
                remedy = Remedy(
                    lesson.id, lesson.key, lesson.position, step.key, step.number, step.title, step.minutes
                )
                found.setdefault(name, remedy)
    return found
