"""Places in lower pages that this room fills."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.records.access import SEE_KEYS, TABLE


def keys_link(request: HttpRequest) -> SafeString | str:
    """接入的系统, in the menu of those who answer for the city and its districts."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not TABLE.may_try(actor, SEE_KEYS):
        return ""
    return format_html('<a href="{}">接入的系统</a>', reverse("records.keys"))


slots.fill("kernel.account_menu", keys_link)
