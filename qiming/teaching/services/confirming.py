"""After the period: confirmed in one tap, amended with a reason, opened again when it was a mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import AI
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.time import local, now, today
from qiming.registry import queries as registry
from qiming.teaching.access import AMEND, CONFIRM
from qiming.teaching.events import PERIOD_AMENDED, PERIOD_CONFIRMED
from qiming.teaching.models import Attendance, LivePeriod, Presence, TaughtPeriod
from qiming.teaching.queries.ledger import attendance_of
from qiming.teaching.queries.refs import period_ref
from qiming.teaching.rules.dated import is_late
from qiming.teaching.services.crediting import evidence_kind_of, recompute
from qiming.teaching.services.live import audit_forced_end, finish
from qiming.teaching.services.periods import locked_period, needs_reason, note_change, tell
from qiming.teaching.services.roster import roster_on
from qiming.teaching.types import AttendanceStatus, PeriodRef, PeriodState

_WHY = "attendance of a period the actor has been let in to"

Exceptions = Mapping[UUID, AttendanceStatus]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """`fresh` is False when somebody had confirmed it before: nothing was changed then."""

    period: PeriodRef
    fresh: bool
    credited: int
    by: UUID


def confirm_period(*, actor: Actor, period_id: UUID, exceptions: Exceptions, note: str = "") -> Confirmed:
    """Confirm a taught period: everybody of that day's class was there but the exceptions. Twice is once."""
    with transaction.atomic():
        period = locked_period(actor, CONFIRM, period_id)
        if period.state == PeriodState.CONFIRMED:
            return _already(period)
        _may_confirm(actor, period)
        mark_attendance(actor, period, exceptions)
        period.note = note.strip()[:500] or period.note
        credited = settle(actor, period)
        note_change(actor, period, "confirmed", after=_picture(period))
        tell(PERIOD_CONFIRMED, period)
    return Confirmed(period_ref(period), True, credited, actor.person_id)


def _already(period: TaughtPeriod) -> Confirmed:
    assert period.confirmed_by is not None
    credited = sum(status.counts for status in attendance_of(period.id).values())
    return Confirmed(period_ref(period), False, credited, period.confirmed_by)


def _may_confirm(actor: Actor, period: TaughtPeriod) -> None:
    if period.state == PeriodState.CANCELLED:
        raise UserError("这节课已经取消了", next="要是其实上了，请用“补记一节”。")
    if period.state == PeriodState.PLANNED:
        raise UserError(
            "这节课还没有上，不能确认",
            next="在平台上上过再确认；用别的办法上了，请在这节课里选“用别的办法上了”。",
        )
    if period.state == PeriodState.LIVE:
        if local(period.live.started_at).date() == today() and period.ends_at and period.ends_at > now():
            raise UserError("这节课还在上", next="先点“下课”，再确认。")
        finish(period, period.live)
        audit_forced_end(actor, period)


def settle(actor: Actor, period: TaughtPeriod) -> int:
    """Set the period confirmed and write the ledger; returns how many pupils are credited."""
    at = now()
    period.state = PeriodState.CONFIRMED
    period.evidence_kind = evidence_kind_of(period)
    period.confirmed_by, period.confirmed_at = actor.person_id, at
    period.taught_by = period.taught_by or actor.person_id
    if period.offering_id is not None:  # what the platform never saw says itself when it was put on record
        days = registry.school_slots(period.class_group_id, period.planned_date, local(at).date())
        period.is_late = is_late(period.planned_date, local(at).date(), [slot.date for slot in days])
    period.save()
    return recompute(period)


