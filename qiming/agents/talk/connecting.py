"""Letting a model speak for an agent at a place, and where browsers find the gateway."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction

from qiming.agents import access
from qiming.agents.models import ApplicationKey, EducationModel
from qiming.agents.services.keys import create_key, revoke_key
from qiming.agents.services.places import place_for
from qiming.agents.talk.routes import name_of, way_for
from qiming.agents.talk.services import agents
from qiming.agents.types import Audience
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError

_WHY: Final = "the place was checked by the access table"
_NOTHING: Final = "什么都没有改。"


def connect(
    *,
    actor: Actor | None,
    place_id: UUID,
    agent: str,
    route: str,
    stage: str,
    days: int = 180,
    supervised_by: UUID | None = None,
) -> UUID:
    """Let an education model speak for an agent at a place, for one stage. The route must be opened there and a quota set,
    as for every application. Doing it again renews it or changes the route. Nobody gets to see the key: only the gateway acts on it, with a turn's ticket."""
    known = agents().get(agent)
    if known is None or stage not in known.stages:
        raise UserError(
            "没有这个智能体，或者它不给这个学段用", kept=_NOTHING, next="用 qiming agents list 看有哪些。"
        )
    row = EducationModel.objects.filter(key=route, is_active=True).first()
    if row is None or row.quota_class != known.quota_class:
        raise UserError(
            f"这个教育模型没有登记，或者额度不在“{known.quota_class}”一类",
            kept=_NOTHING,
            next=f"登记时写 --quota-class {known.quota_class}。",
        )
    with transaction.atomic():
        place = place_for(actor, access.KEYS, place_id)
        before = ApplicationKey.objects.unscoped(_WHY).filter(
            scope_path=place.path, name=name_of(agent, stage), is_ours=True, revoked_at=None
        )
        for earlier in before:
            revoke_key(actor=actor, key_id=earlier.id)
        key_id, _ = create_key(
            actor=actor,
            place_id=place_id,
            name=name_of(agent, stage),
            routes=(route,),
            stage=stage,
            audience=Audience.STAFF if stage == "staff" else Audience.PUPIL,
            days=days,
            supervised_by=supervised_by,
            is_ours=True,
        )
    return key_id


def speaks(agent: str, stage: str, place: str) -> bool:
    """Whether a model may speak for an agent at a place now (a scope path): somebody connected it, nothing is turned off."""
    known = agents().get(agent)
    return known is not None and way_for(known, stage, place, accompanied=True) is not None


def gateway_for(scheme: str, host: str) -> str:
    """Where the browser of a page at `host` finds the gateway; "" when there is none. `host` may carry a port."""
    said: str = settings.GATEWAY_URL
    if not said.startswith(":"):
        return said
    name = urlsplit(f"//{host}").hostname or ""
    return f"{scheme}://{f'[{name}]' if ':' in name else name}{said}"
