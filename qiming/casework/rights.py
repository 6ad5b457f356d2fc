"""What casework holds about one person: their objections and what they applied for; pupils have no cases."""

from uuid import UUID

from django.db.models import Q

from qiming.casework.models import Case, CaseEvent, Objection, ReviewSheet
from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part

_WHY = "the request was checked by trust.copy_person or trust.confirm_erasure"
_SEALED = "办件经过逐条封存，公正办理需要留存；只有内部编号，编号已不指向任何人"


def export(person_id: UUID) -> list[Part]:
    """Cases applied for, what was done in cases, reviews written, objections made under one's name."""
    part = holdings.part
    return [
        part(
            "casework.case",
            "申请过的件",
            Case.objects.unscoped(_WHY).filter(applicant_id=person_id),
            {"时间": "created_at", "什么事": "title", "到哪一步": "state"},
            hide="last_seal",
        ),
        part(
            "casework.caseevent",
            "办过的步骤",
            CaseEvent.objects.filter(actor_id=person_id),
            {"时间": "created_at", "办了什么": "transition", "理由": "reason"},
            hide="case_seal seal seal_no",
        ),
        part(
            "casework.reviewsheet",
            "写过的评审",
            ReviewSheet.objects.unscoped(_WHY).filter(person_id=person_id),
            {"时间": "created_at", "结论": "verdict", "意见": "advice"},
        ),
        part(
            "casework.objection",
            "提过的异议",
            Objection.objects.filter(person_id=person_id),
            {"时间": "created_at", "内容": "text", "答复": "answer"},
            hide="code_hash",
        ),
    ]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """Objections lose their writer; the sealed history of cases keeps numbers that lead nowhere any more."""
    objections = Objection.objects.filter(person_id=person_id).update(person_id=None)
    kept = CaseEvent.objects.filter(Q(actor_id=person_id) | Q(acting_for=person_id)).count()
    return [
        Fate("提过的异议", objections, "pseudonym", "内容是公示的一部分，去掉是谁写的"),
        Fate("办件经过", kept, "kept", _SEALED),
    ]


holdings.register("casework", 2, export=export, erase=erase)
