"""What the room shows on lower pages."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.credentials.access import OWN, TABLE
from qiming.kernel import slots
from qiming.kernel.access import Actor


def certificates_link(request: HttpRequest) -> SafeString | str:
    """证书, in the menu of everybody who works at a school or an office."""
    actor: Actor | None = getattr(request, "actor", None)
    if not isinstance(actor, Actor) or not TABLE.may_try(actor, OWN):
        return ""
    return format_html('<a href="{}">证书</a>', reverse("credentials.certificates"))


slots.fill("kernel.account_menu", certificates_link)
