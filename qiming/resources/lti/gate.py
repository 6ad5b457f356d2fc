"""Whether a tool may be used by a class now: asked before every launch and every call of a tool's server.

The part of the room that adopts products answers (`launching`); nothing here lets anything through by itself.
"""

from __future__ import annotations

from uuid import UUID

from qiming.kernel.access import Actor, Denied
from qiming.resources.launching import deciding, pseudonyms
from qiming.resources.launching import services as launching
from qiming.resources.launching.types import Decision
from qiming.resources.lti import products
from qiming.resources.lti.models import LtiTool
from qiming.resources.lti.protocol.refusals import Code, Refused
from qiming.resources.lti.types import ToolState


def usable(tool: LtiTool) -> UUID:
    """The product of a tool that may be opened at all; `Refused` otherwise."""
    if tool.state != ToolState.ACTIVE:
        raise Refused(Code.TOOL_PAUSED)
    if not tool.is_checked:
        raise Refused(Code.NEEDS_RETEST)
    if tool.product_id is None:
        raise Refused(Code.NOT_ALLOWED, "登记里没有写是哪个准入的产品。")
    if said := products.trouble(tool.product_id, tool.launch_url):
        raise Refused(Code.NEEDS_RETEST, said)
    return tool.product_id


def require(tool: LtiTool, class_path: str, lesson_key: str, *, actor: Actor | None = None) -> Decision:
    """The gate says yes, and what the tool may be told; `Refused` with its reason otherwise."""
    try:
        answer = deciding.decide(actor, usable(tool), class_path, lesson_key)
    except Denied:
        raise Refused(Code.NOT_ALLOWED, "登记里写的产品已经没有了。") from None
    if not answer.yes:
        raise Refused(Code.NOT_ALLOWED, answer.reason)
    return answer


def begin(tool: LtiTool, class_path: str, lesson_key: str, *, actor: Actor) -> Decision:
    """The launch is let through and counted: the name under which the tool knows the person, and what it may be told."""
    answer = launching.begin(
        actor=actor, product_id=usable(tool), class_path=class_path, lesson_key=lesson_key
    )
    if not answer.yes:
        raise Refused(Code.NOT_ALLOWED, answer.reason)
    return answer


def pseudonym(tool: LtiTool, person_id: UUID) -> str:
    return pseudonyms.pseudonym(usable(tool), person_id)
