"""升级: one page that is prepared, looked at class by class, confirmed once, and undone while it can be."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries, services
from qiming.registry.access import TABLE
from qiming.registry.forms import refuse
from qiming.registry.forms_places import KeepBackForm, TurnDayForm
from qiming.registry.models import Promotion
from qiming.registry.queries import year_turn as lists
from qiming.registry.rules.year_turn import Teachers
from qiming.registry.views.common import done, one_school

VERB = lists.VERB
State = Promotion.State


@page(TABLE, VERB)
def turns(request: ActorRequest) -> HttpResponse:
    """What is under way, or a beginning; then the years that were turned."""
    school, schools = one_school(request, VERB)
    rows = lists.turns_of(request.actor, school)
    under_way = [row for row in rows if row.state in (State.DRAFT, State.SCHEDULED)]
    return render(
        request,
        "registry/turns.html",
        {
            "school": school,
            "schools": schools,
            "under_way": under_way[0] if under_way else None,
            "past": [row for row in rows if row not in under_way],
            "classes": len(queries.classes_under(school.path)),
            "done": done(request),
            "crumbs": [("班级", f"{reverse('registry.classes')}?school={school.id}"), ("升级", "")],
        },
    )


@require_POST
@page(TABLE, VERB)
def prepare(request: ActorRequest) -> HttpResponse:
    school, _ = one_school(request, VERB)
    key = services.prepare_turn(actor=request.actor, school_id=school.id)
    return HttpResponseRedirect(_url(key))


@page(TABLE, VERB)
def turn(request: ActorRequest, promotion_id: UUID) -> HttpResponse:
    return _turn(request, lists.load_turn(request.actor, promotion_id))


@require_POST
@page(TABLE, VERB)
def choose(request: ActorRequest, promotion_id: UUID) -> HttpResponse:
    """Teachers class by class, and whether empty classes are made."""
    row = lists.load_turn(request.actor, promotion_id)
    groups = queries.classes_under(row.scope_path)
    teachers = {
        group.id: Teachers.FOLLOW if request.POST.get(f"t-{group.id}") == "follow" else Teachers.END
        for group in groups
    }
    services.choose_for_turn(
        actor=request.actor,
        promotion_id=row.id,
        teachers=teachers,
        makes_empty_classes=request.POST.get("empty") == "on",
    )
    return HttpResponseRedirect(f"{_url(row.id)}?done=turn_chosen")


@require_POST
@page(TABLE, VERB)
def keep_back(request: ActorRequest, promotion_id: UUID) -> HttpResponse:
    """A pupil who repeats the grade, by class and seat; or (`remove`) not after all."""
    row = lists.load_turn(request.actor, promotion_id)
    school = queries.org(row.school_id)
    if request.POST.get("remove"):
        services.keep_back(
            actor=request.actor, promotion_id=row.id, person_id=_uuid(request.POST["remove"]), back=False
        )
        return HttpResponseRedirect(f"{_url(row.id)}?done=turn_chosen")
    form = KeepBackForm(request.POST, classes=_classes(row))
    if form.is_valid():
        given = form.cleaned_data
        person_id = lists.pupil_on_seat(school, UUID(given["class_id"]), given["seat_no"])
        if person_id is not None:
            services.keep_back(actor=request.actor, promotion_id=row.id, person_id=person_id, back=True)
            return HttpResponseRedirect(f"{_url(row.id)}?done=turn_chosen")
        form.add_error("seat_no", f"这个班没有{given['seat_no']}号")
    return _turn(request, row, keep_form=form, status=422)


@require_POST
@page(TABLE, VERB)
def confirm(request: ActorRequest, promotion_id: UUID) -> HttpResponse:
    row = lists.load_turn(request.actor, promotion_id)
    form = TurnDayForm(request.POST)
    if form.is_valid():
        try:
            made = services.confirm_turn(actor=request.actor, promotion_id=row.id, on=form.cleaned_data["on"])
            said = "turned" if made.state == State.APPLIED else "turn_waits"
            return HttpResponseRedirect(f"{_url(row.id)}?done={said}")
        except UserError as error:
            refuse(form, error)
    return _turn(request, row, day_form=form, status=422)


@require_POST
@page(TABLE, VERB)
def drop(request: ActorRequest, promotion_id: UUID) -> HttpResponse:
    row = lists.load_turn(request.actor, promotion_id)
    services.drop_turn(actor=request.actor, promotion_id=row.id)
    return HttpResponseRedirect(f"{reverse('registry.turns')}?school={row.school_id}&done=turn_dropped")


@require_POST
@page(TABLE, VERB)
def undo(request: ActorRequest, promotion_id: UUID) -> HttpResponse:
    services.undo_turn(actor=request.actor, promotion_id=promotion_id)
    return HttpResponseRedirect(f"{_url(promotion_id)}?done=turn_undone")


def _turn(
    request: ActorRequest,
    row: Promotion,
    *,
    day_form: TurnDayForm | None = None,
    keep_form: KeepBackForm | None = None,
    status: int = 200,
) -> HttpResponse:
    school = queries.org(row.school_id)
    is_open = row.state in (State.DRAFT, State.SCHEDULED)
    coming = next((year for year in queries.years() if year.key > queries.current_year().key), None)
    return render(
        request,
        "registry/turn.html",
        {
            "row": row,
            "school": school,
            "is_draft": row.state == State.DRAFT,
            "is_open": is_open,
            "plan": lists.proposal(row, school) if is_open else None,
            "failed": row.done.get("failed", "") if is_open else "",
            "counts": _counts(row),
            "day_form": day_form or TurnDayForm(initial={"on": coming.starts if coming else None}),
            "keep_form": keep_form or KeepBackForm(classes=_classes(row)),
            "done": done(request),
            "crumbs": [("升级", f"{reverse('registry.turns')}?school={school.id}"), (school.name, "")],
        },
        status=status,
    )


def _counts(row: Promotion) -> dict[str, int]:
    """How much was written, from what the turn kept of itself."""
    return {
        "pupils": len(row.done.get("made", ())),
        "leavers": row.done.get("leavers", 0),
        "classes": len(row.done.get("opened", ())),
        "grants": len(row.done.get("grants_made", ())),
    }


def _classes(row: Promotion) -> list[tuple[str, str]]:
    return [(str(group.id), group.name) for group in queries.classes_under(row.scope_path)]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise UserError("这一页的内容不对", kept="什么也没有改。", next="刷新页面再试。") from error


def _url(promotion_id: UUID) -> str:
    return reverse("registry.turn", args=[promotion_id])
