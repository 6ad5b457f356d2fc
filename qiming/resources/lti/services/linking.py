"""A tool placed in a lesson by hand, without choosing in it: its first opening makes the link the tool knows it by."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.resources.access import TABLE
from qiming.resources.lti import gate
from qiming.resources.lti.access import OPEN
from qiming.resources.lti.models import LtiLine, LtiLink, LtiTool
from qiming.resources.lti.protocol.names import SCORE
from qiming.resources.lti.protocol.refusals import Code, Refused
from qiming.resources.lti.services.tools import deployment_of

_WHY = "the place was found for the class of who opens it"
FULL = 100.0


@transaction.atomic
def linked(
    *,
    actor: Actor,
    product_id: UUID,
    class_id: UUID,
    lesson_key: str,
    place_id: UUID,
    title: str,
    placed_by: UUID,
) -> UUID:
    """The link of a place, made when it is opened first; `Refused` when no tool is registered for the product. One that
    may send scores gets a line item of 100."""
    place = registry.org(class_id)
    TABLE.require(actor, OPEN, place)
    found = LtiLink.objects.unscoped(_WHY).filter(place_id=place_id).first()
    if found is not None:
        return found.id
    tool = tool_of(product_id)
    gate.require(tool, place.path, lesson_key, actor=actor)
    # Thirty pupils open it in the same second: one of them makes the link.
    LtiTool.objects.unscoped(_WHY).select_for_update().get(id=tool.id)
    link, fresh = LtiLink.objects.unscoped(_WHY).get_or_create(
        place_id=place_id,
        defaults={
            "scope_path": place.path,
            "deployment": deployment_of(tool, place.path),
            "class_id": class_id,
            "lesson_key": lesson_key,
            "kind": "ltiResourceLink",
            "title": title[:120],
            "url": tool.launch_url,
            "placed_by": placed_by,
        },
    )
    if fresh and SCORE in tool.scopes:
        LtiLine.objects.create(scope_path=place.path, link=link, label=title[:200], max_score=FULL)
    return link.id


def tool_of(product_id: UUID) -> LtiTool:
    """The registered tool of a product."""
    tool = LtiTool.objects.unscoped("a product has one tool").filter(product_id=product_id).first()
    if tool is None:
        raise Refused(Code.UNKNOWN_TOOL)
    return tool
