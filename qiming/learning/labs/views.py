"""Labs on their own: a pupil's shelf and free play, versions of a work, a teacher's shelf and card of every lab."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.kernel.access import Denied
from qiming.kernel.headers import devices
from qiming.kernel.http import ActorRequest, page
from qiming.learning.access import TABLE
from qiming.learning.labs import catalogue, free, microphone, pages
from qiming.learning.models import Work, WorkVersion
from qiming.learning.pages.player import LAST_GRADE_READ_TO, Seat, device_name
from qiming.learning.pages.shown import lesson_name, shown_state
from qiming.registry import queries as registry
from qiming.registry.types import STAGE_NAMES, Role, Stage
from qiming.resources import queries as resources
from qiming.trust import services as trust

PLAY = "learning.play"
TRY = "learning.try"
SEE_WORK = "learning.see_work"


def _grade(request: ActorRequest) -> int | None:
    return registry.grades_of([request.actor.person_id]).get(request.actor.person_id)


@require_GET
@page(TABLE, PLAY)
def shelf(request: ActorRequest) -> HttpResponse:
    """The labs for this pupil's stage, with what was begun."""
    grade = _grade(request)
    cards = catalogue.labs_for(catalogue.stage_of(grade))
    context = {
        "lines": pages.shelf_of(request.actor.person_id, cards),
        "primary": grade is not None and grade <= LAST_GRADE_READ_TO,
        "who": device_name(request.actor.person_id),
    }
    return render(request, "learning/labs/shelf.html", context)


@require_GET
@page(TABLE, PLAY)
def lab(request: ActorRequest, lab: str) -> HttpResponse:
    """One lab to play with; the work is kept, on every device."""
    card, pupil = catalogue.lab(lab), free.own_seat(request.actor)
    grade = _grade(request)
    primary = grade is not None and grade <= LAST_GRADE_READ_TO
    seat = Seat(
        pupil_id=pupil.id,
        mode="free",
        done_url=reverse("learning.labs"),
        camera=pages.may_camera(pupil.id, card),
        microphone=microphone.may_record(pupil, [card.spec(catalogue.stage_of(grade))]),
        aloud=primary,
    )
    data = pages.free_data(card, catalogue.stage_of(grade), seat)
    answer = render(request, "learning/labs/lab.html", {"card": card, "data": data, "primary": primary})
    answer["Permissions-Policy"] = devices(camera=seat.camera, microphone=seat.microphone)
    return answer


@require_GET
@page(TABLE, TRY)
def cards(request: ActorRequest) -> HttpResponse:
    """Every lab, for teachers."""
    stage = request.GET.get("stage", "")
    chosen = Stage(stage) if stage in set(Stage) else None
    context = {
        "cards": catalogue.labs_for(chosen),
        "stages": [(value.value, words, value is chosen) for value, words in STAGE_NAMES.items()],
        "chosen": chosen,
    }
    return render(request, "learning/labs/cards.html", context)


@require_GET
@page(TABLE, TRY)
def card(request: ActorRequest, lab: str) -> HttpResponse:
    """What one lab teaches and how a lesson goes with it, on one screen."""
    found = catalogue.lab(lab)
    stages = "、".join(STAGE_NAMES[one] for one in found.stages)
    return render(request, "learning/labs/card.html", {"card": found, "stages": stages})


@require_GET
@page(TABLE, TRY)
def try_lab(request: ActorRequest, lab: str) -> HttpResponse:
    """A teacher tries a lab as a pupil would; nothing is recorded. `?model=` brings a model from the shelf along."""
    found = catalogue.lab(lab)
    brought = _brought(request)
    level = request.GET.get("stage", "")
    stage = Stage(level) if level in set(Stage) else None
    back = reverse("learning.lab_card", args=[found.id])
    seat = Seat(None, "try", done_url=back, camera=True, microphone=True)
    data = pages.free_data(found, stage, seat) | {"models": [brought] if brought else []}
    name = brought["name"] if brought else ""
    context = {"card": found, "data": data, "trying": True, "brought": name}
    return render(request, "learning/labs/lab.html", context)


def _brought(request: ActorRequest) -> Mapping[str, Any] | None:
    """The model that is brought along; `Denied` for one that this person does not see."""
    said = request.GET.get("model", "")
    if not said:
        return None
    try:
        version_id = UUID(said)
    except ValueError:
        raise Denied(TRY) from None
    return resources.model_of(request.actor, version_id)


@require_GET
@page(TABLE, SEE_WORK)
def version(request: ActorRequest, work_id: UUID, no: int) -> HttpResponse:
    """One earlier state of a work, to look at; its maker may go back to it."""
    row = TABLE.load(request.actor, SEE_WORK, Work, id=work_id)
    found = WorkVersion.objects.for_actor(request.actor, SEE_WORK).filter(work=row, no=no).first()
    if found is None:
        raise free.NO_VERSION
    own = row.pupil_id == request.actor.person_id
    if not own:
        trust.log_read(request.actor, verb=SEE_WORK, subjects=[row.pupil_id], scope_path=row.scope_path)
    staff = request.actor.has_role(Role.TEACHER)
    context = {
        "work": row,
        "version": found,
        "shown": shown_state(row, found.state),
        "lesson": lesson_name(row),
        "own": own and row.kind != "task",
        "who": device_name(request.actor.person_id) if own else "",
    }
    name = "learning/labs/version_staff.html" if staff else "learning/labs/version.html"
    return render(request, name, context)


@require_POST
@page(TABLE, "learning.see_own")
def go_back(request: ActorRequest, work_id: UUID, no: int) -> HttpResponse:
    """Back to an earlier state; then on with it."""
    row = free.go_back(actor=request.actor, work_id=work_id, no=no)
    if row.offering_id is None:
        return redirect("learning.lab", row.activity_key)
    where = reverse("learning.player", args=[row.offering_id, row.lesson_key])
    return redirect(f"{where}#{row.activity_key}")


@page(TABLE, microphone.SET)
@require_http_methods(["GET", "HEAD", "POST"])
def microphone_switch(request: ActorRequest, school_id: UUID) -> HttpResponse:
    """One school's switch for recording sounds in labs."""
    school = registry.org(school_id)
    TABLE.require(request.actor, microphone.SET, school)
    if request.method == "POST":
        microphone.choose(actor=request.actor, school_id=school.id, is_on=request.POST.get("on") == "1")
        return redirect("learning.microphone", school.id)
    choice = microphone.chosen(school.scope_path)
    context = {
        "school": school,
        "is_on": choice is not None and choice.is_on,
        "choice": choice,
        "crumbs": [(school.name, None)],
    }
    return render(request, "learning/labs/microphone.html", context)
