"""安全事件登记."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries as registry
from qiming.trust import services
from qiming.trust.access import TABLE
from qiming.trust.clocks import clock
from qiming.trust.forms.reports import IncidentForm, IncidentStepForm, LessonsForm
from qiming.trust.models import Incident
from qiming.trust.queries import reports as queries
from qiming.trust.services.incidents import OPEN, place_of
from qiming.trust.views.common import refuse, sent, show

SEE = queries.SEE_INCIDENTS


@page(TABLE, OPEN)
def new_incident(request: ActorRequest) -> HttpResponseBase:
    """Register an incident."""
    form = IncidentForm(sent(request))
    if form.is_valid():
        try:
            incident = services.open_incident(
                actor=request.actor, found=services.IncidentFound(**form.cleaned_data)
            )
        except UserError as error:
            refuse(form, error)
        else:
            if TABLE.allows(request.actor, SEE, incident):
                return HttpResponseRedirect(reverse("trust.incident", args=[incident.id]))
            return show(request, "trust/incidents/taken.html", {"incident": incident})
    context = {
        "form": form,
        "place": place_of(request.actor),
        "clock": clock("incident_tell_hours"),
        "grave": clock("incident_grave_hours"),
    }
    return show(request, "trust/incidents/new.html", context, form)


@require_GET
@page(TABLE, SEE)
def incidents(request: ActorRequest) -> HttpResponseBase:
    """The register."""
    rows = list(queries.incidents(request.actor)[:200])
    places = {row.scope_path: registry.org_by_path(row.scope_path).name for row in rows}
    context = {"incidents": rows, "places": places, "open": sum(row.state == "open" for row in rows)}
    return show(request, "trust/incidents/list.html", context)


@require_GET
@page(TABLE, SEE)
def incident(request: ActorRequest, incident_id: UUID) -> HttpResponseBase:
    return _page(request, incident_id, IncidentStepForm(), LessonsForm())


@require_POST
@page(TABLE, SEE)
def incident_step(request: ActorRequest, incident_id: UUID) -> HttpResponseBase:
    """Note a measure or a notice."""
    TABLE.load(request.actor, SEE, Incident, id=incident_id)
    form = IncidentStepForm(request.POST)
    if form.is_valid():
        try:
            services.add_incident_step(actor=request.actor, incident_id=incident_id, **form.cleaned_data)
            return HttpResponseRedirect(reverse("trust.incident", args=[incident_id]))
        except UserError as error:
            refuse(form, error)
    return _page(request, incident_id, form, LessonsForm())


@require_POST
@page(TABLE, SEE)
def close_incident(request: ActorRequest, incident_id: UUID) -> HttpResponseBase:
    """Close with what was learned."""
    TABLE.load(request.actor, SEE, Incident, id=incident_id)
    form = LessonsForm(request.POST)
    if form.is_valid():
        try:
            services.close_incident(actor=request.actor, incident_id=incident_id, **form.cleaned_data)
            return HttpResponseRedirect(reverse("trust.incident", args=[incident_id]))
        except UserError as error:
            refuse(form, error)
    return _page(request, incident_id, IncidentStepForm(), form)


def _page(
    request: ActorRequest, incident_id: UUID, step: IncidentStepForm, lessons: LessonsForm
) -> HttpResponse:
    row = TABLE.load(request.actor, SEE, Incident, id=incident_id)
    steps = list(row.steps.order_by("at", "id"))
    names = registry.persons_named({row.opened_by, *(one.by_id for one in steps)})
    told = any(one.kind == "told" for one in steps)
    context = {
        "incident": row,
        "place": registry.org_by_path(row.scope_path),
        "steps": [(one, names.get(one.by_id, "已离开的人")) for one in steps],
        "opened_by": names.get(row.opened_by, "已离开的人"),
        "is_late": not told and row.state == "open" and row.tell_by < time.now(),
        "told": told,
        "step_form": step,
        "lessons_form": lessons,
        "crumbs": [("安全事件", reverse("trust.incidents")), (row.title, "")],
    }
    return show(request, "trust/incidents/record.html", context, step, lessons)
