"""The answers and beliefs a report is made of: one question for each, whatever the size of the class."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection

from qiming.insight.queries.course import CourseMap, course_map
from qiming.insight.rules.misconceptions import held
from qiming.insight.types import Answered, Bands, Held, PupilKey
from qiming.registry.types import PupilRef
from qiming.teaching.types import OfferingRef

WHY = "the asking room checks its own access table before it asks"
# A report reads every answer of a course: as plain rows, without a model's converters for each value.
_SELECT = """
SELECT pupil_id::text, item_key, concept, correct, misconceptions, hints_used, solution_shown,
       extract(epoch FROM received_at)::float8, offering_id
  FROM learning_attempt
"""
_OF_OFFERINGS = _SELECT + " WHERE offering_id = ANY(%s) ORDER BY received_at, id"
_BELIEFS = """
SELECT pupil_id::text, concept, band FROM learning_masterystate
 WHERE pupil_id = ANY(%s) AND (n > 0 OR band <> 'unsure')
"""
_OF_PUPIL = _SELECT + " WHERE pupil_id = %s ORDER BY received_at, id"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one class in one course. Answers of pupils who left the class are not among them."""

    offering: OfferingRef
    course: CourseMap
    by_id: dict[PupilKey, PupilRef]  # by seat
    answers: list[Answered]
    found: list[Held]
    bands: Bands
    concepts: tuple[str, ...]
    lesson_keys: tuple[str, ...]
    left_out: int = 0  # pupils whose results do not leave the class, for a reader from outside it

    @property
    def ids(self) -> tuple[PupilKey, ...]:
        return tuple(self.by_id)

    @property
    def latest(self) -> datetime | None:
        return datetime.fromtimestamp(self.answers[-1].at, UTC) if self.answers else None

    @property
    def pupils(self) -> tuple[PupilRef, ...]:
        return tuple(self.by_id.values())

    @property
    def answerers(self) -> int:
        return len({one.pupil_id for one in self.answers})

    def held_by(self, misconception: str) -> Held | None:
        return next((one for one in self.found if one.id == misconception), None)


def answers_of(offering_id: UUID) -> list[Answered]:
    """Every answer of a course opened for a class, the oldest first."""
    return answers_of_many([offering_id]).get(offering_id, [])


def answers_of_many(offering_ids: Iterable[UUID]) -> dict[UUID, list[Answered]]:
    """The same for several courses with one question."""
    return _answers(_OF_OFFERINGS, list(offering_ids))


def answers_of_pupil(pupil_id: UUID) -> dict[UUID, list[Answered]]:
    """Every answer of one pupil by course, the oldest first."""
    return _answers(_OF_PUPIL, pupil_id)


def _answers(sql: str, of: list[UUID] | UUID) -> dict[UUID, list[Answered]]:
    found: dict[UUID, list[Answered]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(sql, [of])
        for row in cursor.fetchall():
            found[row[-1]].append(Answered._make(row[:-1]))
    return found


def bands_of(pupil_ids: Sequence[UUID]) -> Bands:
    """What is believed of pupils on every concept with evidence, as bands."""
    with connection.cursor() as cursor:
        cursor.execute(_BELIEFS, [list(pupil_ids)])
        return {(pupil, concept): band for pupil, concept, band in cursor.fetchall()}


def facts(
    offering: OfferingRef, pupils: Sequence[PupilRef], answers: Sequence[Answered], bands: Bands
) -> Facts:
    """Put together what was read; reads nothing but the course, which is kept once read."""
    course = course_map(offering.course_version_id)
    members = {str(one.id): one for one in pupils}
    own = [one for one in answers if one.pupil_id in members]
    items = {one.item_key for one in own}
    lessons = {course.items[key].lesson_key for key in items if key in course.items}
    return Facts(
        offering=offering,
        course=course,
        by_id=members,
        answers=own,
        found=[one for one in held(own, course.shows) if one.id in course.misconceptions],
        bands=bands,
        concepts=tuple(course.concept_order({one.concept for one in own}, lessons)),
        lesson_keys=tuple(one.key for one in course.lessons if one.key in lessons),
    )
