"""Who works at the school and who teaches what."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries, services
from qiming.registry.access import TABLE
from qiming.registry.forms import AssignForm, StaffForm, refuse
from qiming.registry.forms_places import UntilForm
from qiming.registry.queries import pages
from qiming.registry.types import ROLE_NAMES, OrgRef, Role
from qiming.registry.views.common import done, one_school

_POSTS = {"admin": Role.SCHOOL_ADMIN, "head": Role.SCHOOL_HEAD}


@page(TABLE, "registry.see_staff")
def staff(request: ActorRequest) -> HttpResponse:
    school, schools = one_school(request, "registry.see_staff")
    return _staff(request, school, schools, StaffForm())


@require_POST
@page(TABLE, "registry.manage_staff")
def create(request: ActorRequest) -> HttpResponse:
    school, schools = one_school(request, "registry.manage_staff")
    form = StaffForm(request.POST)
    if form.is_valid():
        try:
            person_id, first = services.create_staff(
                actor=request.actor, place_id=school.id, **form.cleaned_data
            )
            return _person(request, school, person_id, password=first, made=True)
        except UserError as error:
            refuse(form, error)
    return _staff(request, school, schools, form, status=422)


@page(TABLE, "registry.manage_staff")
def person(request: ActorRequest, school_id: UUID, person_id: UUID) -> HttpResponse:
    return _person(request, _school(request, school_id), person_id)


@require_POST
@page(TABLE, "registry.manage_staff")
def assign(request: ActorRequest, school_id: UUID, person_id: UUID) -> HttpResponse:
    school = _school(request, school_id)
    line = pages.load_staff(request.actor, "registry.manage_staff", school, person_id)
    form = AssignForm(request.POST, classes=_free_classes(school, line.person_id))
    if form.is_valid():
        try:
            services.assign_teacher(
                actor=request.actor,
                person_id=person_id,
                class_id=UUID(form.cleaned_data["class_id"]),
            )
            return HttpResponseRedirect(f"{_url(school, person_id)}?done=assigned")
        except UserError as error:
            refuse(form, error)
    return _person(request, school, person_id, form=form, status=422)


@require_POST
@page(TABLE, "registry.manage_staff")
def appoint(request: ActorRequest, school_id: UUID, person_id: UUID) -> HttpResponse:
    school = _school(request, school_id)
    role = _POSTS.get(request.POST.get("post", ""))
    if role is None:
        raise UserError("没有这个职务", kept="什么也没有改。", next="回到老师那一页再点一次。")
    services.appoint(actor=request.actor, person_id=person_id, role=role, place_id=school.id)
    return HttpResponseRedirect(f"{_url(school, person_id)}?done=assigned")


@require_POST
@page(TABLE, "registry.manage_staff")
def end_grant(request: ActorRequest, school_id: UUID, person_id: UUID, grant_id: UUID) -> HttpResponse:
    school = _school(request, school_id)
    services.end_grant(actor=request.actor, grant_id=grant_id)
    return HttpResponseRedirect(f"{_url(school, person_id)}?done=ended")


@require_POST
@page(TABLE, "registry.manage_staff")
def reset_password(request: ActorRequest, school_id: UUID, person_id: UUID) -> HttpResponse:
    school = _school(request, school_id)
    fresh = services.reset_password(actor=request.actor, person_id=person_id)
    return _person(request, school, person_id, password=fresh)


@require_POST
@page(TABLE, "registry.manage_staff")
def leave(request: ActorRequest, school_id: UUID, person_id: UUID) -> HttpResponse:
    school = _school(request, school_id)
    services.end_employment(actor=request.actor, person_id=person_id, school_id=school.id)
    return HttpResponseRedirect(f"{reverse('registry.staff')}?school={school.id}&done=gone")


def _staff(
    request: ActorRequest, school: OrgRef, schools: list[OrgRef], form: StaffForm, status: int = 200
) -> HttpResponse:
    lines = pages.staff_lines(request.actor, school)
    return render(
        request,
        "registry/staff.html",
        {
            "school": school,
            "schools": schools,
            "lines": lines,
            "idle": sum(1 for line in lines if not line.classes and not line.posts),
            "form": form,
            "may_manage": TABLE.allows(request.actor, "registry.manage_staff", school),
            "done": done(request),
        },
        status=status,
    )


def _person(
    request: ActorRequest,
    school: OrgRef,
    person_id: UUID,
    *,
    form: AssignForm | None = None,
    password: str = "",
    made: bool = False,
    status: int = 200,
) -> HttpResponse:
    line = pages.load_staff(request.actor, "registry.manage_staff", school, person_id)
    grants = pages.grant_lines(school, person_id)
    held = {grant.role for grant in grants}
    free = _free_classes(school, person_id)
    return render(
        request,
        "registry/staff_person.html",
        {
            "school": school,
            "line": line,
            "grants": [(grant, ROLE_NAMES[Role(grant.role)]) for grant in grants],
            "posts": [(key, ROLE_NAMES[role]) for key, role in _POSTS.items() if role not in held],
            "form": form or AssignForm(classes=free),
            "free": free,
            "until_form": UntilForm(initial={"ends_on": line.until}),
            "password": password,
            "made": made,
            "is_self": person_id == request.actor.person_id,
            "done": done(request),
            "crumbs": [("老师", reverse("registry.staff")), (line.name, "")],
        },
        status=status,
    )


def _free_classes(school: OrgRef, person_id: UUID) -> list[tuple[str, str]]:
    taught = set(queries.classes_taught_by([person_id]).get(person_id, []))
    places = [*queries.classes_under(school.path), *queries.groups_under(school.path)]
    return [(str(group.id), group.name) for group in places if group.id not in taught]


def _school(request: ActorRequest, school_id: UUID) -> OrgRef:
    return pages.load_school(request.actor, "registry.manage_staff", school_id)


def _url(school: OrgRef, person_id: UUID) -> str:
    return reverse("registry.staff_person", args=[school.id, person_id])
