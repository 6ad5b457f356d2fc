"""本校的产品: what was asked, decided, filed; who uses it; stopping it and giving the data back."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.assurance import queries as assurance
from qiming.assurance.admission import ANY, Conditions, Function, Scope, zh_of
from qiming.casework import queries as cases
from qiming.kernel import files
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries as registry
from qiming.registry.types import STAGE_NAMES, Stage
from qiming.resources.access import TABLE
from qiming.resources.access_tools import (
    ASK,
    DECIDE,
    ENABLE,
    ENTER_WORDS,
    FILE,
    READ_NOTICES,
    RETURN,
    SEE,
    STOP,
)
from qiming.resources.launching import assured, notices, seen, services
from qiming.resources.launching.deciding import terms_of
from qiming.resources.launching.forms import AskForm
from qiming.resources.launching.models import ToolAdoption
from qiming.resources.launching.types import IN_USE, Limits, Need, State, Terms
from qiming.resources.launching.views.steps import blame, carry_out, form_for, offered
from qiming.resources.lti.access import KEEP

HOME = ("本校的产品", "/resources/tools/")
_WAITS_FOR = {
    FILE: (State.SCHOOL_DECIDED, State.HELD),
    DECIDE: (State.REQUESTED, State.PAUSED),
    ENABLE: (State.DISTRICT_FILED, State.ENDING),
}


@require_GET
@page(TABLE, SEE)
def tools(request: ActorRequest) -> HttpResponse:
    """Every adoption one may see, what waits for this person first."""
    lines = seen.of_school(request.actor)
    mine = {
        state for verb, states in _WAITS_FOR.items() if TABLE.may_try(request.actor, verb) for state in states
    }
    context = {
        "waiting": [one for one in lines if one.state in mine],
        "lines": [one for one in lines if one.state not in mine],
        "stopped": sum(bool(one.closed) for one in lines if one.state in IN_USE),
        "may_ask": TABLE.may_try(request.actor, ASK),
        "is_desk": not any(TABLE.may_try(request.actor, verb) for verb in (ASK, DECIDE, ENABLE)),
        "keeps_lti": TABLE.may_try(request.actor, KEEP),
        "days": seen.USE_DAYS,
    }
    return render(request, "resources/launching/tools.html", context)


@require_http_methods(["GET", "POST"])
@page(TABLE, ASK)
def ask(request: ActorRequest) -> HttpResponse:
    """A teacher asks for a product; `product` names one that was chosen already."""
    products = assurance.admitted_products()
    classes = registry.classes_of(request.actor)
    form = AskForm(
        request.POST if request.method == "POST" else None,
        products=[(str(ref.id), f"{ref.title}（{ref.vendor}）") for ref, _ in products],
        classes=classes,
        initial={"product": request.GET.get("product", "")},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        need = Need(UUID(said["class_id"]), said["lesson"], said["purpose"], said["alternatives"])
        try:
            made = services.ask(actor=request.actor, product_id=UUID(said["product"]), need=need)
        except UserError as error:
            blame(form, error)
        else:
            return HttpResponseRedirect(reverse("resources.tool", args=[made]))
    context = {
        "form": form,
        "products": [(ref, condition_rows(stands.conditions)) for ref, stands in products],
        "classes": classes,
        "crumbs": [HOME, ("提出需要", "")],
    }
    return render(request, "resources/launching/ask.html", context, status=422 if form.errors else 200)


@require_POST
@page(TABLE, READ_NOTICES)
def read_notices(request: ActorRequest) -> HttpResponse:
    """Read: gone from the first page, and back there. What is no news for this person changes nothing."""
    with suppress(ValueError):  # no product, or no such one
        notices.read(request.actor, UUID(request.POST.get("product", "")))
    return HttpResponseRedirect("/")


@require_GET
@page(TABLE, SEE)
def tool(request: ActorRequest, use_id: UUID) -> HttpResponse:
    """One adoption: what it is, under which conditions, what waits for this person."""
    return _page(request, seen.load_seen(request.actor, use_id))


@require_GET
@page(TABLE, SEE)
def minutes(request: ActorRequest, use_id: UUID) -> HttpResponseBase:
    """The signed paper of the school's decision."""
    adoption = seen.load_seen(request.actor, use_id)
    if adoption.minutes_file is None:
        raise Denied(SEE)
    return files.response(adoption.minutes_file)


def _step(verb: str, key: str) -> Callable[..., HttpResponseBase]:
    """The view of one step: it is carried out, or the page comes back with what was written and why not."""

    @require_POST
    @page(TABLE, verb)
    def view(request: ActorRequest, use_id: UUID) -> HttpResponse:
        rows = ToolAdoption.objects.unscoped("loaded through the access table")
        adoption = TABLE.load(request.actor, verb, rows, id=use_id)
        form = form_for(key, adoption, request)
        status = 422
        if form.is_valid():
            try:
                carry_out(key, request.actor, adoption, form)
            except UserError as error:
                blame(form, error)
                status = error.status
            else:
                return HttpResponseRedirect(reverse("resources.tool", args=[use_id]))
        adoption.refresh_from_db()
        return _page(request, adoption, {key: form}, status)

    return view


