"""应用超市: the shelf, one resource, one version with its screening."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiming.casework import queries as cases
from qiming.credentials import queries as certificates
from qiming.kernel.access import Denied
from qiming.kernel.http import ActorRequest, page, signed_in_page
from qiming.kernel.throttle import SEARCH, limited
from qiming.registry import queries as registry
from qiming.resources import queries, services
from qiming.resources.access import ADOPT, BROWSE, OFFER, SEE_OFFERED, TABLE
from qiming.resources.models import ResourceVersion
from qiming.resources.queries.shelf import FACETS, PAGE
from qiming.resources.services.certifying import ABOUT
from qiming.resources.types import STAGES, Area, Card, Kind, Licence, Report

MOST_TYPED = 60
MOST_CHOSEN = 20
HOME = ("应用超市", "/resources/")
FACET_TITLES = {"kind": "种类", "stage": "学段", "subject": "学科", "area": "帮在哪里"}


@limited(SEARCH, reading=True)
@require_GET
@page(TABLE, BROWSE)
def shelf(request: ActorRequest) -> HttpResponse:
    """What schools may choose, found by words and narrowed by choices."""
    typed = request.GET.get("q", "").strip()[:MOST_TYPED]
    chosen = {name: request.GET.getlist(name)[:MOST_CHOSEN] for name in FACETS}
    found = queries.shelf(request.actor, typed=typed, chosen=chosen, after=_number(request))
    asked = request.GET.copy()
    asked["after"] = str(found.next_after or 0)
    context = {
        "shelf": found,
        "facets": [(name, FACET_TITLES[name], found.facets[name]) for name in FACETS],
        "typed": typed,
        "narrowed": bool(typed) or any(chosen.values()),
        "next_url": f"?{asked.urlencode()}" if found.next_after is not None else "",
        "may_offer": TABLE.may_try(request.actor, OFFER),
        "sees_ours": TABLE.may_try(request.actor, SEE_OFFERED),
    }
    return render(request, "resources/shelf.html", context)


@require_GET
@page(TABLE, BROWSE)
def resource(request: ActorRequest, resource_id: UUID) -> HttpResponse:
    """One resource as it is served: its card, who reviewed it when, which schools use it, its versions."""
    try:
        found, version = queries.served_of(resource_id)
    except Denied:
        services.ask_check(resource_id)
        raise
    actor = request.actor
    using = queries.adoption_at(actor, resource_id)
    context = {
        "resource": found,
        "version": version,
        "rows": card_rows(version),
        "owner": registry.org_by_path(found.scope_path).name,
        "kind": Kind(found.kind),
        "reviewers": queries.reviewers_of(version),
        "users": queries.users_of(resource_id),
        "history": queries.history_of(resource_id),
        "certificate": certificates.certificates_about(ABOUT, [version.id]).get(version.id),
        "using": [registry.org(one.place_id).name for one in using],
        "may_adopt": TABLE.may_try(actor, ADOPT) and bool(queries.places_to_adopt(actor, found)),
        "shows_address": bool(using) or TABLE.allows(actor, SEE_OFFERED, found),
        "crumbs": [HOME, (found.title, "")],
    }
    return render(request, "resources/resource.html", context)


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
        "owner": registry.org_by_path(found.scope_path).name,
        "kind": Kind(found.resource.kind),
        "report": report,
        "looked": "、".join(f"{count}{what}" for what, count in report.checked) if report else "",
        "state": queries.states_of([found.id]).get(found.id, ""),
        "case_id": found.case_id if follows else None,
        "certificate": certificates.certificates_about(ABOUT, [found.id]).get(found.id),
        "lacks_reviewer": queries.lacks_reviewer(found),
        "may_revise": is_own and found.state in ("draft", "returned"),
        "may_renew": found.is_served and TABLE.allows(request.actor, OFFER, found),
        "crumbs": [HOME, (f"{found.card['title']} 第{found.number}版", "")],
    }
    return render(request, "resources/version.html", context)


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
    ]


def _number(request: HttpRequest) -> int:
    said = request.GET.get("after", "")
    # Beyond this nobody pages: words and choices lead there faster.
    return min(int(said), 100 * PAGE) if said.isascii() and said.isdigit() and len(said) < 9 else 0
