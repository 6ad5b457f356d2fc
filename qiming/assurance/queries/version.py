"""Everything that stands on the page of one version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from qiming.assurance.admission import (
    Authority,
    Conditions,
    Facts,
    FilingKind,
    Function,
    ProductKind,
    Scope,
    Standing,
    Tier,
)
from qiming.assurance.models import (
    Filing,
    ProductVersion,
    Proposal,
    Signature,
    TestRun,
    ThirdPartyReport,
    Trial,
)
from qiming.assurance.queries.agents import agent_names
from qiming.assurance.queries.register import conditions_in_words
from qiming.assurance.queries.seeing import is_company
from qiming.assurance.queries.standing import of_version
from qiming.assurance.queries.subjects import in_keys, known_subjects, subject_keys, subject_words
from qiming.assurance.queries.testing import (
    BY_BROWSER,
    least_tier,
    no_browser,
    suite_titles,
    suites_beside,
    suites_by_key,
    suites_for,
)
from qiming.assurance.rules import filing
from qiming.casework import queries as cases
from qiming.kernel.access import Actor
from qiming.kernel.models import StoredFile
from qiming.registry import queries as registry
from qiming.registry.types import STAGE_NAMES, Stage

_WHY = "who may see the version was asked by load_version"
OVER = ("refused", "revoked", "expired", "replaced", "withdrawn")
PURPOSES = {"self": "企业自测", "lab": "检测", "blind": "密封题复测"}


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in a list."""

    run: TestRun
    title: str
    purpose: str
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Page:
    """What is known of a version."""

    standing: Standing
    rows: list[tuple[str, str]]
    data: list[tuple[str, str, str, int]]
    numbers: list[tuple[str, Filing | None]]
    gaps: list[str]
    runs: list[RunLine]
    suites: dict[str, str]
    no_browser: str
    has_records: bool
    others: Sequence[ProductVersion]
    untested: list[str]
    reports: list[tuple[ThirdPartyReport, bool]]
    trial: Trial | None
    trial_schools: list[str]
    proposal: Proposal | None
    proposal_words: str
    proposal_until: date | None
    signatures: list[tuple[str, Signature | None]]
    tier: str
    state_title: str


def page_of(
    actor: Actor, version: ProductVersion, *, has_records: bool = False, others: Sequence[ProductVersion] = ()
) -> Page:
    """Everything on the page of a version. To a company blind runs show their outcome only. `others`: versions it can be
    compared with."""
    facts = Facts.of(version.facts)
    numbers = {one.kind: one for one in Filing.objects.unscoped(_WHY).filter(version=version)}
    given = [
        filing.Number(one.kind, one.number, one.not_needed_why, one.valid_until, one.found)
        for one in numbers.values()
    ]
    trial = Trial.objects.unscoped(_WHY).filter(version=version).order_by("-id").first()
    proposal = Proposal.objects.unscoped(_WHY).filter(version=version, is_current=True).first()
    suites, runs = open_suites_of(version), runs_of(version)
    tested = {line.run.suite for line in runs if line.run.state == "done" and not line.is_stale}
    conditions = in_keys(Conditions.of(proposal.conditions)) if proposal else Conditions()
    return Page(
        standing=of_version(version.product, version),
        rows=_rows(facts),
        data=[(Scope(one.scope).zh, one.why, one.where, one.keep_days) for one in facts.data_map],
        numbers=[(kind.zh, numbers.get(kind.value)) for kind in FilingKind],
        gaps=[*filing.faults(facts, known_subjects(), agent_names()), *filing.missing_numbers(facts, given)],
        runs=runs,
        suites=suites,
        no_browser=not_here(version),
        has_records=has_records,
        others=others,
        untested=[] if is_company(actor, version) else [suites[key] for key in suites if key not in tested],
        reports=_reports(version),
        trial=trial,
        trial_schools=[registry.org_by_path(path).name for path in trial.schools] if trial else [],
        proposal=proposal,
        proposal_words=conditions_in_words(conditions) if proposal else "",
        proposal_until=conditions.until,
        signatures=_signatures(proposal),
        tier=Tier(version.tier).zh if version.tier else "",
        state_title=_state_title(version),
    )


