"""职责: who holds which duty at the places one answers for."""

from uuid import UUID

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from qiming.casework import services
from qiming.casework.access import TABLE
from qiming.casework.forms import AppointForm
from qiming.casework.queries.people import appointments, duty_titles
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries as registry


@require_http_methods(["GET", "POST"])
@page(TABLE, "casework.appoint")
def duties(request: ActorRequest) -> HttpResponseBase:
    """Who holds what; appoint somebody."""
    places = [registry.org_by_path(path) for path in sorted(TABLE.paths(request.actor, "casework.appoint"))]
    form = AppointForm(
        request.POST if request.method == "POST" else None,
        places=[(str(one.id), one.name) for one in places],
        duties=sorted(duty_titles().items(), key=lambda pair: pair[1]),
    )
    if form.is_valid():
        place = next(one for one in places if str(one.id) == form.cleaned_data["place"])
        who = registry.staff_by_account(form.cleaned_data["account"].strip(), place.path)
        if who is None:
            form.add_error("account", f"{place.name}里没有用这个账号登录的教职工。")
        else:
            try:
                services.appoint(
                    actor=request.actor,
                    place_id=place.id,
                    person_id=who.id,
                    duty=form.cleaned_data["duty"],
                    expertise=form.known(),
                    capacity=form.cleaned_data["capacity"],
                )
            except UserError as error:
                form.add_error("account", f"{error.message}。{error.next}")
            else:
                return HttpResponseRedirect(reverse("casework.duties"))
    context = {"held": appointments(request.actor), "form": form}
    return render(request, "casework/duties.html", context, status=422 if form.errors else 200)


@require_POST
@page(TABLE, "casework.appoint")
def end(request: ActorRequest, appointment_id: UUID) -> HttpResponseBase:
    """Let a duty end today."""
    services.end_appointment(actor=request.actor, appointment_id=appointment_id)
    return HttpResponseRedirect(reverse("casework.duties"))
