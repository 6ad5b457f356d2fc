"""What the programmes show on lower pages."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.programmes.access import BROWSE, TABLE


def programmes_link(request: HttpRequest) -> SafeString | str:
    """征集和评选, in the menu of everybody who works at a school or an office."""
    actor: Actor | None = getattr(request, "actor", None)
    if not isinstance(actor, Actor) or not TABLE.may_try(actor, BROWSE):
        return ""
    return format_html('<a href="{}">征集和评选</a>', reverse("programmes.home"))


slots.fill("kernel.account_menu", programmes_link)