decide = _step(DECIDE, "decide")
decline = _step(DECIDE, "decline")
file = _step(FILE, "file")
refuse = _step(FILE, "refuse")
enable = _step(ENABLE, "enable")
stop = _step(STOP, "stop")
resume = _step(STOP, "resume")
end = _step(STOP, "end")
close = _step(RETURN, "close")


def _page(
    request: HttpRequest,
    adoption: ToolAdoption,
    tried: Mapping[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]  # the views are behind `page`
    product = assured.product(adoption.product_id)
    terms = terms_of(adoption, product)
    is_open = adoption.state in IN_USE
    people = registry.persons_named(
        one for one in (adoption.asked_by, adoption.decided_by, adoption.filed_by) if one
    )
    classes = seen.class_uses(adoption) if is_open else []
    places = registry.orgs([one.class_id for one in classes])
    classes = [one for one in classes if one.class_id in places]
    context = {
        "adoption": adoption,
        "state": State(adoption.state),
        "decides": adoption.state in (State.REQUESTED, State.SCHOOL_DECIDED),
        "product": product,
        "closed": assured.stopped(product.standing),
        "terms": term_rows(terms),
        "added": limit_rows(adoption),
        "needs_consent": terms.needs_consent,
        "steps": offered(actor, adoption, tried),
        "classes": classes,
        "use": _use(adoption) if is_open else [],
        "days": seen.USE_DAYS,
        "users": assurance.users_of(adoption.product_id),
        "asked_by": people.get(adoption.asked_by, ""),
        "decided_by": people.get(adoption.decided_by, "") if adoption.decided_by else "",
        "filed_by": people.get(adoption.filed_by, "") if adoption.filed_by else "",
        "group": _class_name(adoption),
        "follows": _follows(actor, adoption),
        "enters": [one.class_id for one in classes if TABLE.allows(actor, ENTER_WORDS, places[one.class_id])],
        "school": registry.org_by_path(adoption.scope_path).name,
        "crumbs": [HOME, (adoption.title, "")],
    }
    return render(request, "resources/launching/tool.html", context, status=status)


def _follows(actor: Actor, adoption: ToolAdoption) -> bool:
    """Whether this person may follow the case about it."""
    if adoption.case_id is None:
        return False
    try:
        cases.load_case(actor, adoption.case_id)
    except Denied:
        return False
    return True


def _class_name(adoption: ToolAdoption) -> str:
    found = registry.orgs([adoption.class_id]).get(adoption.class_id)
    return found.name if found else ""


def _use(adoption: ToolAdoption) -> list[tuple[str, int]]:
    used = seen.use_by_class(adoption)
    return [(registry.org_by_path(path).name, count) for path, count in used.items()]


def condition_rows(held: Conditions) -> list[tuple[str, str]]:
    """A verdict's conditions as they stand on a page."""
    return [
        ("学段", _stages(held.stages)),
        ("学科", assurance.subject_words(held.subjects) or "没有"),
        ("关掉的功能", zh_of(held.functions_off, Function) or "没有"),
        ("能得到的数据", _data(held)),
        ("全市每天", f"最多{held.daily_launches}次" if held.daily_launches is not None else "不限次数"),
        ("准入到", f"{held.until:%Y-%m-%d}" if held.until else "没有定期限"),
        ("老师在场", "只在老师上课的时候用" if held.supervised_only else "不要求"),
    ]


def _data(held: Conditions) -> str:
    return (
        "申报的全部" if ANY in held.data_scopes else zh_of(held.data_scopes, Scope) or "只有代号、年级和班号"
    )


def term_rows(held: Terms) -> list[tuple[str, str]]:
    """What holds at the school, everything added up."""
    daily = [f"全市{held.city_daily}次" if held.city_daily is not None else ""]
    daily.append(f"本校{held.school_daily}次" if held.school_daily is not None else "")
    return [
        ("学段", _stages(held.stages)),
        ("学科", assurance.subject_words(held.subjects) or "没有"),
        ("关掉的功能", zh_of(held.functions_off, Function) or "没有"),
        ("能得到的数据", zh_of(held.data_scopes, Scope) or "什么都不给"),
        ("每天最多", "，".join(one for one in daily if one) or "不限次数"),
        ("用到", f"{held.until:%Y-%m-%d}" if held.until else "没有定期限"),
        ("老师在场", "只在老师上课的时候用" if held.supervised_only else "不要求"),
    ]


def limit_rows(adoption: ToolAdoption) -> list[tuple[str, str]]:
    """What school and district added, each by itself."""
    pairs = (("学校加的", adoption.limits), ("区里加的", adoption.district_limits))
    return [(who, said) for who, kept in pairs if (said := _limit_words(Limits.of(kept)))]


def _limit_words(one: Limits) -> str:
    said = [
        f"只给{_stages(one.stages)}" if one.stages is not None else "",
        f"关掉{zh_of(one.functions_off, Function)}" if one.functions_off else "",
        f"不给{zh_of(one.data_off, Scope)}" if one.data_off else "",
        f"每天最多{one.daily_launches}次" if one.daily_launches is not None else "",
        f"用到{one.until:%Y-%m-%d}" if one.until else "",
        "只在老师上课的时候用" if one.supervised_only else "",
        one.note,
    ]
    return "；".join(part for part in said if part)


def _stages(stages: frozenset[str]) -> str:
    if ANY in stages:
        return "各学段"
    return "、".join(STAGE_NAMES[one] for one in Stage if one.value in stages) or "没有"
