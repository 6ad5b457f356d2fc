"""One version: what was filed, what was found, and the forms of those whose duty it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.assurance import services
from qiming.assurance.access import FILE, STOP, TABLE
from qiming.assurance.admission import ANY, Authority, Facts, FilingKind, Tier
from qiming.assurance.forms import (
    CheckForm,
    FoundForm,
    ProposalForm,
    ReportCheckForm,
    RunForm,
    SendForm,
    SignForm,
    StopForm,
    TierForm,
    TrialForm,
)
from qiming.assurance.models import ProductVersion
from qiming.assurance.queries import comparing, reporting, seeing
from qiming.assurance.queries import version as queries
from qiming.assurance.queries.subjects import subject_keys
from qiming.assurance.services.common import duties_in
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page, signed_in_page
from qiming.registry import queries as registry

Make = Callable[[ProductVersion, Any], forms.Form]
Do = Callable[[Actor, ProductVersion, Any], None]
SEES = "企业看自己的，市级人员、担任职责的人和评审人凭自己的件看一个版本的申报、检测和意见"


@dataclass(frozen=True, slots=True)
class Act:
    """Something a duty does on this page: its form, what it does, in which states."""

    key: str
    title: str
    says: str
    duties: tuple[str, ...]
    states: tuple[str, ...]
    make: Make
    do: Do


def _subjects(version: ProductVersion) -> frozenset[str]:
    keys = subject_keys(Facts.of(version.facts).subjects)
    return frozenset({ANY}) if ANY in keys else keys


def _run(actor: Actor, version: ProductVersion, form: Any) -> None:
    services.ask_runs(actor=actor, version_id=version.id, suites=form.cleaned_data["suites"])


def _blind(actor: Actor, version: ProductVersion, form: Any) -> None:
    services.ask_runs(actor=actor, version_id=version.id, suites=form.cleaned_data["suites"], is_blind=True)


def _tier(actor: Actor, version: ProductVersion, form: Any) -> None:
    said = form.cleaned_data
    services.set_tier(actor=actor, version_id=version.id, tier=Tier(said["tier"]), why=said["why"])


def _check(actor: Actor, version: ProductVersion, form: Any) -> None:
    said = form.cleaned_data
    services.check_number(
        actor=actor,
        version_id=version.id,
        kind=FilingKind(said["kind"]),
        found=said["found"] == "yes",
        link=said["link"],
        said=said["said"],
    )


def _take(actor: Actor, version: ProductVersion, form: Any) -> None:
    waiting = queries.report_to_check(version)
    if waiting is None:
        raise UserError("没有等着核对的报告", kept="没有改动。", status=409)
    said = form.cleaned_data
    services.check_report(
        actor=actor, report_id=waiting.id, accepted=said["accepted"] == "yes", said=said["said"]
    )


def _trial(actor: Actor, version: ProductVersion, form: Any) -> None:
    services.set_trial(
        actor=actor,
        version_id=version.id,
        school_ids=form.school_ids(),
        until=form.cleaned_data["until"],
        conditions=form.conditions(_subjects(version)),
    )


def _found(actor: Actor, version: ProductVersion, form: Any) -> None:
    services.note_trial(actor=actor, version_id=version.id, found=form.cleaned_data["found"])


def _propose(actor: Actor, version: ProductVersion, form: Any) -> None:
    services.propose(
        actor=actor,
        version_id=version.id,
        conditions=form.conditions(_subjects(version)),
        grounds=form.cleaned_data["grounds"],
    )


def _sign(actor: Actor, version: ProductVersion, form: Any) -> None:
    said = form.cleaned_data
    services.sign(
        actor=actor,
        version_id=version.id,
        authority=Authority(said["authority"]),
        seen_hash=said["seen"],
        said=said["said"],
    )


def _schools() -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in registry.schools_under(registry.city().path)[:300]]


def _of_filing(version: ProductVersion) -> dict[str, Any]:
    facts = Facts.of(version.facts)
    return {"stages": list(facts.stages), "data_scopes": sorted(facts.scopes)}


def _suites(version: ProductVersion, data: Any) -> forms.Form:
    return RunForm(data, suites=queries.open_suites_of(version))


def _sealed_suites(version: ProductVersion, data: Any) -> forms.Form:
    return RunForm(data, suites=queries.suites_of(version))


ACTS = (
    Act(
        "check",
        "核验备案号",
        "到公开名单上逐个查",
        ("clerk",),
        ("filed",),
        lambda _, data: CheckForm(data),
        _check,
    ),
    Act(
        "tier",
        "定风险等级",
        "只能比规则定的高",
        ("risk_officer",),
        ("checked",),
        lambda version, data: TierForm(data, initial={"tier": queries.least_tier_of(version)}),
        _tier,
    ),
    Act("run", "跑检测", "公开的题；问答都留底", ("tester",), ("lab_testing", "retest"), _suites, _run),
    Act(
        "blind",
        "密封题复测",
        "企业没有见过的题；拟准入和恢复使用之前都要做",
        ("tester", "panel"),
        ("expert_review", "trial", "suspended", "retest"),
        _sealed_suites,
        _blind,
    ),
    Act(
        "take",
        "核对第三方报告",
        "机构有没有资质，是不是这一版的全面检测",
        ("clerk",),
        ("third_party", "lab_testing", "expert_review", "trial", "admitted", "watch"),
        lambda _, data: ReportCheckForm(data),
        _take,
    ),
    Act(
        "trial",
        "写明试用范围",
        "写好以后在办件里点“开始试用”",
        ("panel",),
        ("expert_review", "trial"),
        lambda version, data: TrialForm(data, schools=_schools(), initial=_of_filing(version)),
        _trial,
    ),
    Act("found", "写试用发现了什么", "", ("panel",), ("trial",), lambda _, data: FoundForm(data), _found),
    Act(
        "propose",
        "拟准入意见和条件",
        "没有勾的都不开放；写好以后在办件里点“拟准入并公示”",
        ("panel",),
        ("expert_review", "trial"),
        lambda version, data: ProposalForm(data, initial=_of_filing(version)),
        _propose,
    ),
    Act(
        "sign",
        "签署",
        "签的是下面这份意见；三个部门各由一位签",
        tuple(one.duty for one in Authority),
        ("joint_check",),
        lambda _, data: SignForm(data),
        _sign,
    ),
)
BY_KEY = {one.key: one for one in ACTS}


@require_GET
@signed_in_page(SEES)
def version(request: ActorRequest, version_id: UUID) -> HttpResponseBase:
    """What was filed, measured and said, and what is one's own to do."""
    return _page(request, seeing.load_version(request.actor, version_id))


