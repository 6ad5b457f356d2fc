"""What the registry shows in the frame of every staff page."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.registry.types import Role


def password_link(request: HttpRequest) -> SafeString | str:
    """改密码, for whoever signs in with one."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.has_role(Role.PUPIL):
        return ""
    return format_html('<a href="{}">改密码</a>', reverse("registry.password"))


slots.fill("kernel.account_menu", password_link)
