"""What casework shows on lower pages."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.casework.queries import has_cases
from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.registry.types import Role

_NOT_STAFF = {Role.PUPIL.value, Role.GUARDIAN.value}


def cases_link(request: HttpRequest) -> SafeString | str:
    """办件, in the menu of everybody who works at a school or an office, and of who holds a duty without any role."""
    actor: Actor | None = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        return ""
    if not actor.roles - _NOT_STAFF and (actor.roles or not has_cases(actor)):
        return ""
    return format_html('<a href="{}">办件与评审</a>', reverse("casework.mine"))


slots.fill("kernel.account_menu", cases_link)
