"""What LTI shows on lower pages, and how launching opens a product that is an LTI tool."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.resources.access import TABLE
from qiming.resources.lti import opener  # noqa: F401 - registers itself with launching
from qiming.resources.lti.access import KEEP


def tools_link(request: HttpRequest) -> SafeString | str:
    """接入的工具, in the menu of city and district."""
    actor: Actor | None = getattr(request, "actor", None)
    if not isinstance(actor, Actor) or not TABLE.may_try(actor, KEEP):
        return ""
    return format_html('<a href="{}">接入的工具</a>', reverse("resources.lti_tools"))


slots.fill("kernel.account_menu", tools_link)
