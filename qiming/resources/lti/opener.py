"""How launching opens a product that is an LTI tool: the page with its frame, for a launch that was counted there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse

from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.resources.launching import openers
from qiming.resources.launching.models import ToolPlace
from qiming.resources.launching.types import Decision
from qiming.resources.lti import services
from qiming.resources.lti.protocol.refusals import Refused
from qiming.resources.lti.types import Note


def opened(actor: Actor, place: ToolPlace, launch: Mapping[str, Any], decision: Decision) -> str:
    """The address of our page for what was placed; chosen in the tool, or the whole tool."""
    try:
        link_id = _link_of(actor, place, decision.product_id)
        begun = services.begin(actor=actor, link_id=link_id, in_frame=True, is_counted=True)
    except Refused as refusal:
        services.log.refused(Note.LAUNCH, None, refusal)
        told = refusal.detail or refusal.says.mend
        raise UserError(
            refusal.says.happened, kept=told, next=decision.instead or "请告诉老师。", status=409
        ) from None
    return reverse("resources.lti_link", args=[link_id], query={"launch": str(begun.id)})


def _link_of(actor: Actor, place: ToolPlace, product_id: UUID) -> UUID:
    return services.linked(
        actor=actor,
        product_id=product_id,
        class_id=place.tool_class.class_id,
        lesson_key=place.lesson_key,
        place_id=place.id,
        title=place.title,
        placed_by=place.placed_by,
    )


openers.register("lti", opened)
