"""Pages of the year end: the city's districts, a district's schools, one school with its figures and steps."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from qiming.casework import queries as cases
from qiming.governance import rules as desk_rules
from qiming.governance.access import FREEZE_YEAR, RUN_YEAR, SEE_YEAR, TABLE
from qiming.governance.offered import Offered, offered, refuse
from qiming.governance.yearend import queries, services
from qiming.governance.yearend.forms import AttestForm, CheckForm, StepForm, VerifyForm
from qiming.governance.yearend.models import YearEnd
from qiming.governance.yearend.queries import SchoolYear, Year
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef, Role

FORMS: Mapping[str, type[StepForm]] = {"attest": AttestForm, "verify": VerifyForm, "dispute": CheckForm}
HOME = ("学年核定", "/year-end/")
DREW = {"risk": "按提醒抽中", "random": "随机抽中", "late": "晚签，要看"}


@require_http_methods(["GET", "POST"])
@page(TABLE, SEE_YEAR)
def home(request: ActorRequest) -> HttpResponse:
    """A head's school, a district's schools, a city's districts."""
    place = _office(request.actor)
    if place is None:
        row = queries.mine(request.actor)
        if row is not None:
            return HttpResponseRedirect(reverse("governance.year_school", args=[row.id]))
        return render(request, "governance/yearend/none.html", {})
    if place.kind is OrgKind.DISTRICT:
        return _district_page(request, place)
    year = queries.asked_year(place.path, request.GET.get("year", ""))
    refused: UserError | None = None
    if request.method == "POST":
        try:
            _freeze(request, year)
            return HttpResponseRedirect(f"{reverse('governance.year_home')}?year={year.slug}")
        except UserError as error:
            refused = error
    lines = queries.districts(request.actor, place, year)
    context = {
        "place": place,
        "year": year,
        "years": queries.years(place.path),
        "lines": lines,
        "others": [
            one for one in registry.districts(place.path) if one.id not in {x.place.id for x in lines}
        ],
        "frozen": sum(one.freeze is not None for one in lines),
        "ready": [one for one in lines if one.is_ready],
        "may_freeze": TABLE.allows(request.actor, FREEZE_YEAR, place),
        "refused": refused,
    }
    status = refused.status if refused else 200
    return render(request, "governance/yearend/city.html", context, status=status)


def _freeze(request: ActorRequest, year: Year) -> None:
    """Every district that was ticked, each by itself: one that is not ready holds up no other."""
    chosen = request.POST.getlist("district")
    known = {str(one.id): one for one in registry.districts()}
    if not chosen or any(one not in known for one in chosen):
        raise UserError("没有选区", kept="没有冻结。", next="请勾选要冻结的区。")
    for one in chosen:
        services.freeze(actor=request.actor, district=known[one], year=year)


@require_http_methods(["GET", "POST"])
@page(TABLE, SEE_YEAR)
def place(request: ActorRequest, place_id: UUID) -> HttpResponse:
    """A district's schools; its officers begin the year and draw."""
    district = registry.org(place_id)
    TABLE.require(request.actor, SEE_YEAR, district)
    if district.kind is not OrgKind.DISTRICT:
        return HttpResponseRedirect(reverse("governance.year_home"))
    return _district_page(request, district)


def _district_page(request: ActorRequest, district: OrgRef) -> HttpResponse:
    year = queries.asked_year(district.path, request.GET.get("year", ""))
    refused: UserError | None = None
    if request.method == "POST":
        try:
            if request.POST.get("act") == "draw":
                services.draw(actor=request.actor, district=district, year=year)
            else:
                year = queries.year_to_close()
                services.begin(actor=request.actor, district=district, year=year)
            here = reverse("governance.year_place", args=[district.id])
            return HttpResponseRedirect(f"{here}?year={year.slug}")
        except UserError as error:
            refused = error
    status = refused.status if refused else 200
    context = {**_district(request.actor, district, year), "refused": refused}
    return render(request, "governance/yearend/place.html", context, status=status)


