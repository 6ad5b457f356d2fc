"""A filed product is enabled for classes, stopped, taken up again, ended, and its data are given back."""

import logging
from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction

from qiming.casework.types import Proof
from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, Role
from qiming.resources.access_tools import ENABLE, RETURN, STOP
from qiming.resources.launching import assured, rules
from qiming.resources.launching.deciding import terms_of
from qiming.resources.launching.models import ToolAdoption, ToolClass
from qiming.resources.launching.services.common import MOST_REASON, WHY, load, step, words
from qiming.resources.launching.types import IN_USE, State

log = logging.getLogger(__name__)
_NOW = "asked for the installation itself"
OVER = ("revoked", "expired", "withdrawn", "refused")


@transaction.atomic
def enable(
    *, actor: Actor, adoption_id: UUID, class_ids: Collection[UUID], until: date, seen: int | None = None
) -> date:
    """Open a filed product to these classes of the school and to no others; returns the last day, which is never beyond
    the term or what is allowed."""
    adoption = load(actor, ENABLE, adoption_id)
    places = _classes(adoption, class_ids)
    last = _last_day(adoption, places[0], until)
    there = {one.class_id: one for one in _open_lines(adoption)}
    for one in there.values():
        if one.class_id not in set(class_ids):
            one.ended_at = time.now()
            one.save(update_fields=["ended_at"])
    for place in places:
        line = there.get(place.id)
        if line is None:
            ToolClass.objects.create(
                scope_path=place.path,
                adoption=adoption,
                class_id=place.id,
                until=last,
                enabled_by=actor.person_id,
            )
        elif line.until != last:
            line.until = last
            line.save(update_fields=["until"])
    step(actor, adoption, "enable", data={"classes": len(places), "until": last.isoformat()}, seen=seen)
    return last


def _classes(adoption: ToolAdoption, class_ids: Collection[UUID]) -> list[OrgRef]:
    if not class_ids:
        raise UserError(
            "请选班", kept="没有改动。", next="至少选一个班；都不用了就办“结束使用”。", field="classes"
        )
    found = registry.orgs(class_ids)
    places = [found[one] for one in dict.fromkeys(class_ids) if one in found]
    if len(places) < len(set(class_ids)):
        raise Denied(ENABLE)
    if any(not one.is_taught or not one.path.startswith(adoption.scope_path) for one in places):
        raise Denied(ENABLE)
    return places


def _last_day(adoption: ToolAdoption, place: OrgRef, until: date) -> date:
    today = time.today()
    if until < today:
        raise UserError("这一天已经过去", kept="没有改动。", next="选今天以后的一天。", field="until")
    held = terms_of(adoption, assured.product(adoption.product_id))
    return rules.last_day(until, term_end(place, today), held.until)


def term_end(place: OrgRef, today: date) -> date:
    """The last day of the term that goes on or comes next."""
    year = registry.current_year(today)
    ends = [one.ends for one in registry.terms(year.key, place.path) if one.ends >= today]
    return min(ends, default=year.ends)


def _open_lines(adoption: ToolAdoption) -> list[ToolClass]:
    rows = ToolClass.objects.unscoped(WHY).select_for_update(of=("self",))
    return list(rows.filter(adoption=adoption, ended_at=None).order_by("id"))


@transaction.atomic
def stop(*, actor: Actor, adoption_id: UUID, reason: str, seen: int | None = None) -> None:
    """Stop it at once: the head for the school, an officer so that the school cannot go on by itself."""
    adoption = load(actor, STOP, adoption_id)
    said = words(reason, "reason", "请写为什么停用：老师和学生会看到", MOST_REASON)
    step(actor, adoption, "hold" if _is_officer(actor, adoption) else "pause", reason=said, seen=seen)


@transaction.atomic
def resume(*, actor: Actor, adoption_id: UUID, reason: str, seen: int | None = None) -> None:
    """Go on after a stop: what the school stopped, by the head; what an officer stopped is given back to the head."""
    adoption = load(actor, STOP, adoption_id)
    said = words(reason, "reason", "请写为什么可以恢复", MOST_REASON)
    step(actor, adoption, "release" if adoption.state == State.HELD else "resume", reason=said, seen=seen)


@transaction.atomic
def end(*, actor: Actor, adoption_id: UUID, reason: str, seen: int | None = None) -> None:
    """Use it no longer, from now on; the data are to be back within thirty days."""
    adoption = load(actor, STOP, adoption_id)
    said = words(reason, "reason", "请写为什么不用了", MOST_REASON)
    step(actor, adoption, "end", reason=said, seen=seen)


@transaction.atomic
def close(
    *, actor: Actor, adoption_id: UUID, data_return: str, deletion: str, seen: int | None = None
) -> None:
    """The data are back and deleted: what came back, and the certificate."""
    adoption = load(actor, RETURN, adoption_id)
    returned = words(data_return, "data_return", "请写交回了哪些数据，在哪天")
    deleted = words(deletion, "deletion", "请写删除证明的编号和日期，或厂商怎样书面说明")
    proofs = [
        Proof.of_words("data_return", "数据交回", returned),
        Proof.of_words("deletion", "删除证明", deleted),
    ]
    step(actor, adoption, "close", evidence=proofs, seen=seen)


def end_unfit() -> int:
    """End what can never be served again: its admission is revoked, over, refused or withdrawn; returns how many."""
    ended = 0
    rows = ToolAdoption.objects.unscoped(_NOW).filter(state__in=[*IN_USE, State.DISTRICT_FILED])
    for adoption in rows.order_by("id"):
        standing = assured.standing(adoption.product_id)
        if standing.verdict not in OVER:
            continue
        try:
            with transaction.atomic():
                step(None, adoption, "end", reason=f"产品{standing.zh}")
            ended += 1
        except UserError:
            log.exception("adoption %s could not be ended", adoption.id)
    return ended


def _is_officer(actor: Actor, adoption: ToolAdoption) -> bool:
    roles = (Role.DISTRICT_OFFICER.value, Role.CITY_OFFICER.value)
    return any(adoption.scope_path.startswith(path) for role in roles for path in actor.paths(role))
