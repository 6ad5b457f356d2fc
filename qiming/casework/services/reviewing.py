"""Blind reviews: people are asked, decline, declare why they keep away, write drafts, hand in once and for all."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from qiming.casework.models import Case, Conflict, ReviewSheet
from qiming.casework.queries.cases import locked_sheets, round_of, sheet_of
from qiming.casework.queries.people import candidates, ties_of, workplaces
from qiming.casework.queries.workflows import workflow_of
from qiming.casework.rules import reviewing
from qiming.casework.types import Review, ReviewState, Workflow
from qiming.kernel import audit, outbox, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError

_LOCKING = "the reviewer's own sheet, or the round it belongs to"
MAX_NOTE = 1000


def begin(workflow: Workflow, case: Case) -> None:
    """When a case enters the state of a review: a new round, and people are asked. When it leaves, who has not handed
    in is not waited for any more. In the caller's transaction."""
    left = [review.key for review in workflow.reviews.values() if review.state != case.state]
    ReviewSheet.objects.unscoped(_LOCKING).filter(case=case, review__in=left, state=ReviewState.ASKED).update(
        state=ReviewState.RELEASED
    )
    for review in workflow.reviews.values():
        if review.state == case.state:
            _ask(workflow, case, review, number=round_of(case, review.key) + 1, missing=review.reviewers)


@transaction.atomic
def ask_more(case_id: UUID) -> int:
    """Fill up the present round: for those who declined, and for one more when the first ones differ; returns how
    many were asked. Nothing happens when nobody is missing."""
    case = Case.objects.unscoped(_LOCKING).select_for_update().get(id=case_id)
    return _fill(workflow_of(case.workflow_id), case)


@transaction.atomic
def decline(*, actor: Actor, sheet_id: UUID, why: str) -> None:
    """Give a review back; somebody else is asked."""
    sheet = _own(actor, sheet_id)
    sheet.state, sheet.declined_why = ReviewState.DECLINED, why.strip()[:200]
    sheet.save(update_fields=["state", "declined_why"])
    _note(actor, "casework.decline_review", sheet)
    _fill(workflow_of(sheet.case.workflow_id), sheet.case)


@transaction.atomic
def declare_conflict(*, actor: Actor, sheet_id: UUID, reason: str) -> None:
    """Say why one keeps away from a case: the review goes to somebody else, and every further step is closed."""
    if not reason.strip():
        raise UserError("请写一句和申请人的关系", kept="件没有动。", field="reason")
    sheet = _own(actor, sheet_id)
    Conflict.objects.get_or_create(
        case=sheet.case, person_id=actor.person_id, defaults={"reason": reason.strip()[:200]}
    )
    sheet.state, sheet.declined_why = ReviewState.DECLINED, "回避"
    sheet.save(update_fields=["state", "declined_why"])
    _note(actor, "casework.declare_conflict", sheet)
    _fill(workflow_of(sheet.case.workflow_id), sheet.case)


@transaction.atomic
def keep_draft(
    *, actor: Actor, sheet_id: UUID, points: Mapping[str, int], notes: Mapping[str, str], version: int
) -> int:
    """Keep what was filled in so far; returns the new version. An older window is told, and keeps what it has."""
    sheet = _own(actor, sheet_id)
    if version != sheet.version:
        raise UserError("另一个窗口里改过", kept="这一页写的还在。", next="刷新后再填。", status=409)
    sheet.points, sheet.notes = _fitting(sheet, points, notes)
    sheet.version += 1
    sheet.save(update_fields=["points", "notes", "version"])
    return sheet.version


