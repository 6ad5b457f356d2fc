"""The adviser's door in the menu."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.assist.access import TABLE
from qiming.assist.adviser.access import ASK
from qiming.kernel import slots
from qiming.kernel.access import Actor


def adviser_link(request: HttpRequest) -> SafeString | str:
    """政策咨询, in the menu of everybody who may ask."""
    actor: Actor | None = getattr(request, "actor", None)
    if not isinstance(actor, Actor) or not TABLE.may_try(actor, ASK):
        return ""
    return format_html('<a href="{}">政策咨询</a>', reverse("assist.adviser"))


slots.fill("kernel.account_menu", adviser_link)
