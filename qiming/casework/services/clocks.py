"""The clocks of all cases: owners are reminded, offices above are told, what moves by itself moves."""

import logging
from uuid import UUID

from django.db import transaction

from qiming.casework.models import Case
from qiming.casework.queries.workflows import workflow_of
from qiming.casework.rules import clocks
from qiming.casework.services.moving import move
from qiming.casework.services.reviewing import ask_more
from qiming.kernel import outbox, time
from qiming.kernel.errors import UserError

log = logging.getLogger(__name__)
ESCALATED = 100
_WHY = "the clock runs for every case"


def tick(limit: int = 2000) -> int:
    """Do what has come due; returns how many cases were touched. One that fails holds up no other."""
    waiting = Case.objects.unscoped(_WHY).filter(closed_at=None, due_at__isnull=False, told__lt=ESCALATED)
    touched = 0
    for case_id in list(waiting.order_by("due_at").values_list("id", flat=True)[:limit]):
        try:
            with transaction.atomic():
                touched += _one(case_id)
        except UserError:
            log.exception("case %s could not move by itself", case_id)
    return touched


def _one(case_id: UUID) -> int:
    case = Case.objects.unscoped(_WHY).select_for_update(skip_locked=True).filter(id=case_id).first()
    if case is None or case.due_at is None or case.told >= ESCALATED:
        return 0
    workflow = workflow_of(case.workflow_id)
    clock = workflow.states[case.state].clock
    if clock is None:
        return 0
    moment = time.now()
    ask_more(case_id)
    if moment >= case.due_at:
        if clock.then:
            move(actor=None, case_id=case_id, transition=clock.then, reason="到时")
            return 1
        return _tell(case, "casework.overdue", ESCALATED, to=clock.escalate)
    passed = sum(1 for at in clocks.reminders(clock, case.due_at) if at <= moment)
    return _tell(case, "casework.reminder", passed, to=case.owner) if passed > case.told else 0


def _tell(case: Case, event: str, told: int, *, to: str) -> int:
    case.told = told
    case.save(update_fields=["told"])
    outbox.announce(event, {"case_id": str(case.id), "to": to, "kind": case.kind}, case.office_path)
    return 1
