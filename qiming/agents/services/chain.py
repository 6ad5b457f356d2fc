"""Base models and routes are registered, opened for places, turned off. Every gateway hears of it when this commits."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from qiming.agents import access, boxes
from qiming.agents.access import TABLE
from qiming.agents.models import BaseModel, EducationModel, Enablement, KillSwitch
from qiming.agents.sealing import MODEL_KEY
from qiming.agents.services.places import place_for, tell
from qiming.agents.types import DATA_GRADES, STAGES, Kind, Target
from qiming.assurance.queries import may_serve
from qiming.assurance.runner.judging_addresses import check_address
from qiming.assurance.runner.kinds import Failure
from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.addresses import Origin
from qiming.kernel.errors import UserError
from qiming.kernel.fetch import Outward, OutwardRefused

_NOTHING = "什么都没有改。"
_WHY = "the place was checked by the access table"


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is written down of a base model. `api_key` is kept in a box and never shown again."""

    key: str
    title: str
    provider: str
    address: str
    upstream_name: str
    kind: Kind = Kind.CHAT
    api_key: str = ""
    licence: str = ""
    filing_no: str = ""
    algorithm_no: str = ""
    context_tokens: int = 8192
    most_output_tokens: int = 2048
    input_fen_per_million: int = 0
    output_fen_per_million: int = 0
    data_grades: tuple[str, ...] = ("L1",)
    concurrency: int = 16
    tells_usage: bool = True


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """What is written down of an education model."""

    key: str
    title: str
    base_models: tuple[str, ...]
    stages: tuple[str, ...]
    kind: Kind = Kind.CHAT
    frame: str = ""
    card: str = ""
    filing_no: str = ""
    quota_class: str = ""
    data_grade: str = "L2"
    most_output_tokens: int = 1024
    most_seconds: int = 120
    product_id: UUID | None = None


def add_model(*, actor: Actor | None, facts: ModelFacts, outward: Outward | None = None) -> UUID:
    """Register a base model, or write down anew what is known of one. Only a server the operator listed can be one."""
    if actor:
        TABLE.require(actor, access.REGISTER)
    _check_model(facts, outward)
    values = {name: getattr(facts, name) for name in ModelFacts.__slots__ if name not in ("key", "api_key")}
    values |= {"kind": facts.kind.value, "data_grades": list(facts.data_grades), "is_active": True}
    if facts.api_key:
        values["sealed_key"] = boxes.ours().close(facts.api_key.encode(), MODEL_KEY)
    with transaction.atomic():
        row, _ = BaseModel.objects.update_or_create(key=facts.key, defaults=values)
        tell(actor, "agents.add_model", row.id, "", {"model": facts.key, "filing_no": facts.filing_no})
    return row.id


def _check_model(facts: ModelFacts, outward: Outward | None) -> None:
    if not set(facts.data_grades) <= set(DATA_GRADES):
        raise UserError("数据级别只有 L1、L2、L3", kept=_NOTHING, next="写模型可以收的级别，用逗号隔开。")
    if not 1 <= facts.concurrency <= 1000 or facts.context_tokens < 256 or facts.most_output_tokens < 1:
        raise UserError("并发、上下文长度、最长输出要写合理的正整数", kept=_NOTHING, next="照模型说明书写。")
    try:
        listed = outward or Outward.from_environment(os.environ)
        origin: Origin = listed.origin_of(facts.address)
        check_address(facts.address, listed.networks_for(origin))
    except (OutwardRefused, Failure, ValueError):
        raise UserError(
            "这个地址不在允许访问的服务器里",
            kept=_NOTHING,
            next="请运维人员先把它的来源（如 https://model.example.cn）写进 QIMING_OUTWARD，再登记。",
        ) from None


def add_route(*, actor: Actor | None, facts: RouteFacts) -> UUID:
    """Register an education model, or write it down anew. One that names a product needs its verdict now."""
    if actor:
        TABLE.require(actor, access.REGISTER)
    known = set(
        BaseModel.objects.filter(key__in=facts.base_models, kind=facts.kind.value).values_list(
            "key", flat=True
        )
    )
    if not facts.base_models or known != set(facts.base_models):
        raise UserError(
            f"没有登记这些基座模型：{'、'.join(sorted(set(facts.base_models) - known)) or '一个也没写'}",
            kept=_NOTHING,
            next="先登记基座模型；种类要一致。",
        )
    if not facts.stages or not set(facts.stages) <= set(STAGES) or facts.data_grade not in DATA_GRADES:
        raise UserError(
            f"学段只有 {'、'.join(STAGES)}，数据级别只有 L1、L2、L3", kept=_NOTHING, next="照写。"
        )
    _check_verdict(facts.product_id, facts.stages)
    values = {name: getattr(facts, name) for name in RouteFacts.__slots__ if name != "key"}
    values |= {"kind": facts.kind.value, "base_models": list(facts.base_models), "stages": list(facts.stages)}
    with transaction.atomic():
        row, _ = EducationModel.objects.update_or_create(
            key=facts.key, defaults=values | {"is_active": True, "held_stages": []}
        )
        tell(actor, "agents.add_route", row.id, "", {"route": facts.key, "models": list(facts.base_models)})
    return row.id


