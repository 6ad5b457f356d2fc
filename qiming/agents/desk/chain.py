"""The chain as a place sees it: models, education models and what they stand on, what is open or off here and by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from qiming.agents import access
from qiming.agents.desk.figures import yuan
from qiming.agents.desk.places import At, name_of
from qiming.agents.desk.usage import rules_for
from qiming.agents.models import (
    ApplicationKey,
    BaseModel,
    EducationModel,
    Enablement,
    KillSwitch,
    ModelHealth,
    QuotaRule,
)
from qiming.agents.rules.choosing import is_enabled
from qiming.agents.types import Enabled, Per, Target
from qiming.assurance import queries as assurance
from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.registry.types import STAGE_NAMES, OrgKind, OrgRef

_WHY = "the place was checked by the access table"
_STAGES = {stage.value: name for stage, name in STAGE_NAMES.items()} | {"staff": "工作人员"}
_TARGETS = {
    Target.ALL: "全部模型",
    Target.MODEL: "基座模型",
    Target.ROUTE: "教育模型",
    Target.APPLICATION: "应用",
}
_EACH = {
    Per.PLACE: "合计",
    Per.DISTRICT: "每个区",
    Per.SCHOOL: "每所学校",
    Per.CLASS: "每个班",
    Per.PUPIL: "每个人",
}
_KINDS = {"chat": "对话", "embeddings": "检索向量"}


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A base model. `health` None: no gateway has asked it yet."""

    row: BaseModel
    kind: str
    grades: str
    health: ModelHealth | None
    is_off: bool
    price_in: str
    price_out: str


@dataclass(frozen=True, slots=True)
class RouteLine:
    """An education model at a place. `decided` says who opened or closed it; `may_open`: nobody above closed it."""

    row: EducationModel
    kind: str
    stages: str
    models: str
    product: UUID | None
    stands_on: str
    is_serving: bool
    is_open: bool
    decided: list[str]
    own: bool | None
    may_open: bool
    is_off: bool

    @property
    def would_close(self) -> bool:
        """Whether the next decision here is a no."""
        return self.own is True or (self.own is None and self.is_open)


@dataclass(frozen=True, slots=True)
class SwitchLine:
    """Something turned off at the place, above it or below it."""

    id: UUID
    what: str
    reason: str
    place: str
    path: str
    said: str
    since: object
    may_lift: bool


@dataclass(frozen=True, slots=True)
class KeyLine:
    """The key of an application."""

    row: ApplicationKey
    place: str
    stage: str
    routes: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """A quota that holds here."""

    row: QuotaRule
    place: str
    each: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """Everything of it."""

    models: list[ModelLine]
    routes: list[RouteLine]
    switches: list[SwitchLine]
    keys: list[KeyLine] | None
    quotas: list[QuotaLine]


def chain(actor: Actor, place: OrgRef) -> Chain:
    """The chain at a place whose desk the actor may see."""
    switches = _switches(place)
    return Chain(
        _models(place, switches),
        _routes(place, switches),
        _switch_lines(actor, switches),
        _keys(place) if access.TABLE.allows(actor, access.KEYS, At(place.path)) else None,
        _quotas(place),
    )


def targets(actor: Actor, place: OrgRef) -> list[tuple[str, str]]:
    """What may be turned off at a place: (`kind:key`, words)."""
    routes = EducationModel.objects.filter(is_active=True).order_by("title")
    models = BaseModel.objects.filter(is_active=True).order_by("title")
    found = [(f"route:{one.key}", f"教育模型：{one.title}") for one in routes]
    found += [(f"model:{one.key}", f"基座模型：{one.title}") for one in models]
    if access.TABLE.allows(actor, access.KEYS, At(place.path)):
        keys = _key_rows(place).filter(revoked_at=None, expires_at__gt=time.now())
        found += [(f"application:{one.id}", f"应用：{one.name}") for one in keys]
    return [*found, ("all:", "全部模型")] if found else []


def route_choices() -> list[str]:
    """The keys of the education models in service."""
    return list(EducationModel.objects.filter(is_active=True).values_list("key", flat=True))


def _switches(place: OrgRef) -> list[KillSwitch]:
    rows = KillSwitch.objects.unscoped(_WHY).filter(lifted_at=None)
    rows = rows.filter(Q(scope_path__in=["", *_above(place.path)]) | Q(scope_path__startswith=place.path))
    return list(rows.order_by("-created_at"))


def _above(path: str) -> list[str]:
    steps = path.rstrip("/").split("/")
    return ["/".join(steps[:at]) + "/" for at in range(1, len(steps) + 1)]


def _is_off(place: OrgRef, switches: Iterable[KillSwitch], target: Target, key: str) -> bool:
    held = ((target.value, key), (Target.ALL.value, ""))
    return any(place.path.startswith(one.scope_path) and (one.target, one.key) in held for one in switches)


def _models(place: OrgRef, switches: list[KillSwitch]) -> list[ModelLine]:
    rows = BaseModel.objects.filter(is_active=True).select_related("health").order_by("title")
    return [
        ModelLine(
            row,
            _KINDS[row.kind],
            "、".join(row.data_grades),
            getattr(row, "health", None),
            _is_off(place, switches, Target.MODEL, row.key),
            yuan(row.input_fen_per_million),
            yuan(row.output_fen_per_million),
        )
        for row in rows
    ]


