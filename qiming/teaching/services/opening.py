"""Opening a course for a class: slots proposed from the calendar, the plan checked, the periods planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.curriculum import queries as curriculum
from qiming.curriculum.lending import queries as lending
from qiming.curriculum.rules import check_plan
from qiming.curriculum.types import AI, CourseRef, PlanReason, PlanVerdict
from qiming.kernel import audit
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.time import now, today
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, SlotRef, SlotTime
from qiming.teaching import events
from qiming.teaching.access import OPEN, TABLE
from qiming.teaching.models import Offering, TaughtPeriod
from qiming.teaching.queries.refs import WHY, offering_ref
from qiming.teaching.rules import plan as rules
from qiming.teaching.services.periods import SLOT_TAKEN, moments
from qiming.teaching.types import DeliveryMode, OfferingRef, PeriodState

MAY_BE_SHORT = frozenset({"periods_per_year", "lessons"})  # a plan may still grow; the rest is refused


@dataclass(frozen=True, slots=True)
class Wish:
    """What the teacher chose on the opening page."""

    class_id: UUID
    course_version_id: UUID
    mode: DeliveryMode
    host_subject: str
    share_minutes: int | None
    weekday: int
    slot_no: int
    every_weeks: int = 1
    starts_on: date | None = None
    timetable: str = ""  # a course of the class's timetable; then weekday, period and rhythm come from there


@dataclass(frozen=True, slots=True)
class PlannedSlot:
    slot: SlotRef
    part: rules.Part
    lesson_version_id: UUID


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be opened: the periods, the verdict of the rules, and what did not fit into the year."""

    class_group: OrgRef
    course: CourseRef
    wish: Wish
    school_year: str
    period_minutes: int
    credited_minutes: int
    slots: tuple[PlannedSlot, ...]
    left_out: int
    verdict: PlanVerdict

    @property
    def blocking(self) -> list[PlanReason]:
        return [one for one in self.verdict.reasons if not one.ok and one.rule not in MAY_BE_SHORT]

    @property
    def is_short(self) -> bool:
        return not self.verdict.ok and not self.blocking


def plan_slots(*, actor: Actor, wish: Wish) -> Plan:
    """The plan that `open_offering` would write, without writing it."""
    place = registry.org(wish.class_id)
    TABLE.require(actor, OPEN, place)
    if not place.is_taught:
        raise UserError("请选一个班级或教学班", field="class_id")
    course = curriculum.course(wish.course_version_id)
    lending.require_openable(place.path, course)
    _fits_subject(course, wish)
    starts = max(wish.starts_on or today(), today())
    year = registry.current_year(starts)
    slots = _open_slots(wish, starts, year.ends)
    minutes = _as_time(slots[0]).minutes if wish.timetable and slots else _slot_time(wish).minutes
    share = _share(wish, minutes)
    parts = rules.parts_of(course.lessons, wish.mode, share)
    lesson_ids = {lesson.key: lesson.id for lesson in course.lessons}
    paired = tuple(
        PlannedSlot(slot, part, lesson_ids[part.lesson_key]) for slot, part in zip(slots, parts, strict=False)
    )
    verdict = check_plan(
        course,
        curriculum.stage_rules(starts, place.stage),
        wish.mode,
        len(paired),
        share_minutes=share,
        grade=place.grade,
    )
    return Plan(place, course, wish, year.key, minutes, share, paired, len(parts) - len(paired), verdict)


def open_offering(*, actor: Actor, wish: Wish, accept_short: bool = False) -> OfferingRef:
    """Open the course with the plan the wish makes. A plan that breaks a stage rule is refused with the reason;
    one that is only short of periods is opened when the teacher says so."""
    plan = plan_slots(actor=actor, wish=wish)
    _refuse_bad(plan, accept_short)
    with transaction.atomic():
        offering = _create_offering(actor, plan)
        _create_periods(offering, plan)
        audit.write(
            actor,
            "teaching.offering_opened",
            thing="offering",
            thing_id=offering.id,
            scope_path=offering.scope_path,
            detail={"course": offering.course_key, "mode": offering.mode, "periods": len(plan.slots)},
        )
        events.tell(
            events.OFFERING_OPENED,
            class_id=offering.class_group_id,
            school_year=offering.school_year,
            period_id=None,
            scope_path=offering.scope_path,
        )
    return offering_ref(offering)


def close_offering(*, actor: Actor, offering_id: UUID) -> OfferingRef:
    """End a course for a class: what was taught stays, what was only planned is cancelled."""
    with transaction.atomic():
        rows = Offering.objects.unscoped("filtered by the access table").select_for_update()
        offering = TABLE.load(actor, OPEN, rows, id=offering_id)
        if offering.is_open:
            offering.is_open = False
            offering.save(update_fields=["is_open"])
            dropped = TaughtPeriod.objects.unscoped(WHY).filter(offering=offering, state=PeriodState.PLANNED)
            count = dropped.update(state=PeriodState.CANCELLED, note="课程已结束，没有上")
            audit.write(
                actor,
                "teaching.offering_closed",
                thing="offering",
                thing_id=offering.id,
                scope_path=offering.scope_path,
                detail={"cancelled": count},
            )
            events.tell(
                events.PLAN_CHANGED,
                class_id=offering.class_group_id,
                school_year=offering.school_year,
                period_id=None,
                scope_path=offering.scope_path,
            )
    return offering_ref(offering)


