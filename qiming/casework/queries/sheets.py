"""Review sheets as pages show them: one's own to fill in; the others' when the round is over, without names."""

from dataclasses import dataclass
from uuid import UUID

from qiming.casework.models import Case, ReviewSheet
from qiming.casework.queries.cases import round_of
from qiming.casework.queries.workflows import workflow_of
from qiming.casework.types import Review, ReviewState, Verdict, Workflow
from qiming.kernel.access import Actor, Denied

_WHY = "one's own sheet, or those of a round that is over"


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion of a sheet."""

    key: str
    title: str
    most: int
    hint: str
    points: int | None
    note: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one reviewer thought, shown without a name."""

    label: str
    verdict: Verdict
    total: int
    most: int
    advice: str
    lines: list[Line]


def own_sheet(actor: Actor, sheet_id: UUID) -> ReviewSheet:
    """The sheet that was asked of this person; `Denied` for anybody else's."""
    rows = ReviewSheet.objects.unscoped(_WHY).select_related("case")
    found = rows.filter(id=sheet_id, person_id=actor.person_id).first()
    if found is None:
        raise Denied("casework.review")
    return found


def lines_of(review: Review, sheet: ReviewSheet) -> list[Line]:
    """The criteria with what was filled in so far."""
    return [
        Line(one.key, one.title, one.most, one.hint, sheet.points.get(one.key), sheet.notes.get(one.key, ""))
        for one in review.criteria
    ]


def opinions(case: Case) -> list[Opinion]:
    """What reviewers thought, once the case has left the review: until then nobody sees anything of it."""
    workflow = workflow_of(case.workflow_id)
    return [
        opinion
        for review in workflow.reviews.values()
        if case.state not in (review.state, *review.hidden_in)
        for opinion in _of_review(workflow, review, case)
    ]


def _of_review(workflow: Workflow, review: Review, case: Case) -> list[Opinion]:
    rows = ReviewSheet.objects.unscoped(_WHY).filter(
        case=case, review=review.key, round=round_of(case, review.key), state=ReviewState.LOCKED
    )
    most = sum(one.most for one in review.criteria)
    # By id, which says nothing about who handed in first.
    return [
        Opinion(
            f"{review.title}{number}",
            Verdict(row.verdict),
            sum(row.points.values()),
            most,
            row.advice,
            lines_of(review, row),
        )
        for number, row in enumerate(rows.order_by("id"), start=1)
    ]
