"""Classes and their rosters; cards and picture sheets for print."""

from typing import TypeVar
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiming.kernel import audit, time
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, is_fragment, page
from qiming.registry import queries, services
from qiming.registry.access import TABLE
from qiming.registry.forms import MoveForm, NameForm, PupilForm, refuse
from qiming.registry.forms_places import LeaveForm
from qiming.registry.models import ClassMembership
from qiming.registry.queries import account as account_queries
from qiming.registry.queries import pages
from qiming.registry.services import sessions
from qiming.registry.types import OrgRef
from qiming.registry.views.common import done, one_school

T = TypeVar("T")

CARDS_PER_SHEET = 8
PINS_PER_SHEET = 24


@page(TABLE, "registry.see_classes")
def classes(request: ActorRequest) -> HttpResponse:
    school, schools = one_school(request, "registry.see_classes")
    lines = pages.class_lines(request.actor, school)
    return render(
        request,
        "registry/classes.html",
        {
            "school": school,
            "schools": schools,
            "lines": lines,
            "pupils": sum(line.pupils for line in lines),
            "locked": sum(line.locked for line in lines),
            "may_edit": TABLE.allows(request.actor, "registry.edit_roster", school),
            "done": done(request),
        },
    )


@page(TABLE, "registry.see_roster")
def roster(request: ActorRequest, class_id: UUID) -> HttpResponse:
    group = pages.load_class(request.actor, "registry.see_roster", class_id)
    return _roster(request, group, PupilForm())


@require_POST
@page(TABLE, "registry.edit_roster")
def add_pupil(request: ActorRequest, class_id: UUID) -> HttpResponse:
    group = pages.load_class(request.actor, "registry.edit_roster", class_id)
    form = PupilForm(request.POST)
    if form.is_valid():
        try:
            services.add_pupil(actor=request.actor, class_id=group.id, **form.cleaned_data)
            return HttpResponseRedirect(f"{_roster_url(group.id)}?done=added")
        except UserError as error:
            refuse(form, error)
    return _roster(request, group, form, status=422)


