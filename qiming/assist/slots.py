"""Places in lower rooms' pages that this room fills."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.assist.access import TABLE
from qiming.assist.duty import queries as duty
from qiming.assist.duty.access import SET_ROSTER
from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.registry.types import OrgRef, Role


def _actor(request: HttpRequest) -> Actor | None:
    return getattr(request, "actor", None)


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


slots.fill("kernel.bell", bell)
slots.fill("kernel.account_menu", account_alerts)
slots.fill("registry.classes_actions", roster)
