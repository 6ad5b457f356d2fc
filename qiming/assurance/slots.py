"""What the gate shows on lower pages."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.assurance.access import DESK, TABLE
from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.registry.types import Role

_NOT_STAFF = {Role.PUPIL.value, Role.GUARDIAN.value}


def links(request: HttpRequest) -> SafeString | str:
    """产品名册 for everybody who works at a school or an office, 准入台 for the city."""
    actor: Actor | None = getattr(request, "actor", None)
    if not isinstance(actor, Actor) or not actor.roles - _NOT_STAFF:
        return ""
    shown = format_html('<a href="{}">产品名册</a>', reverse("assurance.register"))
    if TABLE.may_try(actor, DESK):
        shown += format_html('<a href="{}">准入台</a>', reverse("assurance.desk"))
    return shown


slots.fill("kernel.account_menu", links)
