"""Moves between schools: the list of both sides, releasing, asking, receiving, deciding."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries, services
from qiming.registry.access import TABLE
from qiming.registry.forms import MoveForm, refuse
from qiming.registry.forms_places import AskPupilForm, FindPupilForm, ReleaseForm
from qiming.registry.models import Transfer
from qiming.registry.queries import alliances, pages
from qiming.registry.queries import transfers as lists
from qiming.registry.types import OrgRef
from qiming.registry.views.common import done, one_school

SEE, RELEASE, DECIDE, RECEIVE = lists.SEE, lists.RELEASE, lists.DECIDE, lists.RECEIVE


@page(TABLE, SEE)
def transfers(request: ActorRequest) -> HttpResponse:
    """Everything on its way out or in."""
    lines = lists.transfer_lines(request.actor)
    return render(
        request,
        "registry/transfers.html",
        {
            "waiting": [one for one in lines if one.waits_for_me],
            "others": [one for one in lines if not one.waits_for_me],
            "sees_names": TABLE.may_try(request.actor, RECEIVE) or request.actor.has_role("school_head"),
            "may_ask": TABLE.may_try(request.actor, RECEIVE),
            "done": done(request),
        },
    )


@page(TABLE, RELEASE)
def release(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """The old school lets a pupil go."""
    membership = pages.load_pupil(request.actor, RELEASE, person_id)
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            target = alliances.schools_named([form.cleaned_data["school"]])[0]
            services.release_pupil(
                actor=request.actor,
                person_id=person_id,
                to_school_id=target.id,
                note=form.cleaned_data["note"],
            )
            return _back("released")
        except UserError as error:
            _beside(form, error, "school")
    group = queries.org(membership.class_group_id)
    return render(
        request,
        "registry/transfer_release.html",
        {
            "pupil": membership.person,
            "membership": membership,
            "group": group,
            "form": form,
            "nearby": alliances.schools_nearby(group.path),
            "under_way": lists.under_way([person_id]).get(person_id),
            "crumbs": [
                (group.name, reverse("registry.roster", args=[group.id])),
                (membership.person.name, reverse("registry.pupil", args=[person_id])),
                ("转学", ""),
            ],
        },
        status=422 if form.errors else 200,
    )


@page(TABLE, RECEIVE)
def ask(request: ActorRequest) -> HttpResponse:
    """The new school asks for a pupil."""
    school, schools = one_school(request, RECEIVE)
    form = AskPupilForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            source = alliances.schools_named([given["from_school"]])[0]
            services.ask_for_pupil(
                actor=request.actor,
                school_id=school.id,
                from_school_id=source.id,
                name=given["name"],
                class_words=given["class_words"],
                pupil_number=given["pupil_number"],
                note=given["note"],
            )
            return _back("transfer_asked")
        except UserError as error:
            _beside(form, error, "from_school")
    return render(
        request,
        "registry/transfer_ask.html",
        {
            "school": school,
            "schools": schools,
            "form": form,
            "crumbs": [("转学", reverse("registry.transfers")), ("提出转入", "")],
        },
        status=422 if form.errors else 200,
    )


@page(TABLE, RELEASE)
def answer(request: ActorRequest, transfer_id: UUID) -> HttpResponse:
    """The old school says who it is and lets go, or refuses."""
    row = lists.load_transfer(request.actor, RELEASE, transfer_id)
    school = queries.org(row.from_school_id)
    form = FindPupilForm(
        request.POST if request.method == "POST" else None,
        classes=_classes(school),
        initial=_bound(row),
    )
    if request.method == "POST":
        try:
            if request.POST.get("act") == "refuse":
                services.answer_asked(
                    actor=request.actor,
                    transfer_id=row.id,
                    person_id=None,
                    note=request.POST.get("note", ""),
                )
                return _back("transfer_refused")
            if form.is_valid():
                services.answer_asked(
                    actor=request.actor,
                    transfer_id=row.id,
                    person_id=_on_seat(form),
                    note=form.cleaned_data["note"],
                )
                return _back("released")
        except UserError as error:
            _beside(form, error, "seat_no")
    return render(
        request,
        "registry/transfer_answer.html",
        {
            "row": row,
            "form": form,
            "crumbs": [("转学", reverse("registry.transfers")), ("放行", "")],
        },
        status=422 if form.errors else 200,
    )


@page(TABLE, RECEIVE)
def receive(request: ActorRequest, transfer_id: UUID) -> HttpResponse:
    """The new school takes the pupil into a class and seat."""
    row = lists.load_transfer(request.actor, RECEIVE, transfer_id)
    school = queries.org(row.to_school_id)
    form = MoveForm(request.POST if request.method == "POST" else None, classes=_classes(school))
    if request.method == "POST" and form.is_valid():
        try:
            person_id = services.receive_pupil(
                actor=request.actor,
                transfer_id=row.id,
                class_id=UUID(form.cleaned_data["class_id"]),
                seat_no=form.cleaned_data["seat_no"],
            )
            return HttpResponseRedirect(f"{reverse('registry.pupil', args=[person_id])}?done=received")
        except UserError as error:
            refuse(form, error)
    is_open = row.state == Transfer.State.RELEASED
    return render(
        request,
        "registry/transfer_receive.html",
        {
            "row": row,
            "is_open": is_open,
            "name": row.person.name if row.person and is_open else "",
            "school": school,
            "form": form,
            "crumbs": [("转学", reverse("registry.transfers")), ("接收", "")],
        },
        status=422 if form.errors else 200,
    )


@require_POST
@page(TABLE, RELEASE)
def withdraw(request: ActorRequest, transfer_id: UUID) -> HttpResponse:
    services.withdraw_transfer(actor=request.actor, transfer_id=transfer_id)
    return _back("transfer_back")


@require_POST
@page(TABLE, DECIDE)
def decide(request: ActorRequest, transfer_id: UUID) -> HttpResponse:
    services.decide_transfer(actor=request.actor, transfer_id=transfer_id, note=request.POST.get("note", ""))
    return _back("decided")


def _back(said: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('registry.transfers')}?done={said}")


def _beside(form: ReleaseForm | AskPupilForm | FindPupilForm, error: UserError, field: str) -> None:
    if error.field not in form.fields:
        error.field = field
    refuse(form, error)


def _classes(school: OrgRef) -> list[tuple[str, str]]:
    return [(str(group.id), group.name) for group in queries.classes_under(school.path)]


def _bound(row: Transfer) -> dict[str, object]:
    """The seat of the pupil whose name and number agreed."""
    if row.person_id is None:
        return {}
    pupil = queries.pupil(row.person_id)
    return {"class_id": str(pupil.class_id), "seat_no": pupil.seat_no}


def _on_seat(form: FindPupilForm) -> UUID:
    seat_no = form.cleaned_data["seat_no"]
    pupils = queries.pupils_of(UUID(form.cleaned_data["class_id"]))
    found = next((one for one in pupils if one.seat_no == seat_no), None)
    if found is None:
        raise UserError(f"这个班没有{seat_no}号", next="核对班级和座号。", field="seat_no")
    return found.id
