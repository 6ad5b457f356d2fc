"""应用超市: the shelf, one resource, one version with its screening."""

import contextlib
from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from qiming.casework import queries as cases
from qiming.credentials import queries as certificates
from qiming.curriculum import queries as curriculum
from qiming.curriculum.syllabi import queries as syllabi
from qiming.curriculum.types import LessonRef, OutcomeRef
from qiming.kernel import exports
from qiming.kernel.access import Denied
from qiming.kernel.http import ActorRequest, page, signed_in_page
from qiming.kernel.privacy import Grade
from qiming.kernel.templatetags.ui import zh_day
from qiming.kernel.throttle import SEARCH, limited
from qiming.registry import queries as registry
from qiming.registry.queries.alliances import alliance_name
from qiming.resources import queries, services, usage
from qiming.resources.access import ADOPT, BROWSE, EXCLUDE, OFFER, SEE_OFFERED, TABLE, TAKE
from qiming.resources.models import Resource, ResourceVersion
from qiming.resources.queries.differences import difference
from qiming.resources.queries.products import product_of
from qiming.resources.queries.scenarios import scenario_words
from qiming.resources.queries.shelf import FACETS, PAGE, TEACHES
from qiming.resources.rules.models import as_file
from qiming.resources.rules.models import rows_of as model_rows
from qiming.resources.services.certifying import ABOUT
from qiming.resources.types import CAREFUL, STAGES, Area, Card, Kind, Licence, Report

MODEL_FILE = exports.declare("resources.model", "在架的或送审的模型文件", Grade.L1, TABLE, BROWSE)
MOST_TYPED = 60
MOST_CHOSEN = 20
MOST_COMPARED = 3
HOME = ("应用超市", "/resources/")
FACET_TITLES = {
    "kind": "种类",
    "stage": "学段",
    "subject": "学科",
    "area": "帮在哪里",
    "scenario": "哪类场景",
}


@limited(SEARCH, reading=True)
@require_GET
@page(TABLE, BROWSE)
def shelf(request: ActorRequest) -> HttpResponse:
    """What schools may choose, found by words and narrowed by choices."""
    actor = request.actor
    typed = request.GET.get("q", "").strip()[:MOST_TYPED]
    chosen = {name: _asked(request, name) for name in (*FACETS, *TEACHES)}
    found = queries.shelf(actor, typed=typed, chosen=chosen, after=_number(request))
    asked = request.GET.copy()
    asked["after"] = str(found.next_after or 0)
    context = {
        "shelf": found,
        "facets": [(name, FACET_TITLES[name], found.facets[name]) for name in FACETS],
        "concepts": curriculum.concepts(chosen["concept"]).values(),
        "outcomes": _outcomes(chosen),
        "outcome": chosen["outcome"][0] if chosen["outcome"] else "",
        "typed": typed,
        "ticked": sum(len(one) for one in chosen.values()),
        "narrowed": bool(typed) or any(chosen.values()),
        "advice": []
        if typed or any(chosen.values()) or "after" in request.GET
        else queries.advice_for(actor),
        "may_exclude": TABLE.may_try(actor, EXCLUDE),
        "next_url": f"?{asked.urlencode()}" if found.next_after is not None else "",
        "may_offer": TABLE.may_try(request.actor, OFFER),
        "sees_ours": TABLE.may_try(request.actor, SEE_OFFERED),
    }
    return render(request, "resources/shelf.html", context)


