"""How a product is opened once the gate let a launch through: by the kind of its launch."""

from collections.abc import Callable, Mapping
from typing import Any

from qiming.assurance.queries import is_inside
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.resources.launching.models import ToolPlace
from qiming.resources.launching.types import Decision

Opener = Callable[[Actor, ToolPlace, Mapping[str, Any], Decision], str]
"""(who, where it was placed, the product's launch, the gate's yes): the address the browser goes to."""
_OPENERS: dict[str, Opener] = {}


def register(kind: str, opener: Opener) -> Opener:
    _OPENERS[kind] = opener
    return opener


def address(actor: Actor, place: ToolPlace, launch: Mapping[str, Any], decision: Decision) -> str:
    """Where the browser goes for this launch."""
    opener = _OPENERS.get(str(launch.get("kind", "")))
    if opener is None:
        raise UserError(
            "这个产品没有能打开的办法",
            kept="没有离开这里。",
            next=decision.instead or "请告诉老师。",
            status=409,
        )
    return opener(actor, place, launch, decision)


def _link(actor: Actor, place: ToolPlace, launch: Mapping[str, Any], decision: Decision) -> str:
    """A web page gets nothing at all: no pseudonym, no class. Which address it is was judged with the version."""
    url = str(launch.get("url", ""))
    if not url.startswith(("https://", "http://")):
        raise UserError("这个产品的网址不对", kept="没有离开这里。", next=decision.instead, status=409)
    return url


def _inside(actor: Actor, place: ToolPlace, launch: Mapping[str, Any], decision: Decision) -> str:
    """A page of this platform: it knows the person and keeps its own doors."""
    url = str(launch.get("url", ""))
    if not is_inside(url):
        raise UserError(
            "这个智能体没有能打开的页面", kept="没有离开这里。", next=decision.instead, status=409
        )
    return url


register("link", _link)
register("inside", _inside)
