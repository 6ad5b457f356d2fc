"""Whether what is stored about cases follows from their events, and whether the events are as they were written."""

from uuid import UUID

from qiming.casework.models import Case, CaseEvent
from qiming.casework.queries.cases import moved_of
from qiming.casework.queries.workflows import workflow_of
from qiming.casework.rules import moving


def broken_cases(limit: int = 100_000) -> list[UUID]:
    """Cases whose seals do not hold, or whose events do not lead to the state that is stored."""
    rows = Case.objects.unscoped("verified, shown to nobody").order_by("id")[:limit]
    return [case.id for case in rows.iterator() if not _holds(case)]


def _holds(case: Case) -> bool:
    workflow = workflow_of(case.workflow_id)
    rows = list(CaseEvent.objects.filter(case=case).order_by("seq"))
    history = [moved_of(row) for row in rows]
    seal = b""
    for row, event in zip(rows, history, strict=True):
        seal = moving.digest(seal, case.id, workflow.digest, event)
        if seal != bytes(row.case_seal):
            return False
    try:
        stands = moving.replay(workflow, history)
    except moving.BrokenHistory:
        return False
    return (stands.state, stands.owner, stands.seq) == (case.state, case.owner, case.seq)
