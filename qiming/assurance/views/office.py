"""准入台: what waits, what is in use, the signals, companies, the list for the authorities."""

import json
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from qiming.assurance import queries
from qiming.assurance.access import DESK, EXPORT, STOP, TABLE, VENDORS
from qiming.assurance.admission import Verdict
from qiming.assurance.forms import StopForm, VendorForm
from qiming.assurance.models import Product
from qiming.assurance.queries import company, register
from qiming.assurance.queries import desk as desks
from qiming.kernel import exports, tables
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.kernel.privacy import Grade
from qiming.registry import queries as registry
from qiming.registry import services as people

HOME = ("准入台", "/assurance/desk/")


@require_GET
@page(TABLE, DESK)
def desk(request: ActorRequest) -> HttpResponseBase:
    """Products on their way by step, products in use with what the watch saw."""
    context = {"on_the_way": desks.on_the_way(), "in_use": desks.in_use(), "queue": register.queue()}
    return render(request, "assurance/desk.html", context)


@require_GET
@page(TABLE, DESK)
def watching(request: ActorRequest, product_id: UUID) -> HttpResponseBase:
    """One product's signals, why it was moved, and the switch."""
    rows = Product.objects.unscoped("officers see every product").select_related("current")
    found = TABLE.load(request.actor, DESK, rows, id=product_id)
    stands, charts = queries.standing(found.id), company.charts(found.id)
    serving = Verdict(stands.verdict) in {Verdict.ADMITTED, Verdict.WATCH, Verdict.TRIAL}
    context = {
        "product": found,
        "standing": stands,
        "charts": charts,
        "counted": sum(one.total_ours + one.total_vendor for one in charts),
        "incidents": company.incidents_of(found),
        "alarms": desks.alarms_of(found) if serving else [],
        "users": queries.users_of(found.id),
        "stop": StopForm() if serving and TABLE.allows(request.actor, STOP, found) else None,
        "crumbs": [HOME, (found.title, "")],
    }
    return render(request, "assurance/watching.html", context)


@require_http_methods(["GET", "POST"])
@page(TABLE, VENDORS)
def vendors(request: ActorRequest) -> HttpResponseBase:
    """Companies; note one with the first person who acts for it."""
    form = VendorForm(request.POST if request.method == "POST" else None)
    first = ""
    if form.is_valid():
        said = form.cleaned_data
        try:
            first = _add(request, said["name"], said["person"], said["account"])
        except UserError as error:
            names = {"name": "name", "username": "account"}
            form.add_error(names.get(error.field or ""), f"{error.message}。{error.next}")
    context = {
        "vendors": desks.vendors(),
        "form": VendorForm() if first else form,
        "first": first,
        "account": form.cleaned_data["account"] if first else "",
        "crumbs": [HOME, ("企业", "")],
    }
    response = render(request, "assurance/vendors.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


def _add(request: ActorRequest, name: str, person: str, account: str) -> str:
    """Both or neither; returns the first password."""
    with transaction.atomic():
        there = next((one for one in registry.vendors() if one.name == name.strip()), None)
        place = there or people.found_vendor(actor=request.actor, name=name)
        _, first = people.add_vendor_person(
            actor=request.actor, vendor_id=place.id, name=person, username=account
        )
    return first


LIST = exports.declare("assurance.classified", "分类备案清单", Grade.L2, TABLE, EXPORT)


@require_GET
@page(TABLE, EXPORT)
def listed_csv(request: ActorRequest) -> HttpResponse:
    """The list for the authorities as a table."""
    lines = desks.classified()
    data = b"".join(tables.csv_lines(desks.CLASSIFIED, lines))
    return _leave(request, data, "分类备案清单.csv", "text/csv; charset=utf-8", len(lines))


@require_GET
@page(TABLE, EXPORT)
def listed_json(request: ActorRequest) -> HttpResponse:
    """The same as JSON."""
    lines = [dict(zip(desks.CLASSIFIED, one, strict=True)) for one in desks.classified()]
    said = {"form": "qiming-admissions/1", "products": lines}
    data = json.dumps(said, ensure_ascii=False, indent=1).encode()
    return _leave(request, data, "分类备案清单.json", "application/json", len(lines))


def _leave(request: ActorRequest, data: bytes, called: str, media_type: str, rows: int) -> HttpResponse:
    return exports.leave(
        LIST,
        actor=request.actor,
        place=registry.city(),
        data=data,
        called=called,
        media_type=media_type,
        rows=rows,
    )
