"""What officers see: what waits where, what is in use and what the watch says about it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qiming.assurance.admission import OF_STATE, Scope, Standing, Tier, Verdict
from qiming.assurance.models import Product, ProductVersion
from qiming.assurance.queries import signals
from qiming.assurance.queries.register import entry_of, register
from qiming.assurance.queries.standing import of_version
from qiming.assurance.rules.watching import Alarm, alarms
from qiming.casework import queries as cases
from qiming.kernel import time
from qiming.registry import queries as registry
from qiming.registry.types import STAGE_NAMES, OrgRef, Stage

_WHY = "for officers, who see every product"
USED = (Verdict.ADMITTED, Verdict.WATCH, Verdict.SUSPENDED, Verdict.RETEST, Verdict.TRIAL)
WAITING = (Verdict.FILED, Verdict.TESTING)


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """One version that waits for somebody."""

    version: ProductVersion
    vendor: str
    state: str
    due_at: datetime | None
    case_id: UUID | None


@dataclass(frozen=True, slots=True)
class InUse:
    """One product that is, or was until it was stopped, in use."""

    product: Product
    vendor: str
    standing: Standing
    alarms: list[Alarm]


def on_the_way() -> list[OnTheWay]:
    """Versions on their way, what is due first."""
    states = [state for state, verdict in OF_STATE.items() if verdict in WAITING]
    rows = list(ProductVersion.objects.unscoped(_WHY).filter(state__in=states).select_related("product"))
    about = cases.follow_case([one.id for one in rows])
    names = _names()
    found = []
    for one in rows:
        case = about.get(one.id)
        title = cases.workflow_of(case.workflow_id).states[one.state].title if case else ""
        found.append(
            OnTheWay(one, names.get(one.scope_path, ""), title, case.due_at if case else None, one.case_id)
        )
    return sorted(found, key=lambda one: (one.due_at is None, str(one.due_at), str(one.version.id)))


def in_use() -> list[InUse]:
    """Products in use or stopped, those that need looking at first."""
    rows = Product.objects.unscoped(_WHY).exclude(current=None).select_related("current").order_by("title")
    names, found = _names(), []
    for one in rows:
        if one.current is None:
            continue
        stands = of_version(one, one.current)
        verdict = Verdict(stands.verdict)
        if verdict in USED:
            seen = alarms_of(one) if verdict in {Verdict.ADMITTED, Verdict.WATCH, Verdict.TRIAL} else []
            found.append(InUse(one, names.get(one.scope_path, ""), stands, seen))
    order = [Verdict.SUSPENDED, Verdict.RETEST, Verdict.WATCH, Verdict.TRIAL, Verdict.ADMITTED]
    return sorted(found, key=lambda one: order.index(Verdict(one.standing.verdict)))


def alarms_of(product: Product) -> list[Alarm]:
    """What the watch would say now."""
    if product.current is None:
        return []
    return alarms(signals.seen(product, product.current), signals.limits_today())


def vendors() -> list[tuple[OrgRef, int]]:
    """Companies and how many products each has."""
    paths = list(Product.objects.unscoped(_WHY).values_list("scope_path", flat=True))
    return [(one, paths.count(one.path)) for one in registry.vendors()]


CLASSIFIED = (
    "产品",
    "企业",
    "类型",
    "风险等级",
    "学段",
    "用到的学生数据",
    "结论",
    "条件",
    "准入日期",
    "到期",
    "签署部门",
    "校验码",
)


def classified() -> list[tuple[str, ...]]:
    """The list for the authorities, in the order of `CLASSIFIED`: every product that was decided about, by its type, the
    riskiest first."""
    found: list[tuple[int, tuple[str, ...]]] = []
    for line in register():
        if Verdict(line.standing.verdict) in WAITING:
            continue
        whole = entry_of(line)
        if whole is None:
            continue
        facts, admitted = whole.facts, whole.version.admitted_at
        tier = Tier(whole.version.tier) if whole.version.tier else None
        said = (
            line.title,
            line.vendor,
            line.kind,
            tier.zh if tier else "",
            "、".join(STAGE_NAMES[stage] for stage in Stage if stage.value in facts.stages),
            "、".join(Scope(one).zh for one in sorted(facts.scopes)) or "不用",
            line.standing.zh,
            line.conditions,
            time.local(admitted).date().isoformat() if admitted else "",
            line.standing.until.isoformat() if line.standing.until else "",
            "、".join(whole.signed_by),
            line.standing.version_hash,
        )
        found.append((-tier.rank if tier else 0, said))
    return [said for _, said in sorted(found, key=lambda one: (one[1][2], one[0], one[1][0]))]


def _names() -> dict[str, str]:
    return {one.path: one.name for one in registry.vendors()}
