"""The public register: what stands where, on what evidence, who uses it, and how long the queue is."""

from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from uuid import UUID

from django.db.models import F

from qiming.assurance.admission import (
    ANY,
    OF_STATE,
    Authority,
    Conditions,
    Facts,
    FilingKind,
    Function,
    ProductKind,
    Scope,
    Standing,
    Verdict,
)
from qiming.assurance.models import (
    Filing,
    Product,
    ProductVersion,
    Proposal,
    Signature,
    TestRun,
    ThirdPartyReport,
)
from qiming.assurance.queries.standing import chosen, newest_versions, of_version
from qiming.assurance.queries.subjects import in_keys, subject_words
from qiming.assurance.queries.testing import suite_titles
from qiming.assurance.queries.users import users_of
from qiming.registry import queries as registry
from qiming.registry.types import STAGE_NAMES, Stage

_WHY = "the register is public"
UNDER_WAY = tuple(
    state for state, verdict in OF_STATE.items() if verdict in {Verdict.FILED, Verdict.TESTING, Verdict.TRIAL}
)
ORDER = [
    Verdict.ADMITTED,
    Verdict.WATCH,
    Verdict.TRIAL,
    Verdict.SUSPENDED,
    Verdict.RETEST,
    Verdict.TESTING,
    Verdict.FILED,
]
GONE = {Verdict.DRAFT, Verdict.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Line:
    """One product of the register."""

    id: UUID
    title: str
    kind: str
    vendor: str
    says: str
    standing: Standing
    conditions: str


@dataclass(frozen=True, slots=True)
class Queue:
    """How many are on their way, and how long those that were decided took, from filing to verdict."""

    waiting: int
    median_days: int | None
    decided: int


def register() -> list[Line]:
    """Every product that was filed, those that may be used first."""
    products = list(Product.objects.unscoped(_WHY).select_related("current").order_by("title", "id"))
    newest = newest_versions([one.id for one in products])
    vendors = {one.path: one.name for one in registry.vendors()}
    found = []
    for product in products:
        version = chosen(product, newest.get(product.id))
        if version is None:
            continue
        stands = of_version(product, version)
        if Verdict(stands.verdict) in GONE:
            continue
        found.append(
            Line(
                product.id,
                product.title,
                ProductKind(product.kind).zh,
                vendors.get(product.scope_path, ""),
                product.says,
                stands,
                conditions_in_words(stands.conditions) if OF_STATE[version.state] in _WITH_CONDITIONS else "",
            )
        )
    places = {verdict.value: place for place, verdict in enumerate(ORDER)}
    return sorted(found, key=lambda one: (places.get(one.standing.verdict, len(ORDER)), one.title))


_WITH_CONDITIONS = {Verdict.ADMITTED, Verdict.WATCH, Verdict.TRIAL, Verdict.SUSPENDED, Verdict.RETEST}


def conditions_in_words(one: Conditions) -> str:
    """Conditions as people read them."""
    stages = "、".join(STAGE_NAMES[stage] for stage in Stage if stage.value in one.stages)
    said = [f"{stages}可用" if stages else ""]
    if ANY not in one.subjects:
        said.append(f"只用在{subject_words(one.subjects)}" if one.subjects else "没有准许的学科")
    if one.functions_off:
        said.append("不能用：" + "、".join(Function(word).zh for word in sorted(one.functions_off)))
    said.append(
        "可交出：" + "、".join(Scope(word).zh for word in sorted(one.data_scopes))
        if one.data_scopes
        else "不交出学生的内容"
    )
    if one.supervised_only:
        said.append("只在老师带着的课上用")
    if one.daily_launches is not None:
        said.append(f"每天最多{one.daily_launches}次")
    return "；".join(word for word in said if word)


def queue() -> Queue:
    """How long the queue is."""
    rows = ProductVersion.objects.unscoped(_WHY)
    decided = (
        rows.exclude(filed_at=None).exclude(admitted_at=None).annotate(took=F("admitted_at") - F("filed_at"))
    )
    days = [one.days for one in decided.values_list("took", flat=True)]
    return Queue(rows.filter(state__in=UNDER_WAY).count(), round(median(days)) if days else None, len(days))


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece on which a verdict stands, with its date."""

    what: str
    on: date | datetime | None
    until: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One product as everybody may read it: no names of people, no figures of single replies."""

    line: Line
    version: ProductVersion
    facts: Facts
    evidence: list[Evidence]
    users: list[str]
    signed_by: list[str]


def entry(product_id: UUID) -> Entry | None:
    """A product of the register; None when it is not in it."""
    line = next((one for one in register() if one.id == product_id), None)
    return entry_of(line) if line else None


def entry_of(line: Line) -> Entry | None:
    """The same for a line of the register."""
    if line.standing.version_id is None:
        return None
    version = ProductVersion.objects.unscoped(_WHY).get(id=line.standing.version_id)
    return Entry(
        line, version, Facts.of(version.facts), _evidence(version), users_of(line.id), _signed_by(version)
    )


@dataclass(frozen=True, slots=True)
class Proposed:
    """What stands on public notice about a product: anybody may object to it."""

    case_id: UUID
    number: int
    conditions: str
    grounds: str


def proposed(product_id: UUID) -> Proposed | None:
    """The proposal that is on public notice now; None when there is none."""
    rows = Proposal.objects.unscoped(_WHY).select_related("version")
    one = rows.filter(version__product=product_id, version__state="noticed", is_current=True).first()
    if one is None or one.version.case_id is None:
        return None
    words = conditions_in_words(in_keys(Conditions.of(one.conditions)))
    return Proposed(one.version.case_id, one.version.number, words, one.grounds)


def _evidence(version: ProductVersion) -> list[Evidence]:
    titles = {one.value: one.zh for one in FilingKind}
    numbers = (
        Filing.objects.unscoped(_WHY).filter(version=version, found=True).exclude(number="").order_by("kind")
    )
    found = [
        Evidence(f"{titles[one.kind]} {one.number}", one.checked_at, one.valid_until, "已到公开名单核对")
        for one in numbers
    ]
    runs = TestRun.objects.unscoped(_WHY).filter(
        version=version, state="done", passed=True, content_hash=version.content_hash
    )
    runs = runs.exclude(purpose="self").order_by("suite", "id")
    suites = suite_titles()
    last = {one.suite: one for one in runs}  # the last one of each
    found += [
        Evidence(
            f"检测：{suites.get(one.suite, one.suite)}",
            one.ended_at,
            None,
            "含密封题" if one.purpose == "blind" else "公开题",
        )
        for one in last.values()
    ]
    reports = (
        ThirdPartyReport.objects.unscoped(_WHY).filter(version=version, accepted=True).order_by("-dated")
    )
    found += [
        Evidence(f"第三方检测：{one.body}", one.dated, one.valid_until, one.accreditation) for one in reports
    ]
    return found


def _signed_by(version: ProductVersion) -> list[str]:
    rows = Signature.objects.unscoped(_WHY).filter(proposal__version=version, proposal__is_current=True)
    there = set(rows.values_list("authority", flat=True))
    return [one.zh for one in Authority if one.value in there]
