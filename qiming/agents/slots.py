"""The desk's door in the menu; our own agents at the gate."""

from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.agents import folders
from qiming.agents.access import SEE, TABLE
from qiming.assurance import queries as assurance
from qiming.kernel import slots
from qiming.kernel.access import Actor


def desk_link(request: HttpRequest) -> SafeString | str:
    """模型与用量, in the menu of schools' heads and administrators and of offices."""
    actor: Actor | None = getattr(request, "actor", None)
    if not isinstance(actor, Actor) or not TABLE.may_try(actor, SEE):
        return ""
    return format_html('<a href="{}">模型与用量</a>', reverse("agents.desk"))


def own_names() -> dict[str, str]:
    """Agents that talk by themselves: key → title."""
    found = folders.load(Path(settings.CONTENT_ROOT))
    return {key: one.title for key, one in found.items() if one.engine != "own"}


def own_target(key: str) -> Any:
    """An agent as the test field asks it; what that needs is loaded when it is asked for."""
    return import_module("qiming.agents.evaluating.target").Agent(key, Path(settings.CONTENT_ROOT))


slots.fill("kernel.account_menu", desk_link)
assurance.register_agents(own_names, own_target)
