"""What a pupil had in examinations belongs to the pupil: it goes along to another school."""

from uuid import UUID

from qiming.insight.models import ExamResult
from qiming.registry import moving

_WHY = "the pupil's own rows follow the pupil; the registry checked the move"


def follow(person_id: UUID, from_path: str, to_path: str) -> None:
    """Results lie at the new class from now on; a handbook is a file of its day and stays until it is swept."""
    rows = ExamResult.objects.unscoped(_WHY)
    rows.filter(pupil_id=person_id, scope_path__startswith=from_path).update(scope_path=to_path)


moving.register(follow)