@require_GET
@page(TABLE, BROWSE)
def resource(request: ActorRequest, resource_id: UUID) -> HttpResponse:
    """One resource as it is served: its card, what it teaches, who uses it and what they say; or why it isn't there."""
    actor = request.actor
    try:
        found, version = queries.shown_to(actor, resource_id)
    except Denied:
        services.ask_check(resource_id)
        context = {"notice": queries.notice_of(actor, resource_id), "crumbs": [HOME, ("不在货架上", "")]}
        return render(request, "resources/notice.html", context)
    using = queries.adoption_at(actor, resource_id)
    product = product_of(Card.of(version.card))
    is_usable = product is None or not product.why_not
    context = {
        "resource": found,
        "version": version,
        "rows": card_rows(version),
        "model_rows": model_rows(version.model) if version.model is not None else [],
        "product": product,
        "owner": registry.org_by_path(found.scope_path).name,
        "kind": Kind(found.kind),
        "alliance": alliance_name(found.alliance_id) if found.alliance_id else "",
        "reviewers": queries.reviewers_of(version),
        "lessons": _lessons(version),
        "concepts": curriculum.concepts(found.teaches).values(),
        "outcomes": syllabi.outcomes_by_key(found.outcomes).values(),
        "users": queries.users_of(resource_id),
        "classes": usage.classes(queries.course_versions(resource_id)),
        "opinions": queries.opinions_of(version.id),
        "may_rate": queries.may_rate(actor, version),
        "own_rating": queries.own_rating(actor, version),
        "history": queries.history_of(resource_id),
        "certificate": certificates.certificates_about(ABOUT, [version.id]).get(version.id),
        "using": [registry.org(one.place_id).name for one in using],
        "may_adopt": is_usable
        and TABLE.may_try(actor, ADOPT)
        and bool(queries.places_to_adopt(actor, found)),
        "may_exclude": TABLE.may_try(actor, EXCLUDE),
        "may_take": TABLE.allows(actor, TAKE, found),
        "shows_address": is_usable and (bool(using) or TABLE.allows(actor, SEE_OFFERED, found)),
        "opens_here": version.address.startswith("/"),
        "crumbs": [HOME, (found.title, "")],
    }
    return render(request, "resources/resource.html", context)


@require_GET
@page(TABLE, BROWSE)
def compare(request: ActorRequest) -> HttpResponse:
    """Two or three side by side; what isn't on this person's shelf is left out."""
    found = []
    for said in dict.fromkeys(request.GET.getlist("r")[:MOST_CHOSEN]):
        with contextlib.suppress(Denied, ValueError):
            found.append(queries.shown_to(request.actor, UUID(said)))
    found = found[:MOST_COMPARED]
    context = {
        "resources": [one for one, _ in found],
        "rows": _beside_each_other(found) if len(found) > 1 else [],
        "crumbs": [HOME, ("并排比较", "")],
    }
    return render(request, "resources/compare.html", context)


@require_GET
@signed_in_page("本校的人看送审的每一版；办件、评审的人凭自己的件看；在架的版本教职工都看得到")
def version(request: ActorRequest, version_id: UUID) -> HttpResponseBase:
    """One version as it was sent in: what its case is about."""
    found = queries.load_version(request.actor, version_id)
    report = Report.of(found.report) if found.report else None
    case = cases.follow_case([found.id]).get(found.id)
    follows = case is not None and queries.handles(request.actor, found)
    is_own = found.made_by == request.actor.person_id
    context = {
        "version": found,
        "card": Card.of(found.card),
        "rows": card_rows(found),
        "model_rows": model_rows(found.model) if found.model is not None else [],
        "product": product_of(Card.of(found.card)),
        "owner": registry.org_by_path(found.scope_path).name,
        "kind": Kind(found.resource.kind),
        "report": report,
        "looked": "、".join(f"{count}{what}" for what, count in report.checked) if report else "",
        "state": queries.states_of([found.id]).get(found.id, ""),
        "case_id": found.case_id if follows else None,
        "certificate": certificates.certificates_about(ABOUT, [found.id]).get(found.id),
        "lacks_reviewer": queries.lacks_reviewer(found),
        "difference": difference(found),
        "may_revise": is_own and found.state in ("draft", "returned"),
        "renew_url": reverse(renewed_at(found)),
        "may_renew": found.is_served and TABLE.allows(request.actor, OFFER, found),
        "crumbs": [HOME, (f"{found.card['title']} 第{found.number}版", "")],
    }
    return render(request, "resources/version.html", context)


@require_GET
@signed_in_page("与看这一版的人相同：本校的人、办件和评审的人，在架的教职工都能下载")
def model_file(request: ActorRequest, version_id: UUID) -> HttpResponseBase:
    """A trained model as it was approved, byte for byte; it is opened in a lab, nothing in it is run here."""
    found = queries.load_version(request.actor, version_id)
    if found.model is None or queries.hash_now(found) != found.content_hash:
        raise Denied(BROWSE)
    return exports.leave(
        MODEL_FILE,
        actor=request.actor,
        place=found,
        data=as_file(found.model),
        called=f"{found.card['title']}-第{found.number}版.json",
        media_type="application/json",
        thing_id=found.id,
    )


