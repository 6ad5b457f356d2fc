"""企业的产品: what a company filed, where it stands, what it owes."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.assurance import queries, services
from qiming.assurance.access import FILE, SEE_OWN, TABLE
from qiming.assurance.admission import Facts, FilingKind, Verdict
from qiming.assurance.forms import FactsForm, LaunchForm, NumbersForm, ReportForm, SendForm
from qiming.assurance.models import Filing, Product, ProductVersion
from qiming.assurance.queries import company as pages
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry.types import Role

HOME = ("我们的产品", "/assurance/")
_WHY = "loaded through the access table"


@require_GET
@page(TABLE, SEE_OWN)
def mine(request: ActorRequest) -> HttpResponseBase:
    """A company's products; an officer's place is the desk."""
    if not request.actor.has_role(Role.VENDOR):
        return HttpResponseRedirect(reverse("assurance.desk"))
    return render(request, "assurance/mine.html", {"lines": pages.products_of(request.actor)})


@require_http_methods(["GET", "POST"])
@page(TABLE, FILE)
def new(request: ActorRequest) -> HttpResponseBase:
    """Begin a product."""

    def keep(facts: Facts, endpoint_key: str) -> str:
        vendor = next(grant.org_id for grant in request.actor.grants if grant.role == Role.VENDOR)
        version_id = services.register_product(
            actor=request.actor, vendor_id=vendor, facts=facts, endpoint_key=endpoint_key
        )
        return reverse("assurance.numbers", args=[version_id])

    return _filled(request, None, "申报一个产品", keep)


@require_http_methods(["GET", "POST"])
@page(TABLE, FILE)
def renew(request: ActorRequest, product_id: UUID) -> HttpResponseBase:
    """The next version of a product."""
    product = _product(request, FILE, product_id)
    last = queries.newest_versions([product.id]).get(product.id)

    def keep(facts: Facts, endpoint_key: str) -> str:
        version_id = services.next_version(
            actor=request.actor, product_id=product.id, facts=facts, endpoint_key=endpoint_key
        )
        return reverse("assurance.numbers", args=[version_id])

    return _filled(request, last.facts if last else None, f"{product.title}：报新的一版", keep)


@require_http_methods(["GET", "POST"])
@page(TABLE, FILE)
def edit(request: ActorRequest, version_id: UUID) -> HttpResponseBase:
    """Change what is not sent yet, or came back."""
    found = _version(request, version_id)

    def keep(facts: Facts, endpoint_key: str) -> str:
        services.revise(actor=request.actor, version_id=version_id, facts=facts, endpoint_key=endpoint_key)
        return reverse("assurance.version", args=[version_id])

    return _filled(request, found.facts, f"修改：{found.facts['title']}", keep)


@require_http_methods(["GET", "POST"])
@page(TABLE, FILE)
def numbers(request: ActorRequest, version_id: UUID) -> HttpResponseBase:
    """The filing numbers."""
    found = _version(request, version_id)
    there = {one.kind: one for one in Filing.objects.unscoped(_WHY).filter(version=found)}
    start = {
        f"{kind}_{name}": value
        for kind, one in there.items()
        for name, value in (("number", one.number), ("until", one.valid_until), ("why", one.not_needed_why))
    }
    form = NumbersForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_valid():
        try:
            _keep_numbers(request, version_id, form)
        except UserError as error:
            say(form, error)
        else:
            return HttpResponseRedirect(reverse("assurance.version", args=[version_id]))
    context = {"form": form, "version": found, "crumbs": [HOME, (found.product.title, ""), ("备案号", "")]}
    return render(request, "assurance/numbers.html", context, status=422 if form.errors else 200)


def _keep_numbers(request: ActorRequest, version_id: UUID, form: NumbersForm) -> None:
    for kind in FilingKind:
        number, why = form.cleaned_data[f"{kind}_number"], form.cleaned_data[f"{kind}_why"]
        if number.strip() or why.strip():
            services.set_number(
                actor=request.actor,
                version_id=version_id,
                kind=kind,
                number=number,
                not_needed_why=why,
                valid_until=form.cleaned_data[f"{kind}_until"],
            )


@require_POST
@page(TABLE, FILE)
def send(request: ActorRequest, version_id: UUID) -> HttpResponseBase:
    """Send the filing in."""
    found = _version(request, version_id)
    form = SendForm(request.POST)
    if not form.is_valid():
        raise UserError("还没有申报", kept="填的都在。", next="请先勾选真实性承诺。", status=422)
    services.file(actor=request.actor, version_id=found.id, declaration="企业负责人承诺所填真实")
    return HttpResponseRedirect(reverse("assurance.version", args=[version_id]))


@require_POST
@page(TABLE, FILE)
def self_test(request: ActorRequest, version_id: UUID) -> HttpResponseBase:
    """Run a suite's published cases on one's own product."""
    services.ask_self_test(actor=request.actor, version_id=version_id, suite=request.POST.get("suite", ""))
    return HttpResponseRedirect(reverse("assurance.version", args=[version_id]))


@require_http_methods(["GET", "POST"])
@page(TABLE, FILE)
def report(request: ActorRequest, version_id: UUID) -> HttpResponseBase:
    """Send a third-party report."""
    found = _version(request, version_id)
    form = ReportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        wish = services.ReportWish(
            body=said["body"],
            accreditation=said["accreditation"],
            dated=said["dated"],
            valid_until=said["valid_until"],
            is_full=said["is_full"],
            name=said["file"].name,
            data=said["file"].read(),
        )
        try:
            services.send_report(actor=request.actor, version_id=version_id, wish=wish)
        except UserError as error:
            say(form, error)
        else:
            return HttpResponseRedirect(reverse("assurance.version", args=[version_id]))
    context = {
        "form": form,
        "version": found,
        "crumbs": [HOME, (found.product.title, ""), ("第三方报告", "")],
    }
    return render(request, "assurance/report.html", context, status=422 if form.errors else 200)


@require_GET
@page(TABLE, SEE_OWN)
def product(request: ActorRequest, product_id: UUID) -> HttpResponseBase:
    """One product: where it stands, its versions, its signals, its sandbox."""
    found = _product(request, SEE_OWN, product_id)
    stands, charts = queries.standing(found.id), pages.charts(found.id)
    context = {
        "product": found,
        "standing": stands,
        "versions": pages.versions_of(found),
        "charts": charts,
        "counted": sum(one.total_ours + one.total_vendor for one in charts),
        "incidents": pages.incidents_of(found),
        "sandbox": pages.sandbox(found),
        "key": pages.key_of(found),
        "users": queries.users_of(found.id),
        "may_file": TABLE.allows(request.actor, FILE, found),
        "may_renew": not pages.is_on_its_way(found),
        "is_used": Verdict(stands.verdict) in {Verdict.ADMITTED, Verdict.WATCH, Verdict.TRIAL},
        "crumbs": [HOME, (found.title, "")],
    }
    return render(request, "assurance/own_product.html", context)


@require_http_methods(["GET", "POST"])
@page(TABLE, FILE)
def launch(request: ActorRequest, product_id: UUID) -> HttpResponseBase:
    """Open the product from another address: stopped until it was tested."""
    found = _product(request, FILE, product_id)
    start = {
        "kind": found.launch.get("kind"),
        "url": found.launch.get("url"),
        "keys": found.launch.get("jwks_url", ""),
    }
    form = LaunchForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_valid():
        try:
            services.change_launch(
                actor=request.actor,
                product_id=product_id,
                launch=form.launch(found.launch),
                why=form.cleaned_data["why"],
            )
        except UserError as error:
            say(form, error)
        else:
            return HttpResponseRedirect(reverse("assurance.own_product", args=[product_id]))
    context = {"form": form, "product": found, "crumbs": [HOME, (found.title, ""), ("变更启动方式", "")]}
    return render(request, "assurance/launch.html", context, status=422 if form.errors else 200)


@require_POST
@page(TABLE, FILE)
def key(request: ActorRequest, product_id: UUID) -> HttpResponseBase:
    """A new telemetry key; its secret is shown this once."""
    found = _product(request, FILE, product_id)
    number, secret = services.give_key(actor=request.actor, product_id=product_id)
    context = {
        "product": found,
        "number": number,
        "secret": secret,
        "crumbs": [HOME, (found.title, ""), ("密钥", "")],
    }
    response = render(request, "assurance/key.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _product(request: ActorRequest, verb: str, product_id: UUID) -> Product:
    return TABLE.load(
        request.actor, verb, Product.objects.unscoped(_WHY).select_related("current"), id=product_id
    )


def _version(request: ActorRequest, version_id: UUID) -> ProductVersion:
    rows = ProductVersion.objects.unscoped(_WHY).select_related("product")
    return TABLE.load(request.actor, FILE, rows, id=version_id)


def _filled(
    request: ActorRequest,
    start: dict[str, Any] | None,
    heading: str,
    keep: Callable[[Facts, str], str],
) -> HttpResponse:
    """The form of facts, begun with those of a version; `keep` stores what is whole and says where to go on."""
    initial = FactsForm.start(Facts.of(start)) if start else {}
    form = FactsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            return HttpResponseRedirect(keep(form.facts(), form.cleaned_data["endpoint_key"]))
        except UserError as error:
            say(form, error)
    context = {"form": form, "heading": heading, "crumbs": [HOME, ("申报", "")]}
    return render(request, "assurance/facts.html", context, status=422 if form.errors else 200)


def say(form: "FactsForm | NumbersForm | ReportForm | LaunchForm", error: UserError) -> None:
    """Put what was refused where it was filled in."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, f"{error.message}。{error.next}")