def mark_attendance(actor: Actor, period: TaughtPeriod, exceptions: Exceptions) -> None:
    """Write attendance of everybody who was in the class that day, plus whoever joined from elsewhere."""
    pupils = {pupil.id for pupil in roster_on(period.class_group_id, period.planned_date)}
    known, joined = attendance_of(period.id), joined_of(period)
    unknown = set(exceptions) - pupils - set(known)
    if unknown:
        raise UserError("名单里有人那天不在这个班", next="刷新页面，再勾一次。")
    rows = []
    for pupil_id in sorted(pupils | set(known)):
        status = AttendanceStatus(exceptions.get(pupil_id, AttendanceStatus.PRESENT))
        by_platform = status is AttendanceStatus.PRESENT and pupil_id in joined
        rows.append(
            Attendance(
                id=new_id(),
                scope_path=period.scope_path,
                period=period,
                pupil_id=pupil_id,
                status=status,
                source="platform" if by_platform else "teacher",
                marked_by=None if by_platform else actor.person_id,
            )
        )
    Attendance.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["period", "pupil_id"],
        update_fields=["status", "source", "marked_by"],
    )


def amend_period(
    *,
    actor: Actor,
    period_id: UUID,
    reason: str,
    exceptions: Exceptions | None = None,
    credited_minutes: int | None = None,
) -> PeriodRef:
    """Correct a confirmed period. What stood before is kept with the reason; the ledger is computed afresh."""
    with transaction.atomic():
        period = locked_period(actor, AMEND, period_id)
        said = needs_reason(reason)
        if period.state != PeriodState.CONFIRMED:
            raise UserError("这节课还没有确认，不用更正", next="直接确认就行。")
        before = _picture(period)
        if exceptions is not None:
            mark_attendance(actor, period, exceptions)
        if credited_minutes is not None and _may_count(period):
            if not 1 <= credited_minutes <= period.period_minutes:
                raise UserError(
                    f"人工智能用的分钟数要在1到{period.period_minutes}之间", field="credited_minutes"
                )
            period.credited_minutes = credited_minutes
        after = _picture(period)
        if after == before:
            raise UserError("没有改动任何内容", kept="原来的记录没有动。", next="改好出勤或分钟数再保存。")
        period.is_amended = True
        period.evidence_kind = evidence_kind_of(period)
        period.save()
        recompute(period)
        note_change(actor, period, "amended", reason=said, before=before, after=after)
        tell(PERIOD_AMENDED, period)
    return period_ref(period)


def _may_count(period: TaughtPeriod) -> bool:
    if period.subject == AI:
        return True
    words = curriculum.subject_words(period.subject)
    raise UserError(f"这是{words}课，不折算人工智能课时", kept="原来的记录没有动。", next="只改出勤就可以。")


def reopen_period(*, actor: Actor, period_id: UUID, reason: str) -> PeriodRef:
    """Take a confirmation back: the period waits to be confirmed again and counts for nobody until then."""
    with transaction.atomic():
        period = locked_period(actor, AMEND, period_id)
        said = needs_reason(reason)
        if period.state != PeriodState.CONFIRMED:
            raise UserError("这节课现在没有确认，不用撤回", next="直接确认就行。")
        before = _picture(period)
        period.state, period.is_amended, period.is_late = PeriodState.TAUGHT, True, False
        period.confirmed_by = period.confirmed_at = period.evidence_kind = None
        period.save()
        recompute(period)
        note_change(actor, period, "reopened", reason=said, before=before, after=_picture(period))
        tell(PERIOD_AMENDED, period)
    return period_ref(period)


def _picture(period: TaughtPeriod) -> dict[str, Any]:
    """What a change is measured by: minutes and who was not simply there."""
    came = attendance_of(period.id)
    return {
        "state": str(period.state),
        "minutes": period.credited_minutes,
        "here": sum(status is AttendanceStatus.PRESENT for status in came.values()),
        "exceptions": {
            str(pupil_id): status.value
            for pupil_id, status in sorted(came.items())
            if status is not AttendanceStatus.PRESENT
        },
    }


def joined_of(period: TaughtPeriod | PeriodRef) -> set[UUID]:
    """Who came in by the platform: what the confirming page is filled in with."""
    rows = Presence.objects.unscoped(_WHY).filter(period_id=period.id)
    return set(rows.values_list("pupil_id", flat=True))


def was_live(period: PeriodRef) -> bool:
    return LivePeriod.objects.unscoped(_WHY).filter(period_id=period.id).exists()
