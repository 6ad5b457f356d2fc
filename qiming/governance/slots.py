"""Places in lower rooms' pages that this room fills."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.governance.access import SEE_DESK, SEE_TASKS, SEE_YEAR, TABLE
from qiming.governance.surveys import queries as surveys
from qiming.governance.tasks import queries
from qiming.governance.yearend import queries as yearend
from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.registry.types import OrgRef


def place_actions(request: HttpRequest, *, place: OrgRef, **_: object) -> SafeString | str:
    """From a place's diagnosis to its desk and to the tests before and after courses."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not TABLE.allows(actor, SEE_DESK, place):
        return ""
    desk, gains = (reverse(name, args=[place.id]) for name in ("governance.place", "governance.gains"))
    return format_html('<a href="{}">课前课后的变化</a><a href="{}">课时台</a>', gains, desk)


def late_tasks(request: HttpRequest, **_: object) -> SafeString | str:
    """On the desk: dated tasks that are late and are the actor's, or were told this far up."""
    actor: Actor | None = getattr(request, "actor", None)
    late = queries.late_for(actor) if actor is not None and TABLE.may_try(actor, SEE_TASKS) else 0
    context = {"late": late}
    return render_to_string("governance/tasks/_late.html", context, request) if late else ""


def year_waits(request: HttpRequest, **_: object) -> SafeString | str:
    """On a head's desk: the year that waits for a signature or an answer."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not TABLE.may_try(actor, SEE_YEAR):
        return ""
    row = yearend.waits_for_head(actor)
    return render_to_string("governance/yearend/_waits.html", {"row": row}, request) if row else ""


def waiting_surveys(request: HttpRequest, **_: object) -> SafeString | str:
    """On everybody's first page: an open survey to which they are invited."""
    actor: Actor | None = getattr(request, "actor", None)
    waits = [] if actor is None else [one for one in surveys.waiting(actor.person_id) if not one.is_done]
    return render_to_string("governance/surveys/_waiting.html", {"waiting": waits}, request) if waits else ""


slots.fill("insight.place_actions", place_actions)
slots.fill("governance.notices", late_tasks)
slots.fill("governance.notices", year_waits)
for name in ("governance.notices", "portal.notices", "learning.notices"):
    slots.fill(name, waiting_surveys)