def _routes(place: OrgRef, switches: list[KillSwitch]) -> list[RouteLine]:
    rows = list(EducationModel.objects.filter(is_active=True).order_by("title"))
    said = list(
        Enablement.objects.unscoped(_WHY).filter(scope_path__in=_above(place.path)).select_related("route")
    )
    people = registry.persons_named({one.decided_by for one in said if one.decided_by})
    titles = dict(BaseModel.objects.values_list("key", "title"))
    stands = assurance.standings([row.product_id for row in rows if row.product_id])
    return [
        _route(
            row,
            place,
            sorted((one for one in said if one.route_id == row.id), key=lambda one: one.scope_path),
            people,
            titles,
            stands[row.product_id].zh if row.product_id in stands else "",
            _is_off(place, switches, Target.ROUTE, row.key),
        )
        for row in rows
    ]


def _route(  # noqa: PLR0917 - what was read for all routes at once
    row: EducationModel,
    place: OrgRef,
    said: list[Enablement],
    people: dict[UUID, str],
    titles: dict[str, str],
    verdict: str,
    is_off: bool,
) -> RouteLine:
    own = next((one.yes for one in said if one.scope_path == place.path), None)
    above = [one for one in said if one.scope_path != place.path]
    held = "、".join(_STAGES[one] for one in row.stages if one in row.held_stages)
    stands_on = verdict and f"测试场：{verdict}" + (f"（{held}现在不能用）" if held else "")
    return RouteLine(
        row,
        _KINDS[row.kind],
        "、".join(_STAGES[one] for one in row.stages),
        "，不行再用".join(titles.get(one, one) for one in row.base_models),
        row.product_id,
        stands_on or (f"备案号 {row.filing_no}" if row.filing_no else "所用基座模型的备案"),
        not held,
        is_enabled(row.key, place.path, [Enabled(one.scope_path, row.key, one.yes) for one in said]),
        [_decided(one, people) for one in said],
        own,
        all(one.yes for one in above),
        is_off,
    )


def _decided(one: Enablement, people: dict[UUID, str]) -> str:
    who = people.get(one.decided_by, "") if one.decided_by else "运维人员"
    verb = "打开" if one.yes else "关上"
    return f"{name_of(one.scope_path)}{who and f'（{who}）'}{time.local(one.decided_at):%Y-%m-%d}{verb}"


def _switch_lines(actor: Actor, switches: list[KillSwitch]) -> list[SwitchLine]:
    people = registry.persons_named({one.stopped_by for one in switches if one.stopped_by})
    routes = dict(EducationModel.objects.values_list("key", "title"))
    models = dict(BaseModel.objects.values_list("key", "title"))
    wanted = [one.key for one in switches if one.target == Target.APPLICATION.value]
    keys = ApplicationKey.objects.unscoped(_WHY).filter(id__in=wanted)
    titles = routes | models | {str(one.id): one.name for one in keys}
    return [
        SwitchLine(
            one.id,
            _TARGETS[Target(one.target)] + (f"“{titles.get(one.key, one.key)}”" if one.key else ""),
            one.reason,
            name_of(one.scope_path),
            one.scope_path,
            people.get(one.stopped_by, "") if one.stopped_by else "运维人员",
            one.created_at,
            bool(one.scope_path) and access.TABLE.allows(actor, access.KILL, one),
        )
        for one in switches
    ]


def _key_rows(place: OrgRef) -> QuerySet[ApplicationKey]:
    rows = ApplicationKey.objects.unscoped(_WHY).filter(scope_path__startswith=place.path)
    return rows.order_by("-created_at")


def _keys(place: OrgRef) -> list[KeyLine]:
    rows = list(_key_rows(place).filter(revoked_at=None)[:200])
    titles = dict(EducationModel.objects.values_list("key", "title"))
    now = time.now()
    return [
        KeyLine(
            one,
            name_of(one.scope_path),
            _STAGES[one.stage],
            "、".join(titles.get(key, key) for key in one.routes),
            one.expires_at <= now,
        )
        for one in rows
    ]


def _quotas(place: OrgRef) -> list[QuotaLine]:
    return [
        QuotaLine(row, name_of(row.scope_path), _EACH[Per(row.per)], row.scope_path == place.path)
        for row in rules_for(place)
    ]


def quota_choices(place: OrgRef) -> list[tuple[str, str]]:
    """For whom a quota may be set from this place: the place's kinds."""
    kinds = {
        OrgKind.CITY: (Per.PLACE, Per.DISTRICT, Per.SCHOOL, Per.CLASS, Per.PUPIL),
        OrgKind.DISTRICT: (Per.PLACE, Per.SCHOOL, Per.CLASS, Per.PUPIL),
        OrgKind.SCHOOL: (Per.PLACE, Per.CLASS, Per.PUPIL),
    }
    return [(one.value, _EACH[one]) for one in kinds[place.kind]]