def _check_verdict(product_id: UUID | None, stages: Iterable[str]) -> None:
    if product_id is None:
        return
    for stage in sorted(set(stages) - {"staff"}):
        answer = may_serve(product_id, stage=stage)
        if not answer.yes:
            raise UserError(
                f"它依据的产品现在不能用：{answer.reason}", kept=_NOTHING, next="先通过准入，或改学段。"
            )


def end_model(*, actor: Actor | None, key: str) -> None:
    """Take a base model out of service for good; the ledger keeps its name."""
    _end(actor, BaseModel, key, "agents.end_model")


def end_route(*, actor: Actor | None, key: str) -> None:
    """Take an education model out of service for good."""
    _end(actor, EducationModel, key, "agents.end_route")


def _end(actor: Actor | None, model: type[BaseModel] | type[EducationModel], key: str, verb: str) -> None:
    if actor:
        TABLE.require(actor, access.REGISTER)
    with transaction.atomic():
        row = model.objects.select_for_update().filter(key=key, is_active=True).first()
        if row is None:
            raise Denied(verb)
        row.is_active = False
        row.save(update_fields=["is_active"])
        tell(actor, verb, row.id, "", {"key": key})


def decide(*, actor: Actor | None, place_id: UUID, route: str, yes: bool) -> None:
    """Open a route for a place and what lies below it, or close it there."""
    place = place_for(actor, access.ENABLE, place_id)
    row = EducationModel.objects.filter(key=route, is_active=True).first()
    if row is None:
        raise UserError(
            "没有这个教育模型", kept=_NOTHING, next="用 qiming agents list 看有哪些。", status=404
        )
    if yes:
        _check_verdict(row.product_id, row.stages)
    with transaction.atomic():
        made, _ = Enablement.objects.unscoped(_WHY).update_or_create(
            scope_path=place.path,
            route=row,
            defaults={
                "yes": yes,
                "decided_by": actor.person_id if actor else None,
                "decided_at": time.now(),
            },
        )
        tell(actor, "agents.decide", made.id, place.path, {"route": route, "yes": yes})


def switch_off(
    *, actor: Actor | None, place_id: UUID | None, target: Target, key: str = "", reason: str
) -> UUID:
    """Turn something off at a place and below, at once, also what is being generated. `place_id` None: everywhere, by the
    installation itself. Doing it twice changes nothing."""
    if actor is None and place_id is None:
        path = ""
    elif place_id is None:
        raise Denied(access.KILL)
    else:
        path = place_for(actor, access.KILL, place_id).path
    if not 2 <= len(reason.strip()) <= 300:
        raise UserError("要写明为什么停用，不超过300个字", kept=_NOTHING, next="使用的人会看到这句话。")
    if (target is Target.ALL) != (not key):
        raise UserError("要写停用哪一个；停用全部时不写", kept=_NOTHING, next="写它的编号。")
    with transaction.atomic():
        row, fresh = KillSwitch.objects.unscoped(_WHY).get_or_create(
            scope_path=path,
            target=target.value,
            key=key,
            lifted_at=None,
            defaults={"reason": reason.strip(), "stopped_by": actor.person_id if actor else None},
        )
        if fresh:
            tell(
                actor,
                "agents.switch_off",
                row.id,
                path,
                {"target": target.value, "key": key, "reason": reason},
            )
    return row.id


def lift(*, actor: Actor | None, switch_id: UUID) -> None:
    """Turn on again what was turned off; who may turn off at that place may lift it."""
    with transaction.atomic():
        rows = KillSwitch.objects.unscoped(_WHY).select_for_update()
        row = (
            TABLE.load(actor, access.KILL, rows, id=switch_id) if actor else rows.filter(id=switch_id).first()
        )
        if row is None:
            raise Denied(access.KILL)
        if row.lifted_at is None:
            row.lifted_at, row.lifted_by = time.now(), actor.person_id if actor else None
            row.save(update_fields=["lifted_at", "lifted_by"])
            tell(actor, "agents.lift", row.id, row.scope_path, {"target": row.target, "key": row.key})
