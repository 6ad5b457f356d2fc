"""Trainings: the list, an allotment's page at each level, a session for whoever runs it, one's own."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.educators import dated
from qiming.educators.access import ENROL, HAND_DOWN, OWN, RUN_TRAINING, SEE_ENROLLED, SEE_TRAINING, TABLE
from qiming.educators.cohort import queries as cohort
from qiming.educators.models import Allotment
from qiming.educators.standing import queries as standings
from qiming.educators.training import queries, services
from qiming.educators.training.forms import CodeForm, PersonForm, SessionForm, ThereForm, TrainingForm
from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.kernel.throttle import Limit, limited
from qiming.registry import queries as registry

LIST = ("培训", "/educators/trainings/")
CODE = Limit(
    "attend", burst=20, per_minute=6, crowd=60
)  # a hall full of teachers signs in behind one address


@require_GET
@page(TABLE, SEE_TRAINING)
def trainings(request: ActorRequest) -> HttpResponse:
    """What reaches the actor's places."""
    lines = queries.allotments(request.actor)
    context = {
        "lines": lines,
        "open": sum(one.training.closed_at is None for one in lines),
        "may_open": TABLE.may_try(request.actor, RUN_TRAINING),
    }
    return render(request, "educators/trainings.html", context)


@require_http_methods(["GET", "POST"])
@page(TABLE, RUN_TRAINING)
def open_training(request: ActorRequest) -> HttpResponse:
    """A new training of the highest place the actor answers for."""
    paths = TABLE.paths(request.actor, RUN_TRAINING)
    if not paths:
        raise Denied(RUN_TRAINING)
    place = registry.org_by_path(min(paths, key=lambda path: (path.count("/"), path)))
    form = TrainingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            top = services.open_training(actor=request.actor, place=place, wish=form.wish())
            return HttpResponseRedirect(reverse("educators.allotment", args=[top.id]))
        except UserError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    context = {"form": form, "place": place, "crumbs": [LIST, ("开办", None)]}
    return render(request, "educators/open.html", context, status=422 if form.errors else 200)


@require_GET
@page(TABLE, SEE_TRAINING)
def allotment(request: ActorRequest, allotment_id: UUID) -> HttpResponse:
    return _allotment(request, queries.allotment(request.actor, allotment_id))


def _allotment(
    request: ActorRequest,
    row: Allotment,
    *,
    session_form: SessionForm | None = None,
    person_form: PersonForm | None = None,
    error: UserError | None = None,
) -> HttpResponse:
    sheet, actor = queries.sheet(row), request.actor
    is_open = sheet.training.closed_at is None
    runs = row.parent_id is None and TABLE.allows(actor, RUN_TRAINING, sheet.training)
    may_enrol = sheet.is_school and is_open and TABLE.allows(actor, ENROL, row)
    sees = sheet.is_school and TABLE.allows(actor, SEE_ENROLLED, row)
    context = {
        "sheet": sheet,
        "is_open": is_open,
        "runs": runs,
        "may_hand_down": not sheet.is_school and is_open and TABLE.allows(actor, HAND_DOWN, row),
        "may_enrol": may_enrol,
        "enrolled": queries.enrolled(actor, row) if sees else [],
        "sees": sees,
        "sessions": queries.sessions(sheet.training),
        "outputs": cohort.listed(sheet.training) if runs else [],
        "output_states": cohort.standing_of(sheet.training) if runs else [],
        "session_form": session_form or SessionForm(),
        "person_form": person_form or (PersonForm(people=queries.may_enrol(row)) if may_enrol else None),
        "error": error,
        "crumbs": [LIST, (sheet.training.title, None)],
    }
    bad = error is not None or any(form is not None and form.errors for form in (session_form, person_form))
    status = error.status if error else 422 if bad else 200
    return render(request, "educators/allotment.html", context, status=status)


@require_POST
@page(TABLE, HAND_DOWN)
def hand_down(request: ActorRequest, allotment_id: UUID) -> HttpResponse:
    """The numbers of the table, one field for each place below."""
    row = queries.allotment(request.actor, allotment_id)
    TABLE.require(request.actor, HAND_DOWN, row)
    try:
        services.hand_down(actor=request.actor, allotment_id=row.id, wanted=_wanted(request))
    except UserError as error:
        return _allotment(request, row, error=error)
    return HttpResponseRedirect(reverse("educators.allotment", args=[row.id]))


