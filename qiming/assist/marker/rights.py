"""What the marker holds about one person."""

from uuid import UUID

from qiming.assist.models import MarkRubric
from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part

_WHY = "the request was checked by trust.copy_person or trust.confirm_erasure"
_KEPT = "给分标准是班里的，去掉了是谁写的"


def export(person_id: UUID) -> list[Part]:
    """Rubrics written."""
    return [
        holdings.part(
            "assist.markrubric",
            "写的给分标准",
            MarkRubric.objects.unscoped(_WHY).filter(made_by=person_id),
            {"时间": "created_at", "第几版": "number", "标准": "criteria"},
        )
    ]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """Rubrics stay with the class, without who wrote them."""
    rows = MarkRubric.objects.unscoped(_WHY).filter(made_by=person_id)
    return [holdings.moved("给分标准", rows, _KEPT, made_by=pseudonym_id)]
