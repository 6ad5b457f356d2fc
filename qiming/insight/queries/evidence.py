"""The answers behind a figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.safestring import SafeString

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import ConceptRef, Item, Misconception
from qiming.insight import spoken
from qiming.insight.queries.course import course_map
from qiming.insight.queries.facts import Facts
from qiming.learning import queries as learning
from qiming.learning.models import Attempt
from qiming.registry.types import PupilRef
from qiming.teaching.types import OfferingRef

PLAINLY = frozenset({"答对", "没答对"})
CONTEXT_WORDS = {"class": "课上", "homework": "作业", "practice": "练习", "own": "自己学"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer as a person reads it."""

    id: UUID
    statement_id: UUID
    pupil_id: UUID
    item: Item
    name: str
    lesson_id: UUID
    at: datetime
    said: SafeString
    slip: SafeString  # only the part that shows a misconception, when one is looked at
    correct: bool | None
    reply: str
    context: str
    is_late: bool
    hints_used: int
    solution_shown: bool
    misconceptions: tuple[str, ...]
    counts: str  # in words, when it counted less than a first answer without help, or not at all
    comment: str


@dataclass(frozen=True, slots=True)
class ConceptEvidence:
    """All answers of a pupil on one concept, and the estimate they make."""

    pupil: PupilRef
    concept: ConceptRef
    told: learning.Told
    answers: tuple[Shown, ...]

    @property
    def band(self) -> str:
        return self.told.band


def concept_evidence(pupil: PupilRef, concept_key: str) -> ConceptEvidence | None:
    """None when there is no such concept."""
    concept = curriculum.concept(concept_key)
    if concept is None:
        return None
    rows = list(
        learning.attempts_of_pupil(pupil.id)
        .filter(concept=concept_key)
        .select_related("offering")
        .order_by("received_at", "id")
    )
    told = learning.told_of(pupil.id, concept_key)
    answers = [shown(row, _counts(row, told.counted.get(row.id))) for row in reversed(rows)]
    return ConceptEvidence(pupil=pupil, concept=concept, told=told, answers=tuple(answers))


def _counts(row: Attempt, told: str | None) -> str:
    """What an answer did to the estimate; nothing when it simply counted."""
    if told is None:
        return "" if row.correct is None else "当天已经答对过，这次不再算"
    return "" if told in PLAINLY else told


def shown(row: Attempt, counts: str = "", focus: str = "") -> Shown:
    item = curriculum.item(row.item_version_id)
    place = course_map(row.offering.course_version_id).items.get(item.key)
    return Shown(
        id=row.id,
        statement_id=row.statement_id,
        pupil_id=row.pupil_id,
        item=item,
        name=place.name if place else f"第{item.position}题",
        lesson_id=item.lesson_version_id,
        at=row.client_at,
        said=spoken.said(item, row.response),
        slip=spoken.slip(item, row.response, focus),
        correct=row.correct,
        reply=row.reply,
        context=CONTEXT_WORDS.get(row.context, ""),
        is_late=bool(row.late),
        hints_used=row.hints_used,
        solution_shown=row.solution_shown,
        misconceptions=tuple(row.misconceptions),
        counts=counts,
        comment=row.comment,
    )


def answers_showing(known: Facts, misconception: str) -> dict[UUID, list[Shown]]:
    """Per pupil (by seat) the answers that showed a misconception, in order of time."""
    rows = (
        learning.attempts_of_offering(known.offering.id)
        .filter(misconceptions__contains=[misconception])
        .select_related("offering")
    )
    return _by_pupil(known.pupils, rows, misconception)


def misconceptions_of(offerings: Iterable[OfferingRef]) -> dict[str, Misconception]:
    """What the courses of a class call misconceptions, by id."""
    return {
        key: one
        for offering in offerings
        for key, one in course_map(offering.course_version_id).misconceptions.items()
    }


def _by_pupil(pupils: Sequence[PupilRef], rows: Iterable[Attempt], focus: str) -> dict[UUID, list[Shown]]:
    found: dict[UUID, list[Shown]] = {one.id: [] for one in pupils}
    for row in rows:
        if row.pupil_id in found:
            found[row.pupil_id].append(shown(row, focus=focus))
    return {pupil: answers for pupil, answers in found.items() if answers}
