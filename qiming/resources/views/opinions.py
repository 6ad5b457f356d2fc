"""What users say, what becomes of it, and what a district puts away."""

from typing import TypeVar
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.kernel import exports
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page, signed_in_page
from qiming.kernel.privacy import Grade
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef
from qiming.resources import queries, services
from qiming.resources.access import EXCLUDE, MEND, RATE, SEE_OFFERED, TABLE, TAKE
from qiming.resources.forms import AnswerForm, ExcludeForm, RateForm
from qiming.resources.models import Exclusion, Improvement
from qiming.resources.queries.records import record_of
from qiming.resources.views.shelf import HOME

F = TypeVar("F", bound=forms.Form)
RECORD = exports.declare("resources.record", "在架资源的卡片和审核记录", Grade.L2, TABLE, TAKE)


@require_http_methods(["GET", "POST"])
@signed_in_page("用过的老师评：所在的学校选用了它，自己在班上用过")
def rate(request: ActorRequest, resource_id: UUID) -> HttpResponseBase:
    """One's own rating of what is served now."""
    resource, version = queries.shown_to(request.actor, resource_id)
    if not queries.may_rate(request.actor, version):
        raise Denied(RATE)
    own = queries.own_rating(request.actor, version)
    initial = {"stars": own.stars, "why": own.why} if own else {}
    form = RateForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.rate(
                actor=request.actor,
                resource_id=resource_id,
                stars=int(form.cleaned_data["stars"]),
                why=form.cleaned_data["why"],
            )
        except UserError as error:
            _say(form, error)
        else:
            return HttpResponseRedirect(reverse("resources.resource", args=[resource_id]))
    where = reverse("resources.resource", args=[resource_id])
    context = {
        "form": form,
        "resource": resource,
        "own": own,
        "crumbs": [HOME, (resource.title, where), ("评价", "")],
    }
    return render(request, "resources/rate.html", context, status=422 if form.errors else 200)


@require_GET
@page(TABLE, SEE_OFFERED)
def credit(request: ActorRequest) -> HttpResponse:
    """What became of what one's school offered."""
    context = {
        "credits": queries.credits_of(request.actor),
        "crumbs": [HOME, ("本校的", reverse("resources.ours")), ("用得怎样", "")],
    }
    return render(request, "resources/credit.html", context)


@require_http_methods(["GET", "POST"])
@page(TABLE, MEND)
def mend(request: ActorRequest, improvement_id: UUID) -> HttpResponse:
    """Say what became of something to mend."""
    rows = Improvement.objects.unscoped("loaded through the access table").select_related("resource")
    task = TABLE.load(request.actor, MEND, rows, id=improvement_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer(
                actor=request.actor,
                improvement_id=improvement_id,
                state=form.cleaned_data["state"],
                words=form.cleaned_data["answer"],
            )
        except UserError as error:
            _say(form, error)
        else:
            return HttpResponseRedirect(reverse("resources.credit"))
    context = {
        "form": form,
        "task": task,
        "crumbs": [HOME, ("用得怎样", reverse("resources.credit")), ("要改的", "")],
    }
    return render(request, "resources/mend.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@page(TABLE, EXCLUDE)
def exclude(request: ActorRequest) -> HttpResponse:
    """What the district put away; `resource` names one to put away now."""
    districts = _districts(request)
    asked = request.POST.get("resource") or request.GET.get("resource", "")
    resource = None
    if asked:
        try:
            resource, _ = queries.shown_to(request.actor, UUID(asked))
        except ValueError:
            raise Denied(EXCLUDE) from None
    form = ExcludeForm(request.POST if request.method == "POST" else None, districts=districts)
    if request.method == "POST" and resource is not None and form.is_valid():
        try:
            services.exclude(
                actor=request.actor,
                resource_id=resource.id,
                district_id=UUID(form.cleaned_data["district"]),
                why=form.cleaned_data["why"],
            )
        except UserError as error:
            _say(form, error)
        else:
            return HttpResponseRedirect(reverse("resources.exclusions"))
    rows = Exclusion.objects.for_actor(request.actor, EXCLUDE).select_related("resource")
    context = {
        "form": form,
        "resource": resource,
        "put_away": [
            (one, registry.org_by_path(one.scope_path).name)
            for one in rows.filter(ended_on=None).order_by("-since", "-id")[:200]
        ],
        "crumbs": [HOME, ("本区收起的", "")],
    }
    return render(request, "resources/exclusions.html", context, status=422 if form.errors else 200)


@require_POST
@page(TABLE, EXCLUDE)
def readmit(request: ActorRequest, exclusion_id: UUID) -> HttpResponse:
    """Back on the district's shelf."""
    services.readmit(actor=request.actor, exclusion_id=exclusion_id)
    return HttpResponseRedirect(reverse("resources.exclusions"))


@require_GET
@page(TABLE, TAKE)
def record(request: ActorRequest, resource_id: UUID) -> HttpResponse:
    """What is sent to the national platform."""
    resource, version = queries.served_of(resource_id)
    return exports.leave(
        RECORD,
        actor=request.actor,
        place=resource,
        data=record_of(resource, version),
        called=f"{resource.title}-资源记录.zip",
        media_type="application/zip",
        thing_id=resource.id,
    )


def _districts(request: ActorRequest) -> list[OrgRef]:
    found = [registry.org_by_path(path) for path in sorted(TABLE.paths(request.actor, EXCLUDE))]
    return [one for one in found if one.kind is OrgKind.DISTRICT]


def _say(form: F, error: UserError) -> None:
    form.add_error(error.field if error.field in form.fields else None, f"{error.message}。{error.next}")
