"""What the people concerned are told about a product: one line each on the first page, newest first, gone once read.

The gate's events reach every school that has decided about the product, the moves of a school's own decision that
school. A product has one line, whatever happened to it meanwhile: the newest says how it stands now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from qiming.assurance import events as gate
from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.registry.types import Role
from qiming.resources.access import TABLE
from qiming.resources.access_tools import READ_NOTICES
from qiming.resources.launching.models import ToolAdoption, ToolClass, ToolNotice, ToolNoticeRead
from qiming.resources.launching.types import UNDER_WAY, State

_WHY = "what concerns the actor is chosen by the access table's places"
MOST = 8
SHOWN_FOR = timedelta(days=90)
# What the gate announces, in the words for who uses the product; {why} and {days} are the event's own.
OF_PRODUCT: Mapping[str, str] = {
    gate.WATCHED: "正在重点观察，现在还能用。{why}",
    gate.SUSPENDED: "停用了，从现在起打不开。{why}",
    gate.RETEST: "改过了，复测以前打不开。{why}",
    gate.RESTORED: "又可以用了。",
    gate.ADMITTED: "新的一版准入了，使用条件可能有变化。",
    gate.REVOKED: "撤销准入，打不开了，数据要交回。{why}",
    gate.EXPIRED: "准入到期，打不开了，数据要交回。",
    gate.WITHDRAWN: "企业不再提供，打不开了，数据要交回。{why}",
    gate.EXPIRES_SOON: "准入还有{days}天到期，到期以后打不开。",
}
# The same for the transitions of a school's decision that change what its teachers can do.
OF_SCHOOL: Mapping[str, str] = {
    "decline": "学校没有选用。{why}",
    "file": "区里备案了，等学校管理员开到班。",
    "refuse": "区里没有同意。{why}",
    "enable": "开到班了，可以放进课里。",
    "pause": "学校停用了。{why}",
    "hold": "主管单位停用了，学校不能自己恢复。{why}",
    "release": "主管单位交回学校，校长恢复以前打不开。",
    "resume": "学校恢复使用了。",
    "end": "不再使用，数据三十天内交回。{why}",
}


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One product with news. `adoption_id` None: of several schools, read in their list."""

    product_id: UUID
    adoption_id: UUID | None
    title: str
    says: str
    at: datetime


def of_product(event: str, payload: Mapping[str, Any], event_id: UUID) -> None:
    """The gate announced something: a notice for every school that has the product under way, and had begun before: what
    was announced earlier is no news to it. Safe to repeat."""
    days, why = int(payload.get("days", 0)), _sentence(str(payload.get("why", "")))
    says = OF_PRODUCT[event].format(days=days, why=why)[:400]
    rows = ToolAdoption.objects.unscoped("every adopter is told").filter(
        product_id=UUID(payload["product_id"]),
        state__in=set(UNDER_WAY) - {State.NEED},
        id__lt=event_id,  # both tell the time they were made
    )
    ToolNotice.objects.bulk_create(
        [
            ToolNotice(
                scope_path=one.scope_path,
                adoption=one,
                product_id=one.product_id,
                event=event,
                event_id=event_id,
                says=says,
                of_school=False,
            )
            for one in rows
        ],
        ignore_conflicts=True,
    )


def of_move(adoption: ToolAdoption, transition: str, reason: str, event_id: UUID, by: UUID | None) -> None:
    """A school's decision moved on: who is concerned is told, except who moved it."""
    if transition not in OF_SCHOOL:
        return
    ToolNotice.objects.create(
        scope_path=adoption.scope_path,
        adoption=adoption,
        product_id=adoption.product_id,
        event=transition,
        event_id=event_id,
        says=OF_SCHOOL[transition].format(why=_sentence(reason))[:400],
        of_school=True,
    )
    if by is not None:
        _mark(by, adoption.product_id)


def unread(actor: Actor) -> list[NoticeLine]:
    """The products with news for this person, the newest first: one question."""
    if not TABLE.may_try(actor, READ_NOTICES):
        return []
    rows = _unread(actor).select_related("adoption").order_by("product_id", "-created_at", "-id")
    found = sorted(rows.distinct("product_id"), key=lambda one: (one.created_at, one.id), reverse=True)
    many = actor.has_role(Role.DISTRICT_OFFICER)
    return [
        NoticeLine(
            one.product_id,
            None if many else one.adoption_id,
            one.adoption.title,
            one.says,
            one.created_at,
        )
        for one in found[:MOST]
    ]


def read(actor: Actor, product_id: UUID) -> None:
    """The actor has read what there is about a product until now; without news for the actor nothing is kept."""
    if _unread(actor).filter(product_id=product_id).exists():
        _mark(actor.person_id, product_id)


def _mark(person_id: UUID, product_id: UUID) -> None:
    ToolNoticeRead.objects.update_or_create(
        person_id=person_id, product_id=product_id, defaults={"read_at": time.now()}
    )


def _unread(actor: Actor) -> QuerySet[ToolNotice]:
    """Who asked for a product hears of it; who teaches a class that has it; the school's office; and the district of what
    the gate says."""
    reach = Q(adoption__asked_by=actor.person_id)
    for role in (Role.SCHOOL_HEAD, Role.SCHOOL_ADMIN):
        for path in actor.paths(role):
            reach |= Q(scope_path__startswith=path)
    for path in actor.paths(Role.DISTRICT_OFFICER):
        reach |= Q(scope_path__startswith=path, of_school=False)
    taught = Q()
    for path in actor.paths(Role.TEACHER):
        taught |= Q(scope_path__startswith=path)
    if taught:
        lines = ToolClass.objects.unscoped(_WHY).filter(taught, adoption=OuterRef("adoption"), ended_at=None)
        reach |= Q(Exists(lines))
    seen = ToolNoticeRead.objects.filter(
        person_id=actor.person_id, product_id=OuterRef("product_id"), read_at__gte=OuterRef("created_at")
    )
    rows = ToolNotice.objects.unscoped(_WHY).filter(reach, created_at__gte=time.now() - SHOWN_FOR)
    return rows.exclude(Exists(seen))


def _sentence(said: str) -> str:
    text = said.strip()
    return text if not text or text.endswith(("。", "！", "？")) else f"{text}。"
