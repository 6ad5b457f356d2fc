"""What the companion holds about one person."""

from uuid import UUID

from qiming.assist.models import ClassCompanion, CompanionDay, Conversation, SchoolCompanion, Supervision
from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part

_WHY = "the request was checked by trust.copy_person or trust.confirm_erasure"


def export(person_id: UUID) -> list[Part]:
    """Which lessons were talked about, how long; for adults, what they set. The words themselves are in `agents`."""
    part = holdings.part
    return [
        part(
            "assist.conversation",
            "问过学伴的课",
            Conversation.objects.unscoped(_WHY).filter(pupil_id=person_id),
            {"开始": "started_at", "课": "lesson_key", "题": "item_key", "次数": "turns"},
        ),
        part(
            "assist.companionday",
            "用学伴的时间",
            CompanionDay.objects.unscoped(_WHY).filter(pupil_id=person_id),
            {"日期": "day", "秒": "seconds", "次数": "turns", "先自己试": "tried", "直接要答案": "asking"},
        ),
        part(
            "assist.supervision",
            "陪小学生用学伴",
            Supervision.objects.unscoped(_WHY).filter(opened_by=person_id),
            {"开始": "opened_at", "到": "until", "提前结束": "ended_at"},
        ),
        part(
            "assist.classcompanion",
            "停、开过的班",
            ClassCompanion.objects.unscoped(_WHY).filter(set_by=person_id)
            | ClassCompanion.objects.unscoped(_WHY).filter(supervised_by=person_id),
            {"时间": "set_at"},
        ),
        part(
            "assist.schoolcompanion",
            "学校的学伴",
            SchoolCompanion.objects.unscoped(_WHY).filter(set_by=person_id),
            {"时间": "set_at"},
        ),
    ]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """A pupil's use goes; what adults set stays without them."""
    why = "班里、学校的设置，去掉了是谁定的"
    return [
        holdings.erased("问过学伴的课", Conversation.objects.unscoped(_WHY).filter(pupil_id=person_id)),
        holdings.erased("用学伴的时间", CompanionDay.objects.unscoped(_WHY).filter(pupil_id=person_id)),
        holdings.moved(
            "陪小学生用学伴",
            Supervision.objects.unscoped(_WHY).filter(opened_by=person_id),
            "谁陪过要能查",
            opened_by=pseudonym_id,
        ),
        holdings.moved(
            "停、开过的班",
            ClassCompanion.objects.unscoped(_WHY).filter(set_by=person_id),
            why,
            set_by=pseudonym_id,
        ),
        holdings.moved(
            "陪过的班",
            ClassCompanion.objects.unscoped(_WHY).filter(supervised_by=person_id),
            why,
            supervised_by=pseudonym_id,
        ),
        holdings.moved(
            "学校的学伴",
            SchoolCompanion.objects.unscoped(_WHY).filter(set_by=person_id),
            why,
            set_by=pseudonym_id,
        ),
    ]
