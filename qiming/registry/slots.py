"""What the registry shows in the frame of every page."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.registry.queries import account
from qiming.registry.types import Role


def account_link(request: HttpRequest) -> SafeString | str:
    """我的账号, for whoever is signed in."""
    actor: Actor | None = getattr(request, "actor", None)
    return format_html('<a href="{}">我的账号</a>', reverse("registry.account")) if actor else ""


def name_link(request: HttpRequest) -> SafeString | str:
    """A pupil's name at the top of the page, which leads to the own account."""
    line = getattr(request, "actor_line", "")
    return format_html('<a href="{}">{}</a>', reverse("registry.account"), str(line))


def emergency_banner(request: HttpRequest) -> SafeString | str:
    """On every page while an emergency power is in force: what, over whom, until when, and the way to end it."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not actor.raised:
        return ""
    powers = account.own_open_powers(actor)
    return render_to_string("registry/banner.html", {"powers": powers}, request=request)


def schools_link(request: HttpRequest) -> SafeString | str:
    """我的学校, for staff: where somebody works and who asks."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.has_role(Role.PUPIL) or actor.wards:
        return ""
    return format_html('<a href="{}">我的学校</a>', reverse("registry.my_schools"))


slots.fill("kernel.account_menu", account_link)
slots.fill("kernel.pupil_name", name_link)
slots.fill("kernel.banner", emergency_banner)
slots.fill("kernel.account_menu", schools_link)
