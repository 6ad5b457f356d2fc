"""One case: may somebody see it, where it stands, what happened, what they may do now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from qiming.casework import rooms
from qiming.casework.access import TABLE
from qiming.casework.models import Case, CaseEvent, Objection, ReviewSheet
from qiming.casework.queries.people import duties_of, mover, place_of_duty
from qiming.casework.queries.workflows import workflow_of
from qiming.casework.rules import moving, reviewing
from qiming.casework.types import Answer, Moved, Proof, ReviewState, Transition, Verdict, Workflow
from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.registry import queries as registry

_WHY = "whose case it is was asked by load_case"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a case's history. `who` is empty for the system, and for reviewers while they stay unnamed."""

    seq: int
    at: datetime
    title: str
    to: str
    who: str
    reason: str
    proofs: tuple[Proof, ...]
    again_on: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A way on from here as one person sees it: what it is called, and why it is closed to them if it is."""

    transition: Transition
    answer: Answer


def visible_to(actor: Actor) -> Q:
    """The cases somebody may follow: their own, those of places they oversee, those of offices where they hold a duty,
    those they were asked to review."""
    seen = Q(applicant_id=actor.person_id) | overseen_by(actor)
    for _, place, _ in duties_of(actor.person_id):
        seen |= Q(office_path=place) | Q(scope_path=place)
    asked = ReviewSheet.objects.unscoped("one's own").filter(person_id=actor.person_id)
    return seen | Q(id__in=asked.values("case_id"))


def overseen_by(actor: Actor) -> Q:
    """The cases below the places somebody oversees, and those decided there: a company's place lies below nobody's."""
    found = TABLE.filter(actor, "casework.oversee", Case)
    for path in TABLE.paths(actor, "casework.oversee"):
        found |= Q(office_path__startswith=path)
    return found


def load_case(actor: Actor, case_id: UUID) -> Case:
    """The case, if this person may follow it; `Denied` otherwise."""
    found = Case.objects.unscoped(_WHY).filter(visible_to(actor), id=case_id).first()
    if found is None:
        raise Denied("casework.see_cases")
    return found


def follow_case(subject_ids: list[UUID]) -> Mapping[UUID, Case]:
    """The newest case about each thing, for the room that the things belong to."""
    rows = Case.objects.unscoped("asked by the room whose thing it is").filter(subject_id__in=subject_ids)
    return {one.subject_id: one for one in rows.order_by("id")}


def events_of(case: Case) -> list[Moved]:
    """The history of a case as its rules read it."""
    return [moved_of(row) for row in CaseEvent.objects.filter(case=case).order_by("seq")]


def moved_of(row: CaseEvent) -> Moved:
    return Moved(
        seq=row.seq,
        at=row.created_at,
        transition=row.transition,
        source=row.source,
        target=row.target,
        actor=row.actor_id,
        acting_for=row.acting_for,
        reason=row.reason,
        evidence=tuple(Proof(**one) for one in row.evidence),
        data=row.data,
    )


def reads_unnamed(actor: Actor, case: Case) -> bool:
    """Whether somebody follows the case as a reviewer alone, who must not learn whose it is."""
    workflow = workflow_of(case.workflow_id)
    blind = [one for one in workflow.reviews.values() if one.unnamed]
    if not any(case.state in (one.state, *one.hidden_in) for one in blind):
        return False
    if actor.person_id == case.applicant_id:
        return False
    if Case.objects.unscoped(_WHY).filter(overseen_by(actor), id=case.id).exists():
        return False
    places = {place_of_duty(workflow, duty, case) for duty in workflow.duties}
    held = {duty for duty, place, _ in duties_of(actor.person_id) if place in places}
    return not (held & set(workflow.duties)) - {one.duty for one in blind}


def history(case: Case, *, named: bool = True) -> list[Step]:
    """What happened, for everybody who may follow the case, oldest first. Officers are named by what they did."""
    workflow = workflow_of(case.workflow_id)
    rows = events_of(case)
    names = registry.persons_named(one.actor for one in rows if one.actor)
    return [
        Step(
            seq=one.seq,
            at=one.at,
            title="申请" if one.transition == moving.OPENED else workflow.transitions[one.transition].title,
            to=workflow.states[one.target].title,
            who=names.get(one.actor, "") if one.actor and named else "" if named else "不署名",
            reason=one.reason if named else "",
            proofs=one.evidence if named else (),
            again_on=str(one.data.get("again_on", "")),
        )
        for one in rows
    ]


def may_do(actor: Actor, case: Case) -> list[Choice]:
    """The ways on that are this person's to take, closed ones with their reasons (evidence and words come on the form)."""
    workflow = workflow_of(case.workflow_id)
    who, _ = mover(actor, workflow, case)
    facts = facts_of(workflow, case)
    found = []
    for step in workflow.out_of(case.state):
        if not who.answers_to.intersection(step.who):
            continue
        answer = moving.may_move(
            workflow,
            case.state,
            step,
            mover=who,
            facts=facts,
            guards=guards_of(workflow, case),
            given=step.evidence,
            reason="-",
        )
        found.append(Choice(step, answer))
    return found