def renewed_at(version: ResourceVersion) -> str:
    """Where the next version of it is offered."""
    if version.model is not None:
        return "resources.offer_model"
    if version.resource.kind == Kind.MODEL:
        return "resources.offer_endpoint"
    return "resources.offer_tool" if version.address else "resources.offer"


def card_rows(version: ResourceVersion) -> list[tuple[str, str]]:
    """The facts of a card, as they stand on a page."""
    card = Card.of(version.card)
    made = f"{card.ai_share}%：{card.ai_says}" if card.ai_share else "没有"
    return [
        ("学段", STAGES.get(card.stage, card.stage)),
        ("学科", card.subject),
        ("帮在哪里", Area(card.area).zh),
        ("授权", Licence(card.licence).zh),
        ("人工智能生成", made),
        ("无障碍", card.accessibility),
        ("要用的数据", card.data_needs),
        ("费用", card.cost),
        *([("要慎重的内容", "、".join(CAREFUL[key] for key in card.careful))] if card.careful else []),
        *([("用什么做的", card.made_of), ("做得怎样", card.does_well)] if card.made_of else []),
        *([("哪类场景", scenario_words(card.scenario))] if card.scenario else []),
        *([("教的概念", "、".join(_titles(card.teaches)))] if card.teaches else []),
        *([("备案或登记的号", card.filing)] if card.filing else []),
        *([("会生成内容", "会")] if card.generates else []),
    ]


def _titles(concepts: Sequence[str]) -> list[str]:
    return [one.title for one in curriculum.concepts(concepts).values()]


def _outcomes(chosen: dict[str, list[str]]) -> list[OutcomeRef]:
    """What one may narrow by: the outcomes of the one stage that is chosen, and the chosen one itself."""
    stages = chosen["stage"]
    found = syllabi.outcomes(stages[0]) if len(stages) == 1 else []
    asked = set(chosen["outcome"]) - {one.key for one in found}
    return [*syllabi.outcomes_by_key(asked).values(), *found]


def _lessons(version: ResourceVersion) -> list[tuple[LessonRef, bool]]:
    """The lessons of a pack, each with whether the school wrote it."""
    if version.course_version_id is None:
        return []
    own = set(version.lessons)
    return [(one, one.id in own) for one in curriculum.course(version.course_version_id).lessons]


def _beside_each_other(found: list[tuple[Resource, ResourceVersion]]) -> list[tuple[str, list[str]]]:
    """Facts in rows, a column for each resource."""
    facts = [dict(_facts(one, version)) for one, version in found]
    names = dict.fromkeys(name for one in facts for name in one)
    return [(name, [one.get(name, "—") for one in facts]) for name in names]


def _facts(one: Resource, version: ResourceVersion) -> list[tuple[str, str]]:
    said = queries.opinions_of(version.id)
    lessons = _lessons(version)
    taught = [concept.title for concept in curriculum.concepts(one.teaches).values()]
    return [
        ("种类", Kind(one.kind).zh),
        ("谁提供", registry.org_by_path(one.scope_path).name),
        ("教什么", "、".join(taught) or "—"),
        ("几课", f"{len(lessons)}课，本校改了{sum(own for _, own in lessons)}课" if lessons else "—"),
        *card_rows(version),
        ("在用", f"{len(queries.users_of(one.id))}所学校"),
        (
            "评价",
            "评的人还不够3位" if said.average is None else f"{said.average:.1f}分（{said.rated}位老师）",
        ),
        ("年度评价", one.grade or "还没有评过"),
        ("上架", f"{zh_day(version.published_at)}，第{version.number}版"),
    ]


def _asked(request: HttpRequest, name: str) -> list[str]:
    """The choices of one facet, without what the database could not even compare; "" is a choice of scenarios alone."""
    said = [one for one in request.GET.getlist(name)[:MOST_CHOSEN] if one.isprintable()]
    return said if name == "scenario" else [one for one in said if one]


def _number(request: HttpRequest) -> int:
    said = request.GET.get("after", "")
    # Beyond this nobody pages: words and choices lead there faster.
    return min(int(said), 100 * PAGE) if said.isascii() and said.isdigit() and len(said) < 9 else 0
