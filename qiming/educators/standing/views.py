"""Who can teach, what is missing: the school's page, the officers' desk."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiming.educators import dated
from qiming.educators.access import SEE_NEEDS, SEE_STAFF, SET_STAFF, TABLE
from qiming.educators.standing import queries, services
from qiming.educators.standing.forms import ProfileForm
from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef

HOME = ("师资", "/educators/")


@require_GET
@page(TABLE, SEE_NEEDS)
def home(request: ActorRequest) -> HttpResponse:
    """The highest place the actor answers for."""
    return _place(request, queries.desk_place(request.actor))


@require_GET
@page(TABLE, SEE_NEEDS)
def place(request: ActorRequest, place_id: UUID) -> HttpResponse:
    """A place below."""
    found = registry.org(place_id)
    TABLE.require(request.actor, SEE_NEEDS, found)
    return _place(request, found)


def _place(request: ActorRequest, found: OrgRef) -> HttpResponse:
    is_school = found.kind == OrgKind.SCHOOL
    lines = queries.needs(request.actor, found)
    sees_staff = is_school and TABLE.allows(request.actor, SEE_STAFF, found)
    context = {
        "place": found,
        "is_school": is_school,
        "lines": lines,
        "short": sum(one.short_now for one in lines),
        "short_after": sum(one.short_after for one in lines),
        "without": 0 if is_school else queries.without_teacher(found),
        "leaders": queries.leaders(found),
        "due_on": dated.leaders(time.today()).due_on,
        "staff": queries.staff(found) if sees_staff else [],
        "may_set": is_school and TABLE.allows(request.actor, SET_STAFF, found),
        "rule": dated.standing(time.today()),
        "crumbs": [] if request.path == HOME[1] else [HOME, (found.name, None)],
    }
    return render(request, "educators/place.html", context)


@require_http_methods(["GET", "POST"])
@page(TABLE, SET_STAFF)
def person(request: ActorRequest, school_id: UUID, person_id: UUID) -> HttpResponse:
    """Note what the school knows of somebody."""
    school = registry.org(school_id)
    TABLE.require(request.actor, SET_STAFF, school)
    line = next((one for one in queries.staff(school) if one.person_id == person_id), None)
    if line is None:
        raise Denied(SET_STAFF)
    held = line.profile
    initial = (
        {name: getattr(held, name) for name in ("post", "licence", "subject", "weekly_periods")}
        if held
        else None
    )
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            services.set_profile(actor=request.actor, school=school, person_id=person_id, noted=form.noted())
            return HttpResponseRedirect(reverse("educators.place", args=[school.id]) + "#staff")
        except UserError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    context = {
        "school": school,
        "line": line,
        "form": form,
        "crumbs": [HOME, (line.name, None)],
    }
    return render(request, "educators/person.html", context, status=422 if form.errors else 200)