@require_POST
@page(TABLE, "registry.reset_pin")
def reset_pin(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """Three new pictures: large beside the cockpit, as one line of the roster, or on the pupil's page."""
    fresh = services.reset_pin(actor=request.actor, person_id=person_id)
    if is_fragment(request) and request.POST.get("show") == "large":
        name = queries.persons_named([person_id])[person_id]
        return render(request, "registry/fresh_panel.html", {"fresh": fresh, "name": name})
    membership = pages.load_pupil(request.actor, "registry.reset_pin", person_id)
    if is_fragment(request):
        group = queries.org(membership.class_group_id)
        line = next(line for line in pages.roster(group) if line.person_id == person_id)
        rights = _rights(request, group)
        return render(request, "registry/roster_line.html", {"line": line, "fresh": fresh, **rights})
    return _pupil(request, membership, fresh=fresh)


@page(TABLE, "registry.see_roster")
def pupil(request: ActorRequest, person_id: UUID) -> HttpResponse:
    return _pupil(request, pages.load_pupil(request.actor, "registry.see_roster", person_id))


@require_POST
@page(TABLE, "registry.edit_roster")
def rename(request: ActorRequest, person_id: UUID) -> HttpResponse:
    membership = pages.load_pupil(request.actor, "registry.edit_roster", person_id)
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            services.rename_pupil(actor=request.actor, person_id=person_id, name=form.cleaned_data["name"])
            return HttpResponseRedirect(f"{_pupil_url(person_id)}?done=renamed")
        except UserError as error:
            refuse(form, error)
    return _pupil(request, membership, name_form=form, status=422)


@require_POST
@page(TABLE, "registry.edit_roster")
def move(request: ActorRequest, person_id: UUID) -> HttpResponse:
    membership = pages.load_pupil(request.actor, "registry.edit_roster", person_id)
    form = MoveForm(request.POST, classes=_choices(membership))
    if form.is_valid():
        try:
            services.move_pupil(
                actor=request.actor,
                person_id=person_id,
                class_id=UUID(form.cleaned_data["class_id"]),
                seat_no=form.cleaned_data["seat_no"],
            )
            return HttpResponseRedirect(f"{_pupil_url(person_id)}?done=moved")
        except UserError as error:
            refuse(form, error)
    return _pupil(request, membership, move_form=form, status=422)


@require_POST
@page(TABLE, "registry.edit_roster")
def leave(request: ActorRequest, person_id: UUID) -> HttpResponse:
    membership = pages.load_pupil(request.actor, "registry.edit_roster", person_id)
    form = LeaveForm(request.POST)
    if form.is_valid():
        try:
            services.end_membership(actor=request.actor, person_id=person_id, on=form.cleaned_data["on"])
            later = (form.cleaned_data["on"] or time.today()) > time.today()
            back = _pupil_url(person_id) if later else _roster_url(membership.class_group_id)
            return HttpResponseRedirect(f"{back}?done={'leaves' if later else 'left'}")
        except UserError as error:
            refuse(form, error)
    return _pupil(request, membership, leave_form=form, status=422)


@require_POST
@page(TABLE, "registry.print_cards")
def new_card(request: ActorRequest, person_id: UUID) -> HttpResponse:
    services.replace_card(actor=request.actor, person_id=person_id)
    return HttpResponseRedirect(f"{_pupil_url(person_id)}?done=new_card")


@require_POST
@page(TABLE, "registry.print_cards")
def new_cards(request: ActorRequest, class_id: UUID) -> HttpResponse:
    services.issue_cards(actor=request.actor, class_id=class_id, replace=True)
    return HttpResponseRedirect(f"{_roster_url(class_id)}?done=new_cards")


@require_POST
@page(TABLE, "registry.reset_pin")
def sign_out(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """Sign a pupil out on every device."""
    sessions.end_pupils(actor=request.actor, person_id=person_id)
    return HttpResponseRedirect(f"{_pupil_url(person_id)}?done=pupil_signed_out")


@require_POST
@page(TABLE, "registry.give_family_code")
def family_code(request: ActorRequest, person_id: UUID) -> HttpResponse:
    code = services.give_family_code(actor=request.actor, person_id=person_id)
    membership = pages.load_pupil(request.actor, "registry.give_family_code", person_id)
    return _pupil(request, membership, code=code)


@page(TABLE, "registry.print_cards")
def cards(request: ActorRequest, class_id: UUID) -> HttpResponse:
    """The cards of a class, or (`?pupil=`) of one pupil: eight on a sheet."""
    group = pages.load_class(request.actor, "registry.print_cards", class_id)
    services.issue_cards(actor=request.actor, class_id=group.id)
    lines = _printed(request, group, "registry.print_card_sheet")
    base = request.build_absolute_uri("/c/")
    return render(
        request,
        "registry/cards.html",
        {
            "group": group,
            "school": queries.school_of(group.path),
            "sheets": _sheets([(line, f"{base}{line.token}") for line in lines], CARDS_PER_SHEET),
        },
    )


@page(TABLE, "registry.print_cards")
def pins(request: ActorRequest, class_id: UUID) -> HttpResponse:
    """The teacher's sheet: who has which three pictures."""
    group = pages.load_class(request.actor, "registry.print_cards", class_id)
    services.issue_cards(actor=request.actor, class_id=group.id)
    lines = _printed(request, group, "registry.print_pin_sheet")
    return render(
        request,
        "registry/pins.html",
        {
            "group": group,
            "school": queries.school_of(group.path),
            "sheets": _sheets(lines, PINS_PER_SHEET),
        },
    )


def _printed(request: ActorRequest, group: OrgRef, verb: str) -> list[pages.CardLine]:
    wanted = request.GET.get("pupil")
    lines = [line for line in pages.card_lines(group) if not wanted or str(line.person_id) == wanted]
    audit.write(
        request.actor,
        verb,
        thing="organisation",
        thing_id=group.id,
        scope_path=group.path,
        detail={"cards": len(lines)},
    )
    return lines


def _sheets(lines: list[T], size: int) -> list[list[T]]:
    return [lines[at : at + size] for at in range(0, len(lines), size)]


def _roster(request: ActorRequest, group: OrgRef, form: PupilForm, status: int = 200) -> HttpResponse:
    lines = pages.roster(group)
    return render(
        request,
        "registry/roster.html",
        {
            "group": group,
            "school": queries.school_of(group.path),
            "lines": lines,
            "locked": [line for line in lines if line.is_locked],
            "teachers": "、".join(ref.name for ref in queries.teachers_of(group.id)),
            "form": form,
            "done": done(request),
            "crumbs": [("班级", reverse("registry.classes")), (group.name, "")],
            **_rights(request, group),
        },
        status=status,
    )


def _rights(request: ActorRequest, group: OrgRef) -> dict[str, bool]:
    return {
        "may_edit": TABLE.allows(request.actor, "registry.edit_roster", group),
        "may_print": TABLE.allows(request.actor, "registry.print_cards", group),
        "may_reset": TABLE.allows(request.actor, "registry.reset_pin", group),
    }


def _pupil(
    request: ActorRequest,
    membership: ClassMembership,
    *,
    name_form: NameForm | None = None,
    move_form: MoveForm | None = None,
    leave_form: LeaveForm | None = None,
    fresh: tuple[str, ...] = (),
    code: str = "",
    status: int = 200,
) -> HttpResponse:
    group = queries.org(membership.class_group_id)
    now = {"class_id": str(group.id), "seat_no": membership.seat_no}
    return render(
        request,
        "registry/pupil.html",
        {
            "pupil": membership.person,
            "membership": membership,
            "group": group,
            "name_form": name_form or NameForm(initial={"name": membership.person.name}),
            "move_form": move_form or MoveForm(initial=now, classes=_choices(membership)),
            "leave_form": leave_form or LeaveForm(),
            "guardians": pages.guardian_lines(membership.person_id),
            "codes": pages.open_family_codes(membership.person_id),
            "signed_in": account_queries.session_count(membership.person_id),
            "may_end": TABLE.allows(request.actor, "registry.end_guardianship", group),
            "fresh": fresh,
            "code": code,
            "done": done(request),
            "crumbs": [
                ("班级", reverse("registry.classes")),
                (group.name, _roster_url(group.id)),
                (f"{membership.seat_no}号", ""),
            ],
            **_rights(request, group),
        },
        status=status,
    )


def _choices(membership: ClassMembership) -> list[tuple[str, str]]:
    school = queries.school_of(membership.scope_path)
    return [(str(group.id), group.name) for group in queries.classes_under(school.path)]


def _roster_url(class_id: UUID) -> str:
    return reverse("registry.roster", args=[class_id])


def _pupil_url(person_id: UUID) -> str:
    return reverse("registry.pupil", args=[person_id])
