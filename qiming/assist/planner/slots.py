"""Places in other rooms' pages that the planner fills."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.assist.access import TABLE
from qiming.assist.planner.access import LOOK_BACK, PLAN, VISIT
from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Lesson
from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.teaching import queries as teaching
from qiming.teaching.types import OfferingRef, PeriodRef, PeriodState

_COMING = (PeriodState.PLANNED, PeriodState.LIVE)
_HELD = (PeriodState.TAUGHT, PeriodState.CONFIRMED)


def _actor(request: HttpRequest) -> Actor | None:
    return getattr(request, "actor", None)


def _link(url: str, words: str) -> SafeString:
    return format_html('<a class="btn" href="{}">{}</a>', url, words)


def period_actions(request: HttpRequest, *, period: PeriodRef, **_: object) -> SafeString | str:
    """From a period to its plan, or to looking back on it; for its school's people, to a visit's sheet."""
    actor = _actor(request)
    if actor is None or period.offering_id is None:
        return ""
    said = SafeString("")
    if period.state in _COMING and TABLE.allows(actor, PLAN, period):
        said += _link(reverse("assist.plan_start", query={"period": str(period.id)}), "按学情备课")
    if period.state in _HELD and TABLE.allows(actor, LOOK_BACK, period):
        said += _link(reverse("assist.look_back", args=[period.id]), "课后回看")
    if period.state is not PeriodState.CANCELLED and _may_visit(actor, period):
        said += _link(reverse("assist.visit", args=[period.id]), "观课表")
    return said


def _may_visit(actor: Actor, period: PeriodRef) -> bool:
    return TABLE.may_try(actor, VISIT) and TABLE.allows(actor, VISIT, registry.school_of(period.scope_path))


def offering_actions(request: HttpRequest, *, offering: OfferingRef, **_: object) -> SafeString | str:
    """From a course of a class to planning its next lesson, and to its items."""
    actor = _actor(request)
    if actor is None or not offering.is_open or not TABLE.allows(actor, PLAN, offering):
        return ""
    url = reverse("assist.plan_start", query={"offering": str(offering.id)})
    return _link(url, "按学情备课") + _link(reverse("assist.bank", args=[offering.id]), "组题")


def lesson_actions(request: HttpRequest, *, lesson: Lesson, **_: object) -> SafeString | str:
    """From a lesson to planning it for an own class that has the course."""
    actor = _actor(request)
    if actor is None or not TABLE.may_try(actor, PLAN):
        return ""
    course = curriculum.course(lesson.course_version_id)
    own = [one for one in teaching.offerings_of(actor) if one.course_key == course.key]
    if not any(TABLE.allows(actor, PLAN, one) for one in own):
        return ""
    query = {"course": course.key, "lesson": lesson.key}
    return _link(reverse("assist.plan_start", query=query), "按学情备课")


slots.fill("teaching.period_actions", period_actions)
slots.fill("teaching.offering_actions", offering_actions)
slots.fill("curriculum.lesson_actions", lesson_actions)
