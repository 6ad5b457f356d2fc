"""What is believed of pupils on concepts."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from qiming.learning.models import LearnerState, MasteryState
from qiming.learning.types import MasteryView
from qiming.mastery import Band, Learner, sure_words
from qiming.mastery.warning import Course

WHY = "the asking room checks its own access table before it asks"
TOLD = Q(n__gt=0) | ~Q(band=Band.UNSURE.value)


def mastery_of(
    pupil_ids: Iterable[UUID], concepts: Iterable[str] | None = None
) -> dict[tuple[UUID, str], MasteryView]:
    """By pupil and concept; without an entry there is no evidence at all."""
    rows = MasteryState.objects.unscoped(WHY).filter(TOLD, pupil_id__in=list(pupil_ids))
    if concepts is not None:
        rows = rows.filter(concept__in=list(concepts))
    values = rows.values_list("pupil_id", "concept", "p", "n", "band", "sure", "updated_at")
    return {
        (pupil_id, concept): MasteryView(
            pupil_id, concept, p, n, Band(band), sure_words(sure) if sure else "", at
        )
        for pupil_id, concept, p, n, band, sure, at in values
    }


def mastery_of_pupil(pupil_id: UUID) -> dict[str, MasteryView]:
    return {concept: view for (_, concept), view in mastery_of([pupil_id]).items()}


def courses_of(pupil_ids: Iterable[UUID]) -> dict[UUID, Course]:
    """Where pupils stand over all concepts, as the early warning asks for it."""
    rows = LearnerState.objects.unscoped(WHY).filter(pupil_id__in=list(pupil_ids))
    found = {}
    for pupil_id, state in rows.values_list("pupil_id", "state"):
        one = Learner.unpack(bytes(state))
        found[pupil_id] = Course(one.ability, one.slow, one.answered, one.right, one.run)
    return found
