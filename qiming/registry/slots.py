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


def schools_link(request: HttpRequest) -> SafeString | str:
    """我的学校, for staff: where somebody works and who asks."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.has_role(Role.PUPIL) or actor.wards:
        return ""
    return format_html('<a href="{}">我的学校</a>', reverse("registry.my_schools"))


slots.fill("kernel.account_menu", password_link)
slots.fill("kernel.account_menu", schools_link)
