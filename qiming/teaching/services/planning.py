"""Changing a plan: another slot, one period more, a period that will not be held."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from qiming.curriculum import queries as curriculum
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.time import today
from qiming.registry import queries as registry
from qiming.registry.types import SlotRef, SlotTime
from qiming.teaching.access import PLAN, TABLE
from qiming.teaching.events import PLAN_CHANGED
from qiming.teaching.models import Offering, TaughtPeriod
from qiming.teaching.queries.refs import period_ref
from qiming.teaching.services.opening import hours_of
from qiming.teaching.services.periods import (
    locked_period,
    moments,
    needs_reason,
    note_change,
    save_in_slot,
    tell,
)
from qiming.teaching.types import PeriodRef, PeriodState


def reschedule_period(
    *, actor: Actor, period_id: UUID, planned_date: date, slot_no: int, reason: str = ""
) -> PeriodRef:
    """Move a planned period to another slot of the school calendar."""
    with transaction.atomic():
        period = locked_period(actor, PLAN, period_id)
        _must_be_planned(period)
        slot = _slot(period.class_group_id, planned_date, slot_no)
        if (period.planned_date, period.slot_no) == (slot.date, slot.no):
            return period_ref(period)
        before = {"date": period.planned_date.isoformat(), "slot_no": period.slot_no}
        _put_in(period, slot)
        save_in_slot(period)
        after = {"date": slot.date.isoformat(), "slot_no": slot.no}
        note_change(actor, period, "rescheduled", reason=reason.strip()[:300], before=before, after=after)
        tell(PLAN_CHANGED, period)
    return period_ref(period)


def cancel_period(*, actor: Actor, period_id: UUID, reason: str) -> PeriodRef:
    """Say that a planned period will not be held. Asking twice changes nothing."""
    with transaction.atomic():
        period = locked_period(actor, PLAN, period_id)
        if period.state == PeriodState.CANCELLED:
            return period_ref(period)
        said = needs_reason(reason)
        _must_be_planned(period)
        period.state = PeriodState.CANCELLED
        period.save(update_fields=["state"])
        note_change(actor, period, "cancelled", reason=said)
        tell(PLAN_CHANGED, period)
    return period_ref(period)


def add_period(
    *, actor: Actor, offering_id: UUID, lesson_key: str, planned_date: date, slot_no: int
) -> PeriodRef:
    """Plan one period more of a lesson of the course."""
    with transaction.atomic():
        rows = Offering.objects.unscoped("filtered by the access table").select_for_update()
        offering = TABLE.load(actor, PLAN, rows, id=offering_id, is_open=True)
        lesson = curriculum.lesson_of_course(offering.course_version_id, lesson_key)
        if lesson is None:
            raise UserError("这门课里没有这一课", next="从列表里选一课。", field="lesson_key")
        slot = _slot(offering.class_group_id, planned_date, slot_no)
        period = TaughtPeriod(
            scope_path=offering.scope_path,
            offering=offering,
            class_group_id=offering.class_group_id,
            school_year=offering.school_year,
            lesson_key=lesson.key,
            lesson_version_id=lesson.id,
            position=lesson.position,
            title=lesson.title,
            subject=offering.subject,
            credited_minutes=hours_of(offering),
            period_minutes=offering.period_minutes,
        )
        _put_in(period, slot)
        save_in_slot(period)
        note_change(actor, period, "planned", after={"date": slot.date.isoformat(), "slot_no": slot.no})
        tell(PLAN_CHANGED, period)
    return period_ref(period)


def _must_be_planned(period: TaughtPeriod) -> None:
    if period.state != PeriodState.PLANNED:
        raise UserError(f"这节课{PeriodState(period.state).zh}，不能再改计划", next="上过的课请用“更正”。")


def _slot(class_id: UUID, planned_date: date, slot_no: int) -> SlotRef:
    if planned_date < today():
        raise UserError("不能排到过去的日子", next="已经上过的课请用“补记一节”。", field="planned_date")
    found = registry.school_slots(class_id, planned_date, planned_date, no=slot_no)
    if not found:
        raise UserError(
            "这天没有这一节：可能是放假、周末，或者节次表里没有",
            next="换一天或换一节。",
            field="planned_date",
        )
    return found[0]


def _put_in(period: TaughtPeriod, slot: SlotRef) -> None:
    period.planned_date, period.slot_no = slot.date, slot.no
    time = SlotTime(slot.no, slot.starts, slot.ends, "")
    period.starts_at, period.ends_at = moments(slot.date, time)
