"""Places in other rooms' pages that this room fills."""

from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.curriculum.types import Lesson
from qiming.insight.access import SEE_CLASS, SEE_COVERAGE, SEE_PUPIL, TABLE
from qiming.insight.consent import is_beyond, may_read
from qiming.insight.queries import Hint, hint_for
from qiming.kernel import slots
from qiming.kernel.access import Actor, Denied
from qiming.registry import queries as registry
from qiming.teaching import queries as teaching
from qiming.teaching.types import OfferingRef, PeriodRef, PeriodState


def _hint(request: HttpRequest, period: PeriodRef) -> Hint | None:
    actor: Actor | None = getattr(request, "actor", None)
    # Advice on how to teach: for those who teach the class.
    if actor is None or not TABLE.allows(actor, SEE_CLASS, period) or is_beyond(actor, period.scope_path):
        return None
    return hint_for(period)


def _class_url(class_id: UUID, offering_id: UUID | None) -> str:
    return reverse("insight.class", args=[class_id, offering_id])


def next_step(request: HttpRequest, *, period: PeriodRef | None, **_: object) -> SafeString | str:
    """Beside the next lesson: one sentence and where it comes from."""
    if period is None or period.state not in (PeriodState.PLANNED, PeriodState.LIVE):
        return ""
    hint = _hint(request, period)
    if hint is None:
        return ""
    url = _class_url(period.class_group_id, period.offering_id)
    return format_html('<p class="prose mt3">{}<a href="{}">看依据</a></p>', hint.text, url)


def advice(
    request: HttpRequest, *, period_id: UUID, lesson: Lesson | None = None, **_: object
) -> SafeString | str:
    """In the running lesson: the spare step that treats what the class holds, when this lesson has it."""
    try:
        period = teaching.period(period_id)
    except Denied:
        return ""
    hint = _hint(request, period)
    if hint is None or hint.remedy is None or hint.remedy.lesson_key != period.lesson_key:
        return ""
    return format_html('<p class="block small">{}</p>', hint.text)


def syllabus_actions(
    request: HttpRequest, *, place_id: UUID | None = None, key: str = "", **_: object
) -> SafeString | str:
    """From a syllabus to how far it is covered, at a place or at one's own."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not TABLE.may_try(actor, SEE_COVERAGE):
        return ""
    url = reverse("insight.coverage_of", args=[place_id]) if place_id else reverse("insight.coverage")
    query = f"?syllabus={key}" if key else ""
    return format_html('<a class="btn" href="{}{}">看上到了哪里</a>', url, query)


def offering_actions(request: HttpRequest, *, offering: OfferingRef, **_: object) -> SafeString | str:
    """From a course of a class to what the class knows."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not TABLE.allows(actor, SEE_CLASS, offering):
        return ""
    return format_html('<a class="btn" href="{}">学情</a>', _class_url(offering.class_group_id, offering.id))


def period_actions(request: HttpRequest, *, period: PeriodRef, **_: object) -> SafeString | str:
    """From a lesson to what the class knows."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or period.offering_id is None or not TABLE.allows(actor, SEE_CLASS, period):
        return ""
    url = _class_url(period.class_group_id, period.offering_id)
    return format_html('<a class="btn" href="{}">学情</a>', url)


def pupil_actions(request: HttpRequest, *, person_id: UUID, **_: object) -> SafeString | str:
    """From a pupil on the roster to the learning report."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not TABLE.may_try(actor, SEE_PUPIL):
        return ""
    pupil = registry.pupil(person_id)
    if not TABLE.allows(actor, SEE_PUPIL, pupil) or not may_read(actor, pupil):
        return ""
    url = reverse("insight.pupil", args=[person_id])
    return format_html('<p class="mt4"><a class="btn" href="{}">学习报告</a></p>', url)


slots.fill("portal.next_step", next_step)
slots.fill("teaching.advice", advice)
slots.fill("teaching.offering_actions", offering_actions)
slots.fill("teaching.period_actions", period_actions)
slots.fill("teaching.period_more", next_step)
slots.fill("registry.pupil_actions", pupil_actions)
slots.fill("curriculum.syllabus_actions", syllabus_actions)