def guards_of(workflow: Workflow, case: Case) -> dict[str, moving.Guard]:
    """The workflow's own conditions and its room's."""
    own = moving.guards_of(workflow)
    for name, condition in rooms.of(case.kind).conditions.items():
        own[name] = lambda _, ask=condition: ask(case.subject_id)  # type: ignore[misc]  # bound by its default
    return own


def facts_of(workflow: Workflow, case: Case) -> moving.Facts:
    """What the conditions may look at."""
    notice = workflow.notice
    return moving.Facts(
        applicant=case.applicant_id,
        history=events_of(case),
        reviews={key: standing_of(workflow, case, key) for key in workflow.reviews},
        open_objections=Objection.objects.filter(case=case, settled_at=None).count() if notice else 0,
        notice_over=bool(notice and case.state == notice.state and case.due_at and case.due_at <= time.now()),
    )


def standing_of(workflow: Workflow, case: Case, key: str) -> moving.ReviewFacts:
    """How a review stands in its present round."""
    review = workflow.reviews[key]
    sheets = [sheet_of(row) for row in locked_sheets(case, key)]
    verdict = reviewing.agreed(review, sheets)
    return moving.ReviewFacts(reviewing.owed(review, sheets), len(sheets), verdict.value if verdict else "")


def percent_of(case: Case, key: str) -> float | None:
    """The average of a review's sheets in its present round, in per cent; None until all that are owed are in."""
    review = workflow_of(case.workflow_id).reviews.get(key)
    if review is None:
        return None
    sheets = [sheet_of(row) for row in locked_sheets(case, key)]
    if len(sheets) < reviewing.owed(review, sheets):
        return None
    return sum(one.percent(review) for one in sheets) / len(sheets)


def round_of(case: Case, key: str) -> int:
    """The number of the present round: a case that came back is reviewed anew."""
    last = ReviewSheet.objects.unscoped(_WHY).filter(case=case, review=key).order_by("-round").first()
    return last.round if last else 0


def locked_sheets(case: Case, key: str) -> QuerySet[ReviewSheet]:
    """Sheets of the present round that were handed in, in the order they came."""
    rows = ReviewSheet.objects.unscoped(_WHY).filter(case=case, review=key, round=round_of(case, key))
    return rows.filter(state=ReviewState.LOCKED).order_by("locked_at", "id")


def sheet_of(row: ReviewSheet) -> reviewing.Sheet:
    return reviewing.Sheet(row.points, Verdict(row.verdict))


def again_on(case_id: UUID) -> date | None:
    """The day from which the applicant of a refused case may apply again, as the refusal said."""
    last = CaseEvent.objects.filter(case_id=case_id).order_by("-seq").first()
    said = last.data.get("again_on") if last else None
    return date.fromisoformat(said) if said else None


def states_been(case: Case) -> set[str]:
    """Every state the case has been in."""
    return set(CaseEvent.objects.filter(case=case).values_list("target", flat=True))


def reviewers_missing(case: Case) -> int:
    """How many reviewers are still to be found: nobody free was left to ask."""
    workflow = workflow_of(case.workflow_id)
    missing = 0
    for key, review in workflow.reviews.items():
        if review.state == case.state:
            rows = ReviewSheet.objects.unscoped(_WHY).filter(case=case, review=key, round=round_of(case, key))
            there = rows.filter(state__in=[ReviewState.ASKED, ReviewState.LOCKED]).count()
            missing += max(0, standing_of(workflow, case, key).owed - there)
    return missing
