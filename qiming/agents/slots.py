"""The desk's door in the menu."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.agents.access import SEE, TABLE
from qiming.kernel import slots
from qiming.kernel.access import Actor


def desk_link(request: HttpRequest) -> SafeString | str:
    """模型与用量, in the menu of schools' heads and administrators and of offices."""
    actor: Actor | None = getattr(request, "actor", None)
    if not isinstance(actor, Actor) or not TABLE.may_try(actor, SEE):
        return ""
    return format_html('<a href="{}">模型与用量</a>', reverse("agents.desk"))


slots.fill("kernel.account_menu", desk_link)
