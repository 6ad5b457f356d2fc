"""What the teaching room tells and shows lower rooms when the house opens."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.curriculum.authoring import classes
from qiming.curriculum.lending import queries as lending
from qiming.curriculum.types import CourseRef, Lesson
from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.registry import joining
from qiming.registry.types import JoinTarget
from qiming.resources.launching import queries as launching
from qiming.resources.launching import supervision
from qiming.teaching import queries, services, usage  # noqa: F401 - the shelf learns who uses what
from qiming.teaching.access import OPEN, TABLE
from qiming.teaching.types import PeriodRef


def join_target(code: str) -> JoinTarget | None:
    """A join code leads to the class of the running period; the pupil comes back to the join page."""
    live = queries.live_by_code(code) if code.strip().isdigit() else None
    if live is None:
        return None
    return JoinTarget(
        class_id=live.class_group_id, next_url=f"{reverse('teaching.join')}?code={code.strip()}"
    )


def live_period(pupil_id: UUID) -> UUID | None:
    """The period a pupil's class has right now."""
    live = queries.current_live_for(pupil_id)
    return live.period_id if live else None


def open_course(request: HttpRequest, *, course: CourseRef, **_: object) -> SafeString | str:
    """For whoever may open a course: to the opening page with this one chosen."""
    actor = getattr(request, "actor", None)
    if actor is None or not TABLE.may_try(actor, OPEN):
        return ""
    if not course.is_current and not (course.scope_path and lending.may_open(actor, course)):
        return ""
    where = reverse("teaching.open", query={"course": str(course.id)})
    return format_html('<a class="btn go" href="{}">开课</a>', where)


def choose_lesson(actor: Actor, offering_id: UUID, lesson_version_id: UUID) -> bool:
    """A class has this version of a lesson from now on (True), or after its running period."""
    return services.use_lesson(actor=actor, offering_id=offering_id, lesson_version_id=lesson_version_id)


def place_tools(
    request: HttpRequest, *, period: PeriodRef, lesson: Lesson | None, **_: object
) -> SafeString | str:
    """From a period to the products placed in its lesson."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or lesson is None or not launching.may_place(actor, period.scope_path):
        return ""
    where = reverse("resources.place_tool", args=[period.class_group_id, lesson.id])
    return format_html('<a class="btn" href="{}">课里的工具</a>', where)


def stopped_tools(request: HttpRequest, *, period: PeriodRef, **_: object) -> SafeString | str:
    """On the teacher's first page: a product of the next lesson that was stopped, and what to do instead."""
    tools = [one for one in launching.tools_at(period.scope_path, period.lesson_key) if one.stopped]
    return render_to_string("resources/launching/_tools.html", {"tools": tools}, request) if tools else ""


def tools_in_cockpit(
    request: HttpRequest, *, period_id: UUID, lesson: Lesson, **_: object
) -> SafeString | str:
    """In the cockpit: the products of this lesson, and which of them was stopped."""
    period = queries.period(period_id)
    context = launching.tools_of_lesson(period.class_group_id, period.scope_path, lesson.key)
    return render_to_string("resources/launching/_lesson_tools.html", context, request)


classes.register(queries.classes_taking, choose_lesson)
slots.fill("curriculum.course_actions", open_course)
slots.fill("teaching.period_actions", place_tools)
slots.fill("teaching.advice", tools_in_cockpit)
slots.fill("portal.next_step", stopped_tools)
supervision.register(queries.is_taught)
joining.register(join_target)
joining.register_live(live_period)
