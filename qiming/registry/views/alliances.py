"""Alliances of schools: the list, proposing one, answering, ending."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import services
from qiming.registry.access import TABLE
from qiming.registry.forms import refuse
from qiming.registry.forms_places import AllianceForm, EndForm, SchoolNameForm
from qiming.registry.queries import alliances as lists
from qiming.registry.queries import pages
from qiming.registry.types import OrgRef
from qiming.registry.views.common import done

SEE, LEAD, ANSWER = lists.SEE, "registry.lead_alliance", "registry.answer_alliance"


@page(TABLE, SEE)
def alliances(request: ActorRequest) -> HttpResponse:
    """The alliances of the actor's schools."""
    lines = lists.alliance_lines(request.actor)
    return render(
        request,
        "registry/alliances.html",
        {
            "lines": lines,
            "on": [one for one in lines if one.is_on],
            "waiting": sum(len(one.waiting) for one in lines),
            "may_propose": TABLE.may_try(request.actor, LEAD),
            "done": done(request),
        },
    )


@page(TABLE, LEAD)
def propose(request: ActorRequest) -> HttpResponse:
    """A head proposes an alliance led by the own school."""
    schools = pages.schools_of(request.actor, LEAD)
    form = AllianceForm(request.POST or None, schools=schools)
    if request.method == "POST" and form.is_valid():
        try:
            alliance_id = _propose(request, form)
            return HttpResponseRedirect(f"{_url(alliance_id)}?done=alliance")
        except UserError as error:
            refuse(form, error)
    return render(
        request,
        "registry/alliance_new.html",
        {
            "form": form,
            "nearby": lists.schools_nearby(schools[0].path) if schools else [],
            "crumbs": [("联盟", reverse("registry.alliances")), ("提出联盟", "")],
        },
        status=422 if form.errors else 200,
    )


def _propose(request: ActorRequest, form: AllianceForm) -> UUID:
    given = form.cleaned_data
    names = [line for line in given["schools"].splitlines() if line.strip()]
    return services.propose_alliance(
        actor=request.actor,
        lead_id=UUID(given["lead"]),
        kind=given["kind"],
        name=given["name"],
        school_ids=[school.id for school in lists.schools_named(names)],
        starts_on=given["starts_on"],
        ends_on=given["ends_on"],
    )


@page(TABLE, SEE)
def alliance(request: ActorRequest, alliance_id: UUID) -> HttpResponse:
    return _alliance(request, alliance_id, SchoolNameForm(), EndForm())


@require_POST
@page(TABLE, LEAD)
def ask(request: ActorRequest, alliance_id: UUID) -> HttpResponse:
    form = SchoolNameForm(request.POST)
    if form.is_valid():
        try:
            school: OrgRef = lists.schools_named([form.cleaned_data["school"]])[0]
            services.ask_school(actor=request.actor, alliance_id=alliance_id, school_id=school.id)
            return HttpResponseRedirect(f"{_url(alliance_id)}?done=asked")
        except UserError as error:
            error.field = "school"
            refuse(form, error)
    TABLE.require(request.actor, LEAD, lists.load_alliance(request.actor, alliance_id).alliance)
    return _alliance(request, alliance_id, form, EndForm(), status=422)


@require_POST
@page(TABLE, LEAD)
def end(request: ActorRequest, alliance_id: UUID) -> HttpResponse:
    form = EndForm(request.POST)
    if form.is_valid():
        try:
            services.end_alliance(actor=request.actor, alliance_id=alliance_id, **form.cleaned_data)
            return HttpResponseRedirect(f"{_url(alliance_id)}?done=alliance_ends")
        except UserError as error:
            refuse(form, error)
    TABLE.require(request.actor, LEAD, lists.load_alliance(request.actor, alliance_id).alliance)
    return _alliance(request, alliance_id, SchoolNameForm(), form, status=422)


@require_POST
@page(TABLE, ANSWER)
def answer(request: ActorRequest, member_id: UUID) -> HttpResponse:
    accept = request.POST.get("act") == "accept"
    services.answer_alliance(actor=request.actor, member_id=member_id, accept=accept)
    said = "alliance_yes" if accept else "alliance_no"
    return HttpResponseRedirect(f"{reverse('registry.alliances')}?done={said}")


@require_POST
@page(TABLE, "registry.leave_alliance")
def leave(request: ActorRequest, member_id: UUID) -> HttpResponse:
    services.leave_alliance(actor=request.actor, member_id=member_id)
    return HttpResponseRedirect(f"{reverse('registry.alliances')}?done=alliance_left")


def _alliance(
    request: ActorRequest, alliance_id: UUID, form: SchoolNameForm, end_form: EndForm, status: int = 200
) -> HttpResponse:
    line = lists.load_alliance(request.actor, alliance_id)
    return render(
        request,
        "registry/alliance.html",
        {
            "line": line,
            "alliance": line.alliance,
            "sees_desk": line.may_lead,
            "form": form,
            "end_form": end_form,
            "done": done(request),
            "crumbs": [("联盟", reverse("registry.alliances")), (line.alliance.name, "")],
        },
        status=status,
    )


def _url(alliance_id: UUID) -> str:
    return reverse("registry.alliance", args=[alliance_id])