@require_POST
@signed_in_page("担任这项职责的人在轮到的那一步办；别人办不了")
def act(request: ActorRequest, version_id: UUID, what: str) -> HttpResponseBase:
    """Do one thing of one's duty; what was written stays when it is refused."""
    found = seeing.load_version(request.actor, version_id)
    chosen = BY_KEY.get(what)
    if chosen is None or not duties_in(request.actor, found).intersection(chosen.duties):
        raise Denied("assurance.act")
    form = chosen.make(found, request.POST)
    if not form.is_valid():
        return _page(request, found, (chosen.key, form), 422)
    try:
        chosen.do(request.actor, found, form)
    except UserError as error:
        form.add_error(error.field if error.field in form.fields else None, f"{error.message}。{error.next}")
        return _page(request, found, (chosen.key, form), error.status)
    return HttpResponseRedirect(reverse("assurance.version", args=[version_id]) + f"#{chosen.key}")


@require_POST
@page(TABLE, STOP)
def stop(request: ActorRequest, version_id: UUID) -> HttpResponseBase:
    """The kill switch."""
    rows = ProductVersion.objects.unscoped("loaded through the access table")
    found = TABLE.load(request.actor, STOP, rows, id=version_id)
    form = StopForm(request.POST)
    if not form.is_valid():
        raise UserError("还没有停用", kept="产品还能用。", next="请写明为什么停用。", status=422)
    services.stop(actor=request.actor, version_id=version_id, reason=form.cleaned_data["reason"])
    return HttpResponseRedirect(reverse("assurance.watching", args=[found.product_id]))


def _page(
    request: ActorRequest,
    found: ProductVersion,
    tried: tuple[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    duties = duties_in(actor, found)
    acts = []
    for one in ACTS:
        if one.key == "take" and queries.report_to_check(found) is None:
            continue
        if found.state in one.states and duties.intersection(one.duties):
            form = tried[1] if tried and tried[0] == one.key else one.make(found, None)
            form.auto_id = f"{one.key}_%s"  # several forms on one page: no id twice
            acts.append((one, form))
    is_company = TABLE.allows(actor, FILE, found)
    context = {
        "version": found,
        "product": found.product,
        "page": queries.page_of(
            actor,
            found,
            has_records=bool(reporting.counting_runs(found)),
            others=comparing.others(found)[:3],
        ),
        "acts": acts,
        "signs_for": [one for one in Authority if one.duty in duties],
        "follows": seeing.follows(actor, found),
        "is_company": is_company,
        "may_edit": is_company and found.state in ("draft", "returned"),
        "may_report": is_company and found.state not in queries.OVER,
        "send_form": SendForm(),
        "crumbs": [("产品名册", reverse("assurance.register")), (found.product.title, "")],
    }
    return render(request, "assurance/version.html", context, status=status)