@transaction.atomic
def hand_in(
    *,
    actor: Actor,
    sheet_id: UUID,
    points: Mapping[str, int],
    notes: Mapping[str, str],
    verdict: str,
    advice: str = "",
) -> None:
    """Hand a sheet in: from now on it cannot be changed, and not before now can its writer see the others."""
    sheet = _own(actor, sheet_id)
    workflow = workflow_of(sheet.case.workflow_id)
    review = workflow.reviews[sheet.review]
    if ties := ties_of(actor.person_id, sheet.case, workplaces(actor)):
        raise UserError(f"{ties[0]}，不能评", kept="件没有动。", next="请点“回避”，会另请一位。", status=409)
    if wrong := reviewing.faults(review, points, notes, verdict):
        raise UserError("还差一点", kept="填的都还在。", next=" ".join(wrong), field="verdict")
    sheet.points, sheet.notes = _fitting(sheet, points, notes)
    sheet.verdict, sheet.advice = verdict, advice.strip()[:MAX_NOTE]
    sheet.state, sheet.locked_at = ReviewState.LOCKED, time.now()
    sheet.save()
    _note(actor, "casework.hand_in_review", sheet)
    _fill(workflow, sheet.case)
    outbox.announce(
        "casework.reviewed", {"case_id": str(sheet.case_id), "review": sheet.review}, sheet.scope_path
    )


def _fitting(
    sheet: ReviewSheet, points: Mapping[str, int], notes: Mapping[str, str]
) -> tuple[dict[str, int], dict[str, str]]:
    criteria = {one.key for one in workflow_of(sheet.case.workflow_id).reviews[sheet.review].criteria}
    return (
        {key: value for key, value in points.items() if key in criteria},
        {key: value.strip()[:MAX_NOTE] for key, value in notes.items() if key in criteria},
    )


def _own(actor: Actor, sheet_id: UUID) -> ReviewSheet:
    """The case's row is locked first, always in this order: two reviewers handing in at once count each other."""
    sheet = ReviewSheet.objects.unscoped(_LOCKING).filter(id=sheet_id, person_id=actor.person_id).first()
    if sheet is None:
        raise Denied("casework.review")
    case = Case.objects.unscoped(_LOCKING).select_for_update().get(id=sheet.case_id)
    sheet = ReviewSheet.objects.unscoped(_LOCKING).select_for_update().get(id=sheet_id)
    sheet.case = case
    if sheet.state != ReviewState.ASKED or case.closed_at is not None:
        raise UserError(
            "这份评审已经交了或收回了", kept="交过的不会变。", next="回到待办看别的。", status=409
        )
    return sheet


def _fill(workflow: Workflow, case: Case) -> int:
    asked = 0
    for review in workflow.reviews.values():
        if review.state != case.state:
            continue
        number = round_of(case, review.key)
        sheets = [sheet_of(row) for row in locked_sheets(case, review.key)]
        rows = ReviewSheet.objects.unscoped(_LOCKING).filter(case=case, review=review.key, round=number)
        there = rows.filter(state__in=[ReviewState.ASKED, ReviewState.LOCKED]).count()
        asked += _ask(workflow, case, review, number=number, missing=reviewing.owed(review, sheets) - there)
    return asked


def _ask(workflow: Workflow, case: Case, review: Review, *, number: int, missing: int) -> int:
    if missing <= 0:
        return 0
    before = ReviewSheet.objects.unscoped(_LOCKING).filter(case=case, review=review.key, round=number)
    chosen = reviewing.choose(
        candidates(workflow, review.duty, case),
        count=missing,
        wanted=case.topics,
        already=set(before.values_list("person_id", flat=True)),
    )
    ReviewSheet.objects.bulk_create(
        ReviewSheet(
            case=case,
            scope_path=case.scope_path,
            review=review.key,
            round=number,
            person_id=person,
            state=ReviewState.ASKED,
        )
        for person in chosen
    )
    if len(chosen) < missing:
        outbox.announce(
            "casework.reviewers_missing",
            {"case_id": str(case.id), "review": review.key, "missing": missing - len(chosen)},
            case.office_path,
        )
    return len(chosen)


def _note(actor: Actor, verb: str, sheet: ReviewSheet) -> None:
    audit.write(actor, verb, thing="review_sheet", thing_id=sheet.id, scope_path=sheet.scope_path)