def _reports(version: ProductVersion) -> list[tuple[ThirdPartyReport, bool]]:
    """Reports, the newest first, and whether the file is there to be read."""
    rows = list(ThirdPartyReport.objects.unscoped(_WHY).filter(version=version).order_by("-id"))
    there = set(StoredFile.objects.filter(id__in=[one.file_id for one in rows]).values_list("id", flat=True))
    return [(one, one.file_id in there) for one in rows]


def _asked_at(endpoint: Mapping[str, Any]) -> str:
    if endpoint.get("kind") == filing.AGENT:
        return f"本平台的智能体：{agent_names().get(str(endpoint.get('model')), endpoint.get('model', ''))}"
    return f"{endpoint.get('url', '')} {endpoint.get('model', '')}".strip()


_OPENED = {"lti": "LTI 1.3", "link": "网页", filing.INSIDE: "在平台里打开"}


def _rows(facts: Facts) -> list[tuple[str, str]]:
    endpoint: dict[str, Any] = dict(facts.endpoint)
    return [
        ("产品类型", ProductKind(facts.kind).zh),
        ("学段", "、".join(STAGE_NAMES[stage] for stage in Stage if stage.value in facts.stages)),
        ("学科", subject_words(subject_keys(facts.subjects))),
        ("功能", "、".join(Function(one).zh for one in facts.functions)),
        (
            "启动",
            f"{_OPENED.get(str(facts.launch.get('kind')), '网页')} {facts.launch.get('url', '')}",
        ),
        ("检测接口", _asked_at(endpoint)),
        ("在哪里运行", "企业的服务器" if facts.hosting == "vendor" else "本市的服务器"),
        ("用的模型", f"{facts.model_name} {facts.model_version}"),
        ("分包和转交", "、".join(facts.subprocessors) or "没有"),
        ("未成年人保护审计", facts.minor_audit),
        ("标识办法", facts.label_method),
        ("价格", facts.price),
    ]


def suites_of(version: ProductVersion) -> dict[str, str]:
    """The suites a version must pass, key → title."""
    titles = suite_titles()
    return {key: titles[key] for key in suites_for(version)}


def open_suites_of(version: ProductVersion) -> dict[str, str]:
    """What may be run with published cases: what it must pass, then a class at once and its pages where they can be looked
    at here."""
    titles, blind = suite_titles(), no_browser()
    beside = [
        key for key in suites_beside(version) if not (blind and suites_by_key()[key].method == BY_BROWSER)
    ]
    return suites_of(version) | {key: titles[key] for key in beside}


def not_here(version: ProductVersion) -> str:
    """Why the pages of this version cannot be looked at on this machine; "" when they can, or are not to be."""
    wanted = any(suites_by_key()[key].method == BY_BROWSER for key in suites_beside(version))
    return no_browser() if wanted else ""


def least_tier_of(version: ProductVersion) -> str:
    return least_tier(Facts.of(version.facts))[0].value


def runs_of(version: ProductVersion) -> list[RunLine]:
    """Runs of a version, the newest first."""
    titles = suite_titles()
    rows = TestRun.objects.unscoped(_WHY).filter(version=version).order_by("-id")[:60]
    return [
        RunLine(
            one,
            titles.get(one.suite, one.suite),
            PURPOSES[one.purpose],
            one.content_hash != version.content_hash,
        )
        for one in rows
    ]


def report_to_check(version: ProductVersion) -> ThirdPartyReport | None:
    """The newest report nobody has checked yet."""
    rows = ThirdPartyReport.objects.unscoped(_WHY).filter(version=version, accepted=None)
    return rows.order_by("-id").first()


def _signatures(proposal: Proposal | None) -> list[tuple[str, Signature | None]]:
    if proposal is None:
        return []
    there = {one.authority: one for one in Signature.objects.unscoped(_WHY).filter(proposal=proposal)}
    return [(one.zh, there.get(one.value)) for one in Authority]


def _state_title(version: ProductVersion) -> str:
    case = cases.follow_case([version.id]).get(version.id)
    return cases.workflow_of(case.workflow_id).states[version.state].title if case else ""