def _district(actor: Actor, district: OrgRef, year: Year) -> dict[str, Any]:
    lines = queries.schools(actor, district, year)
    draw, due = queries.drawn(year, district.path), queries.year_to_close()
    begun = queries.years(district.path)
    names = registry.orgs([UUID(one) for one in (*draw.by_risk, *draw.at_random)]) if draw else {}
    count = {state: sum(one.state == state for one in lines) for state in queries.STATES}
    return {
        "place": district,
        "year": year,
        "years": begun,
        "lines": [(one, DREW.get(one.drawn, "")) for one in lines],
        "count": count,
        "waiting": count["disputed"] + count["answered"],
        "settled": count["verified"] + count["breached"] + count["unsigned"],
        "draw": draw,
        "drew": [names[UUID(one)].name for one in (*draw.by_risk, *draw.at_random) if UUID(one) in names]
        if draw
        else [],
        "freeze": queries.frozen(year, district.path),
        "due": due,
        "may_begin": due not in begun and TABLE.allows(actor, RUN_YEAR, district),
        "may_draw": draw is None and count["attested"] and TABLE.allows(actor, RUN_YEAR, district),
        "crumbs": [HOME, (district.name, "")],
    }


@require_http_methods(["GET", "POST"])
@page(TABLE, SEE_YEAR)
def school(request: ActorRequest, year_end_id: UUID) -> HttpResponse:
    """One school's year: the figures, what to look at, what changed since, the steps this person may take."""
    row = queries.load(request.actor, year_end_id)
    tried: dict[str, forms.Form] = {}
    if request.method == "POST":
        key = request.POST.get("step", "")
        form = _form(key, request)
        if form.is_valid():
            try:
                _take(request.actor, row, key, form.cleaned_data)
                return HttpResponseRedirect(reverse("governance.year_school", args=[row.id]))
            except UserError as error:
                refuse(form, error)
        tried[key] = form
        row = queries.load(request.actor, year_end_id)
    found = queries.school_year(row)
    hides = not any(one.role == Role.SCHOOL_HEAD for one in request.actor.grants)
    context = {
        "found": found,
        "hides": hides,
        "state": queries.STATES[row.state],
        "lines": [(_shown(line, hides=hides), _zero(line, hides=hides)) for line in found.lines],
        "freeze": queries.frozen(found.year, found.district.path),
        "steps": found.steps,
        "offered": _offered(request.actor, found, tried),
        "drew": DREW.get(row.drawn, ""),
        "crumbs": [*_above(request.actor, found), (found.school.name[:20], "")],
    }
    return render(request, "governance/yearend/school.html", context, status=422 if tried else 200)


def _shown(line: Mapping[str, Any], *, hides: bool) -> dict[str, Any]:
    """A class's line with periods in whole ones: begun ones do not count as confirmed and do as waiting."""
    return {
        **line,
        "enough": desk_rules.shown_count(line["enough"], line["pupils"]) if hides else line["enough"],
        "confirmed_periods": line["confirmed_milli"] // 1000,
        "unconfirmed_periods": -(-line["unconfirmed_milli"] // 1000),
    }


def _zero(line: Mapping[str, Any], *, hides: bool) -> int | None:
    zero: int = line["zero"]
    return desk_rules.shown_count(zero, line["pupils"]) if hides else zero


def _take(actor: Actor, row: YearEnd, key: str, given: Mapping[str, Any]) -> None:
    services.step(
        actor=actor,
        year_end_id=row.id,
        transition=key,
        words=given["words"],
        checked=given.get("checked", ""),
        saw=given.get("saw", ""),
        seen=given["seen"],
    )


def _offered(actor: Actor, found: SchoolYear, tried: Mapping[str, forms.Form]) -> list[Offered]:
    case = cases.follow_case([found.row.id])[found.row.id]

    def form(key: str) -> forms.Form:
        return tried.get(key) or _form(key, seen=found.seq, saw=found.digest)

    return offered(actor, case, services.STEPS, form)


def _form(key: str, request: HttpRequest | None = None, seen: int = 0, saw: str = "") -> StepForm:
    kind = FORMS.get(key, StepForm)
    return kind(request.POST if request else None, initial={"seen": seen, "saw": saw}, prefix=key[:20])


def _above(actor: Actor, found: SchoolYear) -> list[tuple[str, str]]:
    if not TABLE.allows(actor, SEE_YEAR, found.district):
        return []
    here = reverse("governance.year_place", args=[found.district.id])
    return [HOME, (found.district.name, f"{here}?year={found.year.slug}")]


def _office(actor: Actor) -> OrgRef | None:
    """The highest office the actor holds; None for a head."""
    for role in (Role.CITY_OFFICER, Role.DISTRICT_OFFICER):
        for grant in actor.grants:
            if grant.role == role:
                return registry.org(grant.org_id)
    return None
