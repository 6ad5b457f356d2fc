"""选用: the head or the administrator decides for the school or a class, and ends it."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.resources import queries, services
from qiming.resources.access import ADOPT, TABLE
from qiming.resources.forms import AdoptForm, EndForm, ReturnForm
from qiming.resources.models import Adoption
from qiming.resources.services.adopting import needs_data, owes_data
from qiming.resources.views.shelf import HOME


@require_http_methods(["GET", "POST"])
@page(TABLE, ADOPT)
def adopt(request: ActorRequest) -> HttpResponse:
    """`resource` names what to use; without it the shelf is where one chooses."""
    resource_id = _id(request.POST.get("resource") or request.GET.get("resource", ""))
    if resource_id is None:
        return HttpResponseRedirect(reverse("resources.shelf"))
    resource, version = queries.shown_to(request.actor, resource_id)
    places = queries.places_to_adopt(request.actor, resource)
    form = AdoptForm(request.POST if request.method == "POST" else None, places=places)
    if request.method == "POST" and form.is_valid():
        try:
            services.adopt(
                actor=request.actor,
                resource_id=resource_id,
                place_id=UUID(form.cleaned_data["place"]),
                minutes=form.cleaned_data["minutes"],
            )
        except UserError as error:
            form.add_error(
                error.field if error.field in form.fields else None, f"{error.message}。{error.next}"
            )
        else:
            return HttpResponseRedirect(reverse("resources.resource", args=[resource_id]))
    context = {
        "form": form,
        "resource": resource,
        "version": version,
        "places": places,
        "crumbs": [HOME, (resource.title, reverse("resources.resource", args=[resource_id])), ("选用", "")],
    }
    return render(request, "resources/adopt.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@page(TABLE, ADOPT)
def end(request: ActorRequest, adoption_id: UUID) -> HttpResponse:
    """Use it no longer, with the reason, and what became of the data; where others ended it, the data alone."""
    rows = Adoption.objects.unscoped("loaded through the access table").select_related("resource")
    found = TABLE.load(request.actor, ADOPT, rows, id=adoption_id)
    owes = owes_data(found)
    kind = ReturnForm if owes else EndForm
    form = kind(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            if owes:
                services.return_data(
                    actor=request.actor, adoption_id=adoption_id, data_return=said["data_return"]
                )
            else:
                services.end_adoption(
                    actor=request.actor,
                    adoption_id=adoption_id,
                    why=said["why"],
                    data_return=said["data_return"],
                )
        except UserError as error:
            form.add_error(
                error.field if error.field in form.fields else None, f"{error.message}。{error.next}"
            )
        else:
            return HttpResponseRedirect(reverse("resources.ours"))
    context = {
        "form": form,
        "adoption": found,
        "needs_data": needs_data(found),
        "owes": owes,
        "crumbs": [HOME, ("本校的", reverse("resources.ours")), ("结束选用", "")],
    }
    return render(request, "resources/end.html", context, status=422 if form.errors else 200)


def _id(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None
