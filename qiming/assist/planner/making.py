"""Verbs: make a plan, take or leave its parts, let the class have what was taken."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction

from qiming.assist.access import TABLE
from qiming.assist.models import LessonPlan, PlanPart
from qiming.assist.planner import facts
from qiming.assist.planner.access import PLAN
from qiming.assist.planner.rules.fitting import LONGEST, SHORTEST, TooShort
from qiming.assist.planner.rules.period import plan_period
from qiming.assist.planner.rules.unit import MOST_PERIODS, NoProject, plan_project, plan_unit
from qiming.assist.planner.rules.visit import indicators
from qiming.assist.planner.types import Form, LessonFacts, Part, PeriodPlan, UnitPlan, Wish
from qiming.curriculum import queries as curriculum
from qiming.kernel import audit
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.teaching import queries as teaching
from qiming.teaching.types import OfferingRef, PeriodRef

WHY = "filtered by the access table"


def make_plan(
    *, actor: Actor, offering_id: UUID, wish: Wish, lesson_key: str = "", period_id: UUID | None = None
) -> LessonPlan:
    """A plan for a class's course: of one lesson, or of the course's lessons as a unit or project."""
    offering = teaching.offering(offering_id)
    TABLE.require(actor, PLAN, offering)
    _check(wish)
    period = _period(period_id, offering)
    course = curriculum.course(offering.course_version_id)
    is_one = wish.form in (Form.SINGLE, Form.CROSS)
    keys = [lesson_key] if is_one else [one.key for one in course.lessons]
    lessons, stands = facts.lessons_of(actor, offering, keys)
    if not lessons:
        raise Denied(PLAN)
    made = _made(offering, lessons, wish)
    body = {key: value for key, value in asdict(made).items() if key != "parts"}
    if isinstance(made, PeriodPlan):
        body["blocks"] = [
            {name: value for name, value in block.items() if name not in ("step", "items")}
            for block in body["blocks"]
        ]
        body["indicators"] = [asdict(one) for one in indicators(made)]
    with transaction.atomic():
        plan = LessonPlan.objects.create(
            scope_path=offering.scope_path,
            offering_id=offering.id,
            period_id=period.id if period else None,
            lesson_key=lesson_key if is_one else "",
            form=wish.form,
            minutes=wish.minutes,
            has_computers=wish.has_computers,
            host=wish.host,
            host_minutes=wish.host_minutes,
            periods=wish.periods,
            body=body,
            stands={key: one.as_json() for key, one in stands.items()},
            made_by=actor.person_id,
        )
        PlanPart.objects.bulk_create(
            _row(plan, number, part) for number, part in enumerate(made.parts, start=1)
        )
        note(actor, "plan", plan, {"form": wish.form.value, "parts": len(made.parts)})
    return plan


def _made(offering: OfferingRef, lessons: Sequence[LessonFacts], wish: Wish) -> PeriodPlan | UnitPlan:
    known, stage = facts.class_facts(offering), facts.stage_facts(offering)
    try:
        if wish.form in (Form.SINGLE, Form.CROSS):
            return plan_period(lessons[0], known, stage, wish)
        if wish.form is Form.UNIT:
            course = curriculum.course(offering.course_version_id)
            return plan_unit(lessons, known, stage, wish, (course.title, _asks(course.purpose, lessons)))
        project = curriculum.project_of(offering.course_version_id)
        return plan_project(project or {}, lessons, wish)
    except TooShort:
        raise UserError(
            f"少于{SHORTEST}分钟排不出一节课",
            kept="课没有动。",
            next="把剩下的时间留给答疑，或者并到下一节。",
            field="minutes",
        ) from None
    except NoProject:
        raise UserError(
            "这门课没有写项目任务", kept="课没有动。", next="选“大单元”，照每一课的活动来排。", field="form"
        ) from None


def _asks(purpose: str, lessons: Sequence[LessonFacts]) -> str:
    return purpose or str(lessons[0].facts["question"])


def _check(wish: Wish) -> None:
    if wish.minutes - wish.host_minutes < SHORTEST or wish.minutes > LONGEST:
        raise UserError(
            f"每节{SHORTEST}到{LONGEST}分钟，学科部分以外至少留{SHORTEST}分钟",
            kept="课没有动。",
            next="改一下分钟数再备。",
            field="minutes",
        )
    if wish.form is Form.CROSS and not wish.host:
        raise UserError("还没有选和哪个学科一起上", kept="课没有动。", next="选一个学科。", field="host")
    if not 1 <= wish.periods <= MOST_PERIODS:
        raise UserError(f"节数请填1到{MOST_PERIODS}", kept="课没有动。", next="改一下再备。", field="periods")


def _period(period_id: UUID | None, offering: OfferingRef) -> PeriodRef | None:
    if period_id is None:
        return None
    period = teaching.period(period_id)
    if period.offering_id != offering.id:
        raise Denied(PLAN)
    return period


def _row(plan: LessonPlan, number: int, part: Part) -> PlanPart:
    return PlanPart(
        scope_path=plan.scope_path,
        plan=plan,
        number=number,
        key=part.key if plan.lesson_key else f"{part.key}-{part.lesson_key}",
        kind=part.kind,
        lesson_key=part.lesson_key,
        place=part.place,
        title=part.title,
        reason=part.reason,
        sources=[one.as_json() for one in part.sources],
        before=part.before,
        after=part.after,
    )


def note(actor: Actor, verb: str, plan: LessonPlan, detail: Mapping[str, Any]) -> None:
    audit.write(
        actor,
        f"assist.{verb}",
        thing="lesson_plan",
        thing_id=plan.id,
        scope_path=plan.scope_path,
        detail=dict(detail),
    )
