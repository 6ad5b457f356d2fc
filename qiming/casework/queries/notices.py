"""What stands on public notice, for everybody; objections for those who answer them and for who kept a code."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from qiming.casework import rooms
from qiming.casework.models import Case, Objection
from qiming.casework.queries.people import duties_of, mover
from qiming.casework.queries.workflows import all_current, workflow_of
from qiming.casework.types import At
from qiming.kernel import time
from qiming.kernel.access import Actor, Denied

_WHY = "on public notice: everybody may read it"


@dataclass(frozen=True, slots=True)
class Noticed:
    """One case on public notice. `page`: where what is proposed is shown to everybody; empty when nowhere."""

    id: UUID
    title: str
    kind: str
    says: str
    until: datetime | None
    page: str

    @property
    def over(self) -> bool:
        return self.until is not None and self.until <= time.now()


@dataclass(frozen=True, slots=True)
class Objected:
    """One objection. `text` is empty for who follows the case and has not to answer it: its words may give away the writer."""

    id: UUID
    title: str
    text: str
    at: datetime
    due_at: datetime
    answer: str
    upheld: bool | None

    @property
    def late(self) -> bool:
        return self.upheld is None and self.due_at < time.now()


def on_notice() -> list[Noticed]:
    """Everything on public notice now, the first to end first."""
    wanted = Q(pk__in=[])
    for workflow in all_current():
        if workflow.notice:
            wanted |= Q(kind=workflow.key, state=workflow.notice.state)
    rows = Case.objects.unscoped(_WHY).filter(wanted, closed_at=None).order_by("due_at", "id")
    return [_noticed(one) for one in rows]


def noticed(case_id: UUID) -> Noticed:
    """One case, if it stands on public notice; `Denied` otherwise."""
    case = Case.objects.unscoped(_WHY).filter(id=case_id, closed_at=None).first()
    notice = workflow_of(case.workflow_id).notice if case else None
    if case is None or notice is None or case.state != notice.state:
        raise Denied("casework.object")
    return _noticed(case)


def objections_of(actor: Actor, case: Case) -> tuple[list[Objected], bool]:
    """The objections to a case somebody may follow, those without an answer first, and whether this person answers them."""
    workflow = workflow_of(case.workflow_id)
    if workflow.notice is None:
        return [], False
    who, _ = mover(actor, workflow, case)
    answers = workflow.notice.settle in who.answers_to
    rows = Objection.objects.filter(case=case).order_by("settled_at", "due_at", "id")
    return [told(one, case.title, with_text=answers) for one in rows], answers


def told(one: Objection, title: str, *, with_text: bool = True) -> Objected:
    return Objected(
        one.id, title, one.text if with_text else "", one.created_at, one.due_at, one.answer, one.upheld
    )


def to_answer(actor: Actor) -> Q:
    """The cases whose objections wait for this person."""
    found = Q(pk__in=[])
    held = {(duty, place) for duty, place, _ in duties_of(actor.person_id)}
    for workflow in all_current() if held else []:
        if workflow.notice is None:
            continue
        name = workflow.notice.settle.removeprefix("duty:")
        duty = workflow.duties.get(name)
        at = "office_path" if duty and duty.at is At.OFFICE else "scope_path"
        for place in (place for key, place in held if key == name):
            found |= Q(kind=workflow.key, state=workflow.notice.state, **{at: place})
    waiting = Objection.objects.filter(case=OuterRef("pk"), settled_at=None)
    return found & Q(Exists(waiting))


def _noticed(case: Case) -> Noticed:
    workflow = workflow_of(case.workflow_id)
    public = rooms.of(case.kind).public
    says = workflow.notice.says if workflow.notice else ""
    return Noticed(
        case.id, case.title, workflow.title, says, case.due_at, public(case.subject_id) if public else ""
    )
