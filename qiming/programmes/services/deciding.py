"""Putting a call's reviewed applications in order, and what was seen on a visit."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.casework import queries as casework
from qiming.casework import services as cases
from qiming.casework.types import Verdict
from qiming.kernel import audit, outbox, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.programmes import events
from qiming.programmes.access import BOARD
from qiming.programmes.models import Application, Call, Visit
from qiming.programmes.queries.board import may_rank
from qiming.programmes.queries.calls import COMING, HOLDING, REVIEWED, is_open, programme_of, quota_of
from qiming.programmes.queries.seen import may_visit
from qiming.programmes.rules.ranking import choose
from qiming.programmes.services.calls import lock_programme
from qiming.programmes.types import Candidate, Programme

_WHY = "the whole call is ranked at once; who may was asked"
MOST_NOTE = 2000
CHECKED = {
    "lesson": "看了一节课",
    "pupils": "和学生谈过",
    "teachers": "和老师谈过",
    "figures": "申报表里的数对过",
    "safety": "安全和同意看过",
}


@transaction.atomic
def rank(*, actor: Actor, call_id: UUID) -> int:
    """Order everything that was reviewed, within quota and floor; returns how many are chosen. Not before the last
    reviewer of the last application has handed in. May be done again: what stands on notice or is named stays."""
    call = Call.objects.unscoped(_WHY).select_for_update().filter(id=call_id).first()
    if call is None or not may_rank(actor, call):
        raise Denied(BOARD)
    programme = programme_of(call)
    lock_programme(call.programme)
    rows = Application.objects.unscoped(_WHY).filter(call=call)
    if why := too_early(call, list(rows.values_list("state", flat=True))):
        raise UserError("还不能排序", kept="没有改动。", next=why, status=409)
    _close_reviews(rows.filter(state__in=REVIEWED), programme)
    reviewed = list(rows.filter(state__in=("scored", *HOLDING)))
    shares = {one.id: _percent(one, programme) for one in reviewed}
    given = [
        Candidate(one.id, one.district_path, one.stage, shares[one.id], held=one.state in HOLDING)
        for one in reviewed
    ]
    places = {one.id: one for one in choose(call.id, given, quota_of(call))}
    for one in reviewed:
        place, share = places[one.id], shares[one.id]
        one.rank, one.chosen, one.place_why = place.rank or None, place.chosen, place.why
        one.percent = None if share is None else Decimal(f"{share:.2f}")
        one.save(update_fields=["rank", "chosen", "place_why", "percent"])
    call.ranked_at, call.ranked_by = time.now(), actor.person_id
    call.save(update_fields=["ranked_at", "ranked_by"])
    count = sum(one.chosen for one in places.values())
    audit.write(
        actor,
        "programmes.rank",
        thing="call",
        thing_id=call.id,
        scope_path=call.scope_path,
        detail={"reviewed": len(reviewed), "chosen": count},
    )
    outbox.announce(events.RANKED, {"call_id": str(call.id)}, call.scope_path)
    return count


def too_early(call: Call, states: list[str]) -> str:
    """Why a call with applications in these states can't be ranked yet; empty when it can."""
    if is_open(call):
        return f"{call.closes_on}截止以后再排。"
    coming = sum(state in COMING for state in states)
    if coming:
        return f"还有{coming}份没有送到评审。"
    if not any(state in (*REVIEWED, "scored", *HOLDING) for state in states):
        return "没有评过的申报。"
    return ""


def _close_reviews(rows: Iterable[Application], programme: Programme) -> None:
    """Where a sheet is still owed the move refuses, and with it the whole ranking."""
    for one in list(rows):
        assert one.case_id
        cases.move(actor=None, case_id=one.case_id, transition=programme.close_review)


def _percent(row: Application, programme: Programme) -> float | None:
    """The reviewers' average where they accept it; None otherwise."""
    assert row.case_id
    case = casework.follow_case([row.id])[row.id]
    workflow = casework.workflow_of(case.workflow_id)
    agreed = casework.standing_of(workflow, case, programme.rubric).verdict == Verdict.ACCEPT
    return casework.percent_of(case, programme.rubric) if agreed else None


@transaction.atomic
def note_visit(
    *, actor: Actor, application_id: UUID, key: UUID, day: date, seen: Mapping[str, bool], note: str
) -> UUID:
    """Keep what was seen at a school. `key` comes from the browser that wrote it, perhaps without a network: the same
    record sent again changes nothing and is answered like the first time."""
    row = Application.objects.unscoped(_WHY).select_for_update().filter(id=application_id).first()
    if row is None or not may_visit(actor, row):
        raise Denied(BOARD)
    before = Visit.objects.unscoped(_WHY).filter(key=key).first()
    if before is not None:
        return _again(before, row, actor)
    said = note.replace("\x00", "").strip()
    if row.state != "scored":
        raise UserError("现在不用去看", kept="写的还在这一页。", next="评完以后、公示以前去看。", status=409)
    if not 10 <= len(said) <= MOST_NOTE:
        raise UserError(
            "请写看到了什么", kept="写的还在这一页。", next=f"10到{MOST_NOTE}个字。", field="note"
        )
    if day > time.today():
        raise UserError("还没有到那一天", kept="写的还在这一页。", field="day")
    try:
        with transaction.atomic():
            visit = Visit.objects.create(
                scope_path=row.scope_path,
                application=row,
                key=key,
                visitor=actor.person_id,
                day=day,
                seen={name: bool(seen.get(name)) for name in CHECKED},
                note=said,
            )
    except IntegrityError:
        raise Denied(BOARD) from None
    audit.write(actor, "programmes.visit", thing="visit", thing_id=visit.id, scope_path=row.scope_path)
    return visit.id


def _again(before: Visit, row: Application, actor: Actor) -> UUID:
    if before.application_id != row.id or before.visitor != actor.person_id:
        raise Denied(BOARD)
    return before.id