def _fits_subject(course: CourseRef, wish: Wish) -> None:
    """Sharing a period with another subject is a way to teach AI; what is not AI has its periods to itself."""
    if course.subject != AI and wish.mode is not DeliveryMode.STANDALONE:
        raise UserError(
            f"这是{curriculum.subject_words(course.subject)}课，不能当人工智能课融合",
            next="上课方式改成“独立设课”。",
            field="mode",
        )


def _slot_time(wish: Wish) -> SlotTime:
    time = next((one for one in registry.slot_times(wish.class_id) if one.no == wish.slot_no), None)
    if time is None or not 1 <= wish.weekday <= 7:
        raise UserError("这所学校的节次表里没有这一节", next="换一个节次。", field="slot_no")
    return time


def _share(wish: Wish, minutes: int) -> int:
    if wish.mode is DeliveryMode.STANDALONE:
        return minutes
    if not wish.host_subject.strip():
        raise UserError(
            "融合课要写明和哪门学科融合", next="选或写一门学科，如信息科技。", field="host_subject"
        )
    if len(wish.host_subject.strip()) > 40:
        raise UserError("学科名太长了", next="请压到40字以内。", field="host_subject")
    if wish.share_minutes is None or not 5 <= wish.share_minutes <= minutes:
        raise UserError(
            f"每节里人工智能用多少分钟，要在5到{minutes}之间", next="改成一个整数。", field="share_minutes"
        )
    return wish.share_minutes


def _open_slots(wish: Wish, starts: date, ends: date) -> list[SlotRef]:
    if wish.timetable:
        slots = registry.timetable_slots(wish.class_id, wish.timetable, starts, ends)
    else:
        slots = registry.school_slots(wish.class_id, starts, ends, weekday=wish.weekday, no=wish.slot_no)
    at = now()
    slots = [slot for slot in slots if (begin := moments(slot.date, _as_time(slot))[0]) and begin > at]
    if wish.every_weeks == 2 and not wish.timetable:
        slots = rules.every_other_week(slots)
    taken = (
        TaughtPeriod.objects.unscoped(WHY)
        .filter(class_group_id=wish.class_id, planned_date__gte=starts)
        .exclude(state=PeriodState.CANCELLED)
        .values_list("planned_date", "slot_no")
    )
    return rules.free_slots(slots, taken)


def _as_time(slot: SlotRef) -> SlotTime:
    return SlotTime(slot.no, slot.starts, slot.ends, "")


def _refuse_bad(plan: Plan, accept_short: bool) -> None:
    if plan.blocking:
        raise UserError(
            "这样开课不合规定：" + "；".join(one.text for one in plan.blocking),
            kept="你选的都还在这一页。",
            next="换一门课程，或者换一个班。",
        )
    if not plan.slots:
        raise UserError(
            "从这天到学年末，照课表一节也排不上"
            if plan.wish.timetable
            else "从这天到学年末，这个节次一节也排不上",
            next="换一个星期几或节次，或者把开始日期提前。",
            field="timetable" if plan.wish.timetable else "slot_no",
        )
    if plan.is_short and not accept_short:
        short = "；".join(one.text for one in plan.verdict.reasons if not one.ok)
        raise UserError(
            short or "排的课时不够",
            kept="你选的都还在这一页。",
            next="换一个节次，或者勾选“先开课，以后补排”。",
            field="accept_short",
        )


def _create_offering(actor: Actor, plan: Plan) -> Offering:
    offering = Offering(
        scope_path=plan.class_group.path,
        class_group_id=plan.class_group.id,
        course_version_id=plan.course.id,
        course_key=plan.course.key,
        subject=plan.course.subject,
        title=plan.course.title,
        school_year=plan.school_year,
        mode=plan.wish.mode,
        host_subject=plan.wish.host_subject.strip() if plan.wish.mode is DeliveryMode.INTEGRATED else "",
        share_minutes=plan.credited_minutes,
        period_minutes=plan.period_minutes,
        opened_by=actor.person_id,
        plan_reasons=[{"rule": r.rule, "ok": r.ok, "text": r.text} for r in plan.verdict.reasons],
    )
    try:
        with transaction.atomic():
            offering.save(force_insert=True)
    except IntegrityError as error:
        if "offering_open_once" not in str(error):
            raise
        raise UserError(
            f"{plan.class_group.name}这学年已经开了这门课",
            next="回到上课页，从那里接着上。",
            field="course_version_id",
        ) from error
    return offering


def _create_periods(offering: Offering, plan: Plan) -> None:
    at = now()
    periods = []
    for planned in plan.slots:
        slot, part = planned.slot, planned.part
        starts_at, ends_at = moments(slot.date, _as_time(slot))
        periods.append(
            TaughtPeriod(
                id=new_id(),
                created_at=at,
                scope_path=offering.scope_path,
                offering=offering,
                class_group_id=offering.class_group_id,
                school_year=offering.school_year,
                lesson_key=part.lesson_key,
                lesson_version_id=planned.lesson_version_id,
                position=part.position,
                part=part.part,
                parts=part.parts,
                title=part.title,
                planned_date=slot.date,
                slot_no=slot.no,
                starts_at=starts_at,
                ends_at=ends_at,
                subject=offering.subject,
                credited_minutes=hours_of(offering),
                period_minutes=offering.period_minutes,
            )
        )
    _insert(periods)


def hours_of(offering: Offering) -> int:
    """Minutes of each period that are AI class hours: those of another subject are none."""
    return offering.share_minutes if offering.subject == AI else 0


def _insert(periods: Sequence[TaughtPeriod]) -> None:
    try:
        with transaction.atomic():
            TaughtPeriod.objects.bulk_create(periods)
    except IntegrityError as error:
        if "period_one_in_a_slot" in str(error):
            raise SLOT_TAKEN from error
        raise
