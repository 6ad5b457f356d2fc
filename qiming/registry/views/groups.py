"""Teaching groups: the list of a school, one group's seats, choosing pupils by class."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries, services
from qiming.registry.access import TABLE
from qiming.registry.forms import GroupForm, GroupNameForm, refuse
from qiming.registry.queries import groups as lists
from qiming.registry.types import OrgRef, Stage, grade_name
from qiming.registry.views.common import done, one_school

EDIT = "registry.edit_groups"
_GRADES = {Stage.PRIMARY: range(1, 7), Stage.JUNIOR: range(7, 10), Stage.SENIOR: range(10, 13)}


@page(TABLE, "registry.see_classes")
def groups(request: ActorRequest) -> HttpResponse:
    """The groups of a school that the actor may see."""
    school, schools = one_school(request, "registry.see_classes")
    return _list(request, school, schools, _form(school))


@require_POST
@page(TABLE, EDIT)
def create(request: ActorRequest) -> HttpResponse:
    school, schools = one_school(request, EDIT)
    form = _form(school, request.POST)
    if form.is_valid():
        try:
            made = services.open_group(actor=request.actor, school_id=school.id, **form.cleaned_data)
            return HttpResponseRedirect(reverse("registry.group_pupils", args=[made.id]))
        except UserError as error:
            refuse(form, error)
    return _list(request, school, schools, form, status=422)


@page(TABLE, "registry.see_roster")
def group(request: ActorRequest, group_id: UUID) -> HttpResponse:
    """Who sits where, who teaches, what can be changed."""
    place = lists.load_group(request.actor, "registry.see_roster", group_id)
    return _group(request, place, GroupNameForm(initial={"name": place.name}))


@page(TABLE, EDIT)
def pupils(request: ActorRequest, group_id: UUID) -> HttpResponse:
    """Choose pupils by class. What is ticked when it is sent is the group."""
    place = lists.load_group(request.actor, EDIT, group_id)
    error: UserError | None = None
    chosen = {pupil.id for pupil in queries.pupils_of(place.id)}
    if request.method == "POST":
        chosen = _ids(request.POST.getlist("pupils"))
        try:
            services.set_group_members(
                actor=request.actor, group_id=place.id, person_ids=lists.in_order(place, chosen)
            )
            return HttpResponseRedirect(f"{_url(place)}?done=group_members")
        except UserError as refused:
            error = refused
    school = queries.school_of(place.path)
    return render(
        request,
        "registry/group_pupils.html",
        {
            "group": place,
            "school": school,
            "classes": lists.choices(school, place, chosen),
            "chosen": len(chosen),
            "error": error,
            "crumbs": [
                ("教学班", f"{reverse('registry.groups')}?school={school.id}"),
                (place.name, _url(place)),
                ("选学生", ""),
            ],
        },
        status=error.status if error else 200,
    )


@require_POST
@page(TABLE, EDIT)
def rename(request: ActorRequest, group_id: UUID) -> HttpResponse:
    place = lists.load_group(request.actor, EDIT, group_id)
    form = GroupNameForm(request.POST)
    if form.is_valid():
        try:
            services.rename_group(actor=request.actor, group_id=place.id, **form.cleaned_data)
            return HttpResponseRedirect(f"{_url(place)}?done=group_named")
        except UserError as error:
            refuse(form, error)
    return _group(request, place, form, status=422)


@require_POST
@page(TABLE, EDIT)
def close(request: ActorRequest, group_id: UUID) -> HttpResponse:
    place = lists.load_group(request.actor, EDIT, group_id)
    services.close_group(actor=request.actor, group_id=place.id)
    school = queries.school_of(place.path)
    return HttpResponseRedirect(f"{reverse('registry.groups')}?school={school.id}&done=group_closed")


@require_POST
@page(TABLE, "registry.reset_pin")
def reset_pin(request: ActorRequest, group_id: UUID, person_id: UUID) -> HttpResponse:
    """Three new pictures for a pupil of the group."""
    place = lists.load_group(request.actor, "registry.reset_pin", group_id)
    seat = queries.pupil_in(place.id, person_id)
    if seat is None:
        raise Denied("registry.reset_pin")
    fresh = services.reset_pin(actor=request.actor, person_id=seat.id)
    form = GroupNameForm(initial={"name": place.name})
    return _group(request, place, form, fresh=fresh, fresh_name=seat.name)


def _list(
    request: ActorRequest, school: OrgRef, schools: list[OrgRef], form: GroupForm, status: int = 200
) -> HttpResponse:
    return render(
        request,
        "registry/groups.html",
        {
            "school": school,
            "schools": schools,
            "lines": lists.group_lines(request.actor, school),
            "form": form,
            "may_edit": TABLE.allows(request.actor, EDIT, school),
            "done": done(request),
            "crumbs": [("班级", f"{reverse('registry.classes')}?school={school.id}"), ("教学班", "")],
        },
        status=status,
    )


def _group(
    request: ActorRequest, place: OrgRef, form: GroupNameForm, status: int = 200, **more: object
) -> HttpResponse:
    school = queries.school_of(place.path)
    return render(
        request,
        "registry/group.html",
        {
            "group": place,
            "school": school,
            "lines": lists.seat_lines(place),
            "teachers": "、".join(one.name for one in queries.teachers_of(place.id)),
            "form": form,
            "may_edit": TABLE.allows(request.actor, EDIT, place),
            "may_reset": TABLE.allows(request.actor, "registry.reset_pin", place),
            "done": done(request),
            "crumbs": [
                ("教学班", f"{reverse('registry.groups')}?school={school.id}"),
                (place.name, ""),
            ],
            **more,
        },
        status=status,
    )


def _form(school: OrgRef, data: object = None) -> GroupForm:
    grades = [(str(grade), grade_name(grade)) for stage in school.stages for grade in _GRADES[stage]]
    return GroupForm(data, grades=grades, initial={"grade": grades[0][0] if grades else ""})


def _ids(typed: list[str]) -> set[UUID]:
    try:
        return {UUID(one) for one in typed}
    except ValueError as error:
        raise Denied(EDIT) from error


def _url(place: OrgRef) -> str:
    return reverse("registry.group", args=[place.id])
