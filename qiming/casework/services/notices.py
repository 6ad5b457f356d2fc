"""Public notice: objections come in, others than the panel answer them."""

from uuid import UUID

from django.db import transaction

from qiming.casework.models import Case, Objection, ReviewSheet
from qiming.casework.queries.notices import Objected, told
from qiming.casework.queries.people import mover
from qiming.casework.queries.workflows import workflow_of
from qiming.kernel import audit, derived, outbox, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry

_WHY = "on public notice: everybody may object"
ANSWER_SCHOOL_DAYS = 10
MOST_OPEN = 50
MAX_TEXT = 4000


@transaction.atomic
def object_to(*, actor: Actor | None, case_id: UUID, text: str, token: UUID) -> str:
    """Object to what stands on public notice; returns the code by which the answer is read. `token` is made by the
    page: sent twice, it is one objection. None objects without a name: nothing is kept that leads to the writer."""
    case = Case.objects.unscoped(_WHY).select_for_update().filter(id=case_id).first()
    notice = workflow_of(case.workflow_id).notice if case else None
    if case is None or notice is None or case.state != notice.state:
        raise Denied("casework.object")
    words = text.strip()[:MAX_TEXT]
    if not words:
        raise UserError("请写明异议和依据", kept="没有提交。", field="text")
    code = _code(token)
    if not Objection.objects.filter(code_hash__in=_hashes(code)).exists():
        if Objection.objects.filter(case=case, settled_at=None).count() >= MOST_OPEN:
            raise UserError(
                "这一件的异议已经很多",
                kept="写的话还在。",
                next="已经转给监督的人，请过一天再看。",
                status=429,
            )
        place = registry.org_by_path(case.office_path).id
        due = registry.school_days_after(place, time.today(), ANSWER_SCHOOL_DAYS)
        Objection.objects.create(
            case=case,
            person_id=actor.person_id if actor else None,
            code_hash=_hashes(code)[0],
            text=words,
            due_at=time.at_local(due, 18),
        )
        outbox.announce("casework.objected", {"case_id": str(case.id)}, case.office_path)
    return code


@transaction.atomic
def settle(
    *, actor: Actor, objection_id: UUID, answer: str, upheld: bool, case_id: UUID | None = None
) -> None:
    """Answer an objection (of this case, where one is named). Not by anybody who reviewed or decided the case, nor by who applied."""
    found = Objection.objects.select_for_update().select_related("case").filter(id=objection_id).first()
    if found is None or case_id not in (None, found.case_id):
        raise Denied("casework.settle")
    workflow = workflow_of(found.case.workflow_id)
    who, _ = mover(actor, workflow, found.case)
    if workflow.notice is None or workflow.notice.settle not in who.answers_to:
        raise Denied("casework.settle")
    touched = ReviewSheet.objects.unscoped(_WHY).filter(case=found.case, person_id=actor.person_id).exists()
    decided = found.case.events.filter(actor_id=actor.person_id).exists()
    if touched or decided or who.ties:
        raise UserError(
            "你办过或评过这一件", kept="异议还在。", next="要由没有参与过的人来答复。", status=409
        )
    if found.settled_at is not None:
        raise UserError("这条异议已经答复过", kept="答复没有变。", status=409)
    if not answer.strip():
        raise UserError("请写答复", kept="异议还在。", field="answer")
    found.answer, found.upheld = answer.strip()[:MAX_TEXT], upheld
    found.settled_by, found.settled_at = actor.person_id, time.now()
    found.save()
    audit.write(
        actor,
        "casework.settle",
        thing="objection",
        thing_id=found.id,
        scope_path=found.case.scope_path,
        detail={"upheld": upheld},
    )


def by_code(code: str) -> Objected:
    """The objection whose writer kept this code; `Denied` when there is none."""
    rows = Objection.objects.filter(code_hash__in=_hashes("".join(code.split()).upper()))
    found = rows.select_related("case").first()
    if found is None:
        raise Denied("casework.object")
    return told(found, found.case.title)


def _code(token: UUID) -> str:
    return derived.made(f"objection-code:{token}").hex()[:12].upper()


def _hashes(code: str) -> list[str]:
    """What is kept of a code, first; and what later signing keys would have kept of it."""
    return [one.hex() for one in derived.read(f"objection-hash:{code}")]
