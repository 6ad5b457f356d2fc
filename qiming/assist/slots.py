"""Places in lower rooms' pages that this room fills."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from qiming.assist.access import TABLE
from qiming.assist.adviser import slots as adviser  # noqa: F401 - fills its own place
from qiming.assist.companion import gather
from qiming.assist.companion.access import SET_CLASS, SET_SCHOOL, TALK
from qiming.assist.duty import queries as duty
from qiming.assist.duty.access import SET_ROSTER
from qiming.assist.marker import slots as marker  # noqa: F401 - fills its own places
from qiming.assist.planner import slots as planner  # noqa: F401 - its places are filled there
from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef, Role
from qiming.teaching.types import OfferingRef


def _actor(request: HttpRequest) -> Actor | None:
    return getattr(request, "actor", None)


def companion_address(request: HttpRequest, *, offering: OfferingRef, **_: object) -> str:
    """In the player: where a pupil asks about an item; the item's key follows. "" where the school has no companion."""
    actor = _actor(request)
    if actor is None or not TABLE.may_try(actor, TALK):
        return ""
    if not gather.is_offered(offering.scope_path):
        return ""
    return reverse("assist.ask", args=[offering.id, "x"]).removesuffix("x/")


def companion(
    request: HttpRequest, *, offering: OfferingRef, lesson_key: str, **_: object
) -> SafeString | str:
    """In the player: to the conversation about the lesson."""
    if not companion_address(request, offering=offering):
        return ""
    return format_html(
        '<a class="btn sm" href="{}">学伴</a>', reverse("assist.chat", args=[offering.id, lesson_key])
    )


def class_companion(request: HttpRequest, *, offering: OfferingRef, **_: object) -> SafeString | str:
    """For the teacher of the class: how it is used, to pause it."""
    actor = _actor(request)
    if (
        actor is None
        or not TABLE.allows(actor, SET_CLASS, offering)
        or not gather.is_offered(offering.scope_path)
    ):
        return ""
    return format_html(
        '<a class="btn" href="{}">学伴</a>', reverse("assist.class", args=[offering.class_group_id])
    )


def open_companion(request: HttpRequest, *, address: str, **_: object) -> SafeString | str:
    """On the companion's page on the shelf: to the classes for a teacher, to the school's choice for who makes it."""
    actor = _actor(request)
    if actor is None or address != reverse("assist.mine"):
        return ""
    if TABLE.may_try(actor, SET_CLASS):
        return format_html('<a class="btn" href="{}">打开智能体</a>', address)
    schools = [registry.org_by_path(path) for path in sorted(TABLE.paths(actor, SET_SCHOOL))]
    return format_html_join(
        "",
        '<a class="btn" href="{}">{}开不开学伴</a>',
        (
            (reverse("assist.school", args=[one.id]), one.name)
            for one in schools
            if one.kind is OrgKind.SCHOOL
        ),
    )


def school_companion(request: HttpRequest, *, school: OrgRef, **_: object) -> SafeString | str:
    """For a school's head and administrator."""
    actor = _actor(request)
    if actor is None or not TABLE.allows(actor, SET_SCHOOL, school):
        return ""
    return format_html('<a class="btn" href="{}">学伴</a>', reverse("assist.school", args=[school.id]))


def bell(request: HttpRequest, **_: object) -> SafeString | str:
    """On every page of the staff: a child asked for help and this person was told."""
    actor = _actor(request)
    if actor is None or actor.person_id not in duty.called():
        return ""
    line = duty.waiting(actor)
    return render_to_string("assist/duty/_bell.html", {"line": line}, request) if line else ""


def account_alerts(request: HttpRequest, **_: object) -> SafeString | str:
    """In the menu of who works at a school."""
    actor = _actor(request)
    if actor is None or (not actor.has_role(Role.TEACHER) and not TABLE.may_try(actor, SET_ROSTER)):
        return ""
    return format_html('<a href="{}">学生的求助</a>', reverse("assist.alerts"))


def roster(request: HttpRequest, *, school: OrgRef, **_: object) -> SafeString | str:
    """For a school's head and administrator."""
    actor = _actor(request)
    if actor is None or not TABLE.allows(actor, SET_ROSTER, school):
        return ""
    return format_html('<a class="btn" href="{}">求助值班表</a>', reverse("assist.roster", args=[school.id]))


slots.fill("learning.companion_address", companion_address)
slots.fill("learning.companion", companion)
slots.fill("teaching.offering_actions", class_companion)
slots.fill("registry.classes_actions", school_companion)
slots.fill("resources.agent_actions", open_companion)
slots.fill("kernel.bell", bell)
slots.fill("kernel.account_menu", account_alerts)
slots.fill("registry.classes_actions", roster)
