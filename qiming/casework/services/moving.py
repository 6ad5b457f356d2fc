"""Opening a case and moving it: the only places that write where a case stands."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from qiming.casework import rooms
from qiming.casework.models import Case, CaseEvent
from qiming.casework.queries.cases import facts_of, guards_of
from qiming.casework.queries.people import mover, place_of_duty
from qiming.casework.queries.workflows import current, workflow_of
from qiming.casework.rules import clocks, moving
from qiming.casework.services import reviewing
from qiming.casework.types import Kind, Moved, Proof, Transition, Workflow
from qiming.kernel import audit, outbox, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.registry import queries as registry

_LOCKING = "moved under its lock; who may is decided by the workflow"
MAX_REASON = 2000


@transaction.atomic
def open_case(
    *,
    actor: Actor | None,
    key: str,
    title: str,
    subject_id: UUID,
    scope_path: str,
    office_path: str,
    topics: Iterable[str] = (),
    data: Mapping[str, Any] | None = None,
) -> UUID:
    """Begin a case of the kind `key` about `subject_id`, applied for by `actor` from the organisation at `scope_path`,
    to be decided at `office_path`. The room that calls has checked that the actor may."""
    row, workflow = current(key)
    case = Case(
        id=new_id(),
        workflow_id=row,
        kind=key,
        title=title[:80],
        applicant_id=actor.person_id if actor else None,
        scope_path=scope_path,
        office_path=office_path,
        subject_id=subject_id,
        topics=sorted(set(topics)),
        state=workflow.first,
        entered_at=time.now(),
    )
    event = Moved(
        seq=1,
        at=time.now(),
        transition=moving.OPENED,
        source="",
        target=workflow.first,
        actor=case.applicant_id,
        data=dict(data or {}),
    )
    _enter(case, workflow, event)
    case.save(force_insert=True)
    _write(case, workflow, event)
    _tell(actor, case, event)
    return case.id


@transaction.atomic
def move(
    *,
    actor: Actor | None,
    case_id: UUID,
    transition: str,
    reason: str = "",
    evidence: Iterable[Proof] = (),
    data: Mapping[str, Any] | None = None,
    expected_seq: int | None = None,
) -> Moved:
    """Make one move, if the workflow lets this actor make it now; None acts for the installation itself.

    `expected_seq` is the number of events the actor saw: when somebody moved the case meanwhile nothing happens and
    they are told. Raises `UserError` with every reason, `Denied` when the case or the way does not exist for them.
    """
    case = Case.objects.unscoped(_LOCKING).select_for_update().filter(id=case_id).first()
    if case is None:
        raise Denied("casework.move")
    workflow = workflow_of(case.workflow_id)
    _refuse_stale(case, workflow, expected_seq)
    step = workflow.transitions.get(transition)
    proofs = tuple(evidence)
    who, behalf = mover(actor, workflow, case)
    if step is None or (actor is not None and not who.answers_to.intersection(step.who)):
        raise Denied("casework.move")
    answer = moving.may_move(
        workflow,
        case.state,
        step,
        mover=who,
        facts=facts_of(workflow, case),
        guards=guards_of(workflow, case),
        given=[one.kind for one in proofs],
        reason=reason,
    )
    if not answer:
        raise UserError(
            f"还不能“{step.title}”",
            kept="件还在原来那一步，写的内容还在这一页。",
            next=" ".join(answer.reasons),
            status=409,
        )
    event = Moved(
        seq=case.seq + 1,
        at=time.now(),
        transition=transition,
        source=case.state,
        target=step.target,
        actor=who.person,
        acting_for=behalf,
        reason=reason.strip()[:MAX_REASON],
        evidence=proofs,
        data={**(data or {}), **_again(step)},
    )
    _enter(case, workflow, event)
    case.save()
    _write(case, workflow, event)
    reviewing.begin(workflow, case)
    follow = rooms.of(case.kind).follow
    if follow:
        follow(case.id, case.subject_id, event)
    _tell(actor, case, event)
    return event


def _refuse_stale(case: Case, workflow: Workflow, expected_seq: int | None) -> None:
    if expected_seq is not None and expected_seq != case.seq:
        raise UserError(
            "刚才有人办过这一件",
            kept=f"现在是“{workflow.states[case.state].title}”，你写的内容还在这一页。",
            next="刷新看一下经过，再决定要不要办。",
            status=409,
        )


def _enter(case: Case, workflow: Workflow, event: Moved) -> None:
    state = workflow.states[event.target]
    case.state, case.owner, case.seq = state.key, state.owner, event.seq
    case.owner_path = _owner_path(case, workflow)
    case.entered_at, case.told = event.at, 0
    case.due_at = due_of(case, workflow, event.at)
    case.closed_at = event.at if state.final else None


def _owner_path(case: Case, workflow: Workflow) -> str:
    """Where the duty lies whose turn it is; a review is the turn of those who were asked, not of all who could be."""
    under_review = any(review.state == case.state for review in workflow.reviews.values())
    if under_review or not case.owner.startswith("duty:"):
        return ""
    return place_of_duty(workflow, case.owner.removeprefix("duty:"), case)


def due_of(case: Case, workflow: Workflow, entered: datetime) -> datetime | None:
    """When the state the case is in is due; None when it waits for nobody."""
    clock = workflow.states[case.state].clock
    if clock is None:
        return None
    place = registry.org_by_path(case.scope_path).id

    def after(day: date, days: int) -> date:
        return registry.school_days_after(place, day, days)

    return clocks.due(clock, entered, time.local(entered).date(), after, time.at_local)


def _again(step: Transition) -> dict[str, str]:
    if step.kind is not Kind.REFUSES or step.reapply_days is None:
        return {}
    return {"again_on": (time.today() + timedelta(days=step.reapply_days)).isoformat()}


def _write(case: Case, workflow: Workflow, event: Moved) -> None:
    seal = moving.digest(bytes(case.last_seal), case.id, workflow.digest, event)
    CaseEvent.objects.create(
        case=case,
        seq=event.seq,
        created_at=event.at,
        transition=event.transition,
        source=event.source,
        target=event.target,
        actor_id=event.actor,
        acting_for=event.acting_for,
        reason=event.reason,
        evidence=[asdict(one) for one in event.evidence],
        data=dict(event.data),
        case_seal=seal,
    )
    case.last_seal = seal
    case.save(update_fields=["last_seal"])


def _tell(actor: Actor | None, case: Case, event: Moved) -> None:
    audit.write(
        actor,
        f"casework.{event.transition}",
        thing="case",
        thing_id=case.id,
        scope_path=case.scope_path,
        detail={"kind": case.kind, "from": event.source, "to": event.target},
    )
    outbox.announce(
        "casework.moved",
        {"case_id": str(case.id), "kind": case.kind, "to": event.target, "transition": event.transition},
        case.scope_path,
    )
