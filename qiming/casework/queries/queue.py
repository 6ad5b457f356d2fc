"""Whose turn it is: what waits for a person, earliest due first; what goes on below an office."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from qiming.casework.models import Case, ReviewSheet
from qiming.casework.queries.cases import overseen_by
from qiming.casework.queries.notices import to_answer
from qiming.casework.queries.people import duties_of
from qiming.casework.queries.workflows import all_current, owner_words, workflow_of
from qiming.casework.types import At, Duty, ReviewState
from qiming.kernel import time
from qiming.kernel.access import Actor

PAGE = 50
_NO_DUTY = Duty("", "", At.OFFICE)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case in somebody's queue. `sheet` is set when it is a review that is asked of them."""

    id: UUID
    title: str
    kind: str
    state: str
    due_at: datetime | None
    sheet: UUID | None = None

    @property
    def late(self) -> bool:
        return self.due_at is not None and self.due_at < time.now()


def queue_of(actor: Actor, *, after: int = 0) -> tuple[list[Waiting], int]:
    """One page of what waits for this person and how much there is in all. Reviews first, then by due moment."""
    sheets, rows = sheets_asked(actor.person_id), _turn_of(actor)
    asked = sheets.count()
    reviews = [
        Waiting(one.case_id, one.case.title, *_titles(one.case), one.case.due_at, one.id)
        for one in sheets[after : after + PAGE]
    ]
    first = max(0, after - asked)
    page = rows.order_by("due_at", "id")[first : first + PAGE - len(reviews)]
    own = [Waiting(one.id, one.title, *_titles(one), one.due_at) for one in page]
    return [*reviews, *own], asked + rows.count()


def sheets_asked(person_id: UUID) -> QuerySet[ReviewSheet]:
    """Reviews asked of a person and not handed in yet, the earliest due first."""
    rows = ReviewSheet.objects.unscoped("one's own").filter(person_id=person_id, state=ReviewState.ASKED)
    return rows.filter(case__closed_at=None).select_related("case").order_by("case__due_at", "id")


def oversee(actor: Actor) -> list[tuple[str, str, int, int]]:
    """(kind, state, how many, how many overdue) below the offices this person oversees; sums only."""
    rows = Case.objects.unscoped("those one oversees").filter(overseen_by(actor), closed_at=None)
    late = Count("id", filter=Q(due_at__lt=time.now()))
    found = (
        rows.values_list("workflow_id", "state").annotate(n=Count("id"), late=late).order_by("kind", "state")
    )
    return [
        (workflow_of(flow).title, workflow_of(flow).states[state].title, count, overdue)
        for flow, state, count, overdue in found
    ]


def _turn_of(actor: Actor) -> QuerySet[Case]:
    turn = Q(owner="applicant", applicant_id=actor.person_id)
    for grant in actor.grants:
        turn |= Q(owner=f"role:{grant.role}", office_path__startswith=grant.scope_path)
        turn |= Q(owner=f"applicant_org:{grant.role}", scope_path__startswith=grant.scope_path)
    for duty, place, _ in duties_of(actor.person_id):
        turn |= Q(owner=f"duty:{duty}", owner_path=place) | _reviewed(duty, place)
    turn |= to_answer(actor)
    rows = Case.objects.unscoped("whose turn it is").filter(turn, closed_at=None)
    # What rests with its applicant waits for nobody.
    return rows.exclude(due_at=None)


def _reviewed(duty: str, place: str) -> Q:
    """Cases under review for which nobody is waited for any more: the turn of whoever draws the conclusion."""
    found = Q(pk__in=[])
    for workflow in all_current():
        at = "office_path" if workflow.duties.get(duty, _NO_DUTY).at is At.OFFICE else "scope_path"
        for review in workflow.reviews.values():
            ways = [step for step in workflow.out_of(review.state) if f"duty:{duty}" in step.who]
            if any(step.guards for step in ways):
                found |= Q(kind=workflow.key, state=review.state, **{at: place})
    asked = ReviewSheet.objects.unscoped("whether somebody is waited for")
    return found & Q(~Exists(asked.filter(case=OuterRef("pk"), state=ReviewState.ASKED)))


def _titles(case: Case) -> tuple[str, str]:
    workflow = workflow_of(case.workflow_id)
    return workflow.title, workflow.states[case.state].title


@dataclass(frozen=True, slots=True)
class Applied:
    """A case somebody applied for: where it is, whose turn it is."""

    id: UUID
    title: str
    kind: str
    state: str
    owner: str
    due_at: datetime | None
    closed: bool


def applied_by(actor: Actor, limit: int = 50) -> list[Applied]:
    """The newest cases this person applied for."""
    rows = Case.objects.unscoped("one's own").filter(applicant_id=actor.person_id).order_by("-id")[:limit]
    return [
        Applied(
            one.id,
            one.title,
            *_titles(one),
            owner_words(workflow_of(one.workflow_id), one.owner),
            one.due_at,
            one.closed_at is not None,
        )
        for one in rows
    ]
