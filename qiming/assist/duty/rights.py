"""What duty holds about one person."""

from uuid import UUID

from qiming.assist.models import Alert, AlertNotice, DutyLine
from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part

_WHY = "the request was checked by trust.copy_person or trust.confirm_erasure"


def export(person_id: UUID) -> list[Part]:
    """When somebody was on duty and told. What a child asked for is not in the child's copy: the copy may be read by
    the very person the child spoke of; the school answers such a request face to face."""
    return [
        holdings.part(
            "assist.alert",
            "求助",
            Alert.objects.unscoped(_WHY).none(),
            {},
            says="学生写过的求助不放进副本，有没有都不放：副本可能被学生说到的人看到。本人可以当面向学校要。",
        ),
        holdings.part(
            "assist.dutyline",
            "值班",
            DutyLine.objects.unscoped(_WHY).filter(person_id=person_id),
            {"从": "starts", "到": "ends", "星期": "weekdays", "撤下": "ended_at"},
            hide="set_by",
        ),
        holdings.part(
            "assist.alertnotice",
            "通知到我的求助",
            AlertNotice.objects.unscoped(_WHY).filter(person_id=person_id),
            {"通知": "told_at", "看了": "seen_at"},
            hide="alert",
        ),
    ]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """Who was told and what was done stays under a pseudonym for its time: whether a school acted must be answerable."""
    why = "学校有没有尽到保护责任要能查，到期才删"
    move = holdings.moved
    rows = Alert.objects.unscoped(_WHY)
    return [
        move(
            "值班", DutyLine.objects.unscoped(_WHY).filter(person_id=person_id), why, person_id=pseudonym_id
        ),
        move(
            "排的值班表", DutyLine.objects.unscoped(_WHY).filter(set_by=person_id), why, set_by=pseudonym_id
        ),
        move("求助", rows.filter(pupil_id=person_id), why, pupil_id=pseudonym_id, note=""),
        move("接手的求助", rows.filter(taken_by=person_id), why, taken_by=pseudonym_id),
        move("处理的求助", rows.filter(closed_by=person_id), why, closed_by=pseudonym_id),
        move(
            "通知到的求助",
            AlertNotice.objects.unscoped(_WHY).filter(person_id=person_id),
            why,
            person_id=pseudonym_id,
        ),
    ]
