"""What the adviser holds about one person."""

from uuid import UUID

from qiming.assist.models import AdviceLine, AdviceTalk, Ticks
from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part

_WHY = "the request was checked by trust.copy_person or trust.confirm_erasure"
_KEPT = "答复是单位给的，去掉了是谁写的"


def export(person_id: UUID) -> list[Part]:
    """What was asked and answered in one's own talks, and how far one is with procedures."""
    lines = AdviceLine.objects.filter(talk__person_id=person_id).order_by("talk_id", "number")
    return [
        holdings.part(
            "assist.advice",
            "问政策咨询员的话和答复",
            lines,
            {"时间": "created_at", "谁说的": "by", "说的话": "text", "引用": "parts"},
            hide="person_id",
        ),
        holdings.part(
            "assist.ticks",
            "办事进度",
            Ticks.objects.filter(person_id=person_id),
            {"时间": "changed_at", "哪件事": "procedure", "办好的": "done"},
        ),
    ]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """Own talks and progress go; answers given to others stay, without who wrote them."""
    talks = AdviceTalk.objects.unscoped(_WHY).filter(person_id=person_id)
    said = AdviceLine.objects.filter(person_id=person_id).exclude(talk__person_id=person_id)
    return [
        holdings.erased("问政策咨询员的话", talks),
        holdings.erased("办事进度", Ticks.objects.filter(person_id=person_id)),
        holdings.moved("给别人的答复", said, _KEPT, person_id=pseudonym_id),
    ]