def _wanted(request: ActorRequest) -> dict[UUID, int]:
    """`place-<id>` → a number; an empty field changes nothing."""
    wanted: dict[UUID, int] = {}
    for name, value in request.POST.items():
        if not name.startswith("place-") or not str(value).strip():
            continue
        typed = str(value).strip()
        try:
            wanted[UUID(name.removeprefix("place-"))] = int(typed) if len(typed) < 8 else -1
        except ValueError as wrong:
            raise UserError("名额写得不对", kept="名额没有改。", next="写0或更大的整数。") from wrong
    return wanted


@require_POST
@page(TABLE, ENROL)
def enrol(request: ActorRequest, allotment_id: UUID) -> HttpResponse:
    row = queries.allotment(request.actor, allotment_id)
    TABLE.require(request.actor, ENROL, row)
    form = PersonForm(request.POST, people=queries.may_enrol(row))
    if form.is_valid():
        try:
            services.enrol(actor=request.actor, allotment_id=row.id, person_id=form.cleaned_data["person_id"])
            return HttpResponseRedirect(reverse("educators.allotment", args=[row.id]))
        except UserError as error:
            if error.field is None:
                return _allotment(request, row, error=error)
            form.add_error(error.field, error.message)
    return _allotment(request, row, person_form=form)


@require_POST
@page(TABLE, ENROL)
def withdraw(request: ActorRequest, enrolment_id: UUID) -> HttpResponse:
    row = services.withdraw(actor=request.actor, enrolment_id=enrolment_id)
    return HttpResponseRedirect(reverse("educators.allotment", args=[row.allotment_id]))


@require_POST
@page(TABLE, RUN_TRAINING)
def add_session(request: ActorRequest, training_id: UUID) -> HttpResponse:
    training = queries.training(request.actor, training_id)
    row = queries.allotment(request.actor, queries.top_of(training))
    form = SessionForm(request.POST)
    if not form.is_valid():
        return _allotment(request, row, session_form=form)
    try:
        services.add_session(actor=request.actor, training_id=training.id, event=form.event())
    except UserError as error:
        return _allotment(request, row, error=error)
    return HttpResponseRedirect(reverse("educators.allotment", args=[row.id]))


@require_POST
@page(TABLE, RUN_TRAINING)
def close(request: ActorRequest, training_id: UUID) -> HttpResponse:
    training = queries.training(request.actor, training_id)
    row = queries.allotment(request.actor, queries.top_of(training))
    try:
        services.close_training(actor=request.actor, training_id=training.id)
    except UserError as error:
        return _allotment(request, row, error=error)
    return HttpResponseRedirect(reverse("educators.allotment", args=[row.id]))


@require_http_methods(["GET", "POST"])
@page(TABLE, RUN_TRAINING)
def session(request: ActorRequest, session_id: UUID) -> HttpResponse:
    """The code for the screen, and who is noted by hand."""
    row = queries.session(request.actor, session_id)
    people = queries.absent(request.actor, row)
    form = ThereForm(request.POST if request.method == "POST" else None, people=people)
    error: UserError | None = None
    if form.is_valid():
        try:
            services.note_there(actor=request.actor, session_id=row.id, **form.cleaned_data)
            return HttpResponseRedirect(request.path)
        except UserError as caught:
            error = caught
    top = reverse("educators.allotment", args=[queries.top_of(row.training)])
    context: dict[str, Any] = {
        "session": row,
        "absent": people,
        "form": form,
        "error": error,
        "rule": dated.passing(time.local(row.starts_at).date()),
        "crumbs": [LIST, (row.training.title, top), (row.title, None)],
    }
    status = error.status if error else 422 if form.errors else 200
    return render(request, "educators/session.html", context, status=status)


@require_GET
@page(TABLE, OWN)
def mine(request: ActorRequest) -> HttpResponse:
    return _mine(request, CodeForm())


def _mine(request: ActorRequest, form: CodeForm) -> HttpResponse:
    lines = queries.own(request.actor)
    worth, tiers = queries.credits_of(request.actor.person_id)
    context = {
        "lines": lines,
        "form": form,
        "waiting": [one.open_now for one in lines if one.open_now],
        "credits": worth,
        "tiers": [(tier.zh, count) for tier, count in tiers.items()],
        "credit_rule": dated.credit(time.today()),
        "standings": standings.own_standings(request.actor.person_id),
    }
    return render(request, "educators/mine.html", context, status=422 if form.errors else 200)


@require_POST
@limited(CODE)
@page(TABLE, OWN)
def attend(request: ActorRequest) -> HttpResponse:
    """The code of a session, typed by whoever is there."""
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            services.attend(actor=request.actor, code=form.cleaned_data["code"])
            return HttpResponseRedirect(reverse("educators.mine"))
        except UserError as error:
            form.add_error("code", f"{error.message}。{error.next}")
    return _mine(request, form)
