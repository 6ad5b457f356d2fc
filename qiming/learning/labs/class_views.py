"""A class and its labs: what a teacher sees and opens, and what classmates see of each other's works."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Activity
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, not_modified, page, tagged
from qiming.learning.access import TABLE
from qiming.learning.labs import catalogue, choices, drawn, gallery
from qiming.learning.labs.grid import Grid, grid_of
from qiming.learning.labs.models import Gallery, LabRun
from qiming.learning.labs.pages import step_of
from qiming.learning.models import Work
from qiming.learning.pages.player import device_name
from qiming.learning.pages.shown import shown_state
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef
from qiming.teaching import queries as teaching
from qiming.teaching.types import OfferingRef
from qiming.trust import services as trust

OPEN = "learning.open_gallery"
LEARN = "learning.learn"
FREE = "free"  # stands for "no lesson" in an address
_WHY = "the right to the class was checked by the access table"


@dataclass(frozen=True, slots=True)
class StepLine:
    """One lab step of a class: how many tried it, how many handed in, whether classmates may look."""

    lesson_key: str
    activity_key: str
    title: str
    where: str
    tried: int
    handed_in: int
    gallery: Gallery | None

    @property
    def url_lesson(self) -> str:
        return self.lesson_key or FREE


def _offering(request: ActorRequest, offering_id: UUID) -> OfferingRef:
    offering = teaching.offering(offering_id)
    TABLE.require(request.actor, OPEN, offering)
    return offering


@require_GET
@page(TABLE, OPEN)
def class_labs(request: ActorRequest, offering_id: UUID) -> HttpResponse:
    """Every lab the class has met, in its lessons and in free play."""
    offering = _offering(request, offering_id)
    lines = _lines(offering)
    pupils = [one.id for one in registry.pupils_of(offering.class_group_id)]
    trust.log_read(
        request.actor, verb=OPEN, subjects=pupils, scope_path=offering.scope_path, what="本班的实验"
    )
    context = {
        "offering": offering,
        "group": registry.org(offering.class_group_id),
        "lessons": [one for one in lines if one.lesson_key],
        "free": [one for one in lines if not one.lesson_key],
    }
    return render(request, "learning/labs/class.html", context)


def _lines(offering: OfferingRef) -> list[StepLine]:
    pupils = [one.id for one in registry.pupils_of(offering.class_group_id)]
    ours = Q(offering_id=offering.id) | Q(offering=None)
    runs = LabRun.objects.unscoped(_WHY).filter(ours, pupil_id__in=pupils)
    works = Work.objects.unscoped(_WHY).filter(ours, pupil_id__in=pupils, kind="lab")
    tried: dict[tuple[str, str], set[UUID]] = {}
    for lesson_key, key, pupil in runs.values_list("lesson_key", "activity_key", "pupil_id"):
        tried.setdefault((lesson_key, key), set()).add(pupil)
    given: dict[tuple[str, str], int] = {}
    for lesson_key, key, pupil, at in works.values_list(
        "lesson_key", "activity_key", "pupil_id", "handed_in_at"
    ):
        tried.setdefault((lesson_key, key), set()).add(pupil)
        given[lesson_key, key] = given.get((lesson_key, key), 0) + (at is not None)
    rows_open = Gallery.objects.unscoped(_WHY).filter(offering_id=offering.id)
    galleries = {(one.lesson_key, one.activity_key): one for one in rows_open}

    def line(lesson_key: str, key: str, title: str, where: str) -> StepLine:
        place = (lesson_key, key)
        met = len(tried.get(place, ()))
        return StepLine(lesson_key, key, title, where, met, given.get(place, 0), galleries.get(place))

    found = [
        line(lesson.key, step.key, step.title, f"第{lesson.position}课 {lesson.title}")
        for lesson in (curriculum.lesson(ref.id) for ref in curriculum.lessons_of(offering.course_version_id))
        for step in lesson.activities
        if step.kind == "lab" and step.data.get("lab", {}).get("by", "pupil") != "teacher"
    ]
    found += [
        line("", card.id, card.title, "") for card in catalogue.labs_for(None) if ("", card.id) in tried
    ]
    return found


def _step(offering: OfferingRef, lesson_key: str, activity_key: str) -> Activity:
    if not lesson_key:
        return step_of(catalogue.lab(activity_key), None)
    step = curriculum.activity_of_course(offering.course_version_id, lesson_key, activity_key)
    if step is None or step.kind != "lab":
        raise gallery.NO_STEP
    return step


def grid_context(
    offering_id: UUID, lesson_key: str, step: Activity, pupils: Sequence[PupilRef]
) -> tuple[Grid, dict[str, Any]]:
    """What the grid's template needs; the same for its page and for the cockpit."""
    grid = grid_of(offering_id, lesson_key, step, pupils)
    context = {
        "grid": grid,
        "rows": drawn.rows(grid),
        "marks": drawn.key(),
        "heads": list(zip(grid.goals, grid.reached, strict=True)),
        "chosen": choices.counted((line.tally.choices for line in grid.lines), least=1),
    }
    return grid, context


@require_GET
@page(TABLE, OPEN)
def grid(request: ActorRequest, offering_id: UUID, lesson_key: str, step_key: str) -> HttpResponse:
    """Who reached which goal of one lab step; asked again every few seconds while it is open."""
    offering = _offering(request, offering_id)
    lesson = "" if lesson_key == FREE else lesson_key
    step = _step(offering, lesson, step_key)
    pupils = registry.pupils_of(offering.class_group_id)
    found, context = grid_context(offering.id, lesson, step, pupils)
    subjects = [line.pupil.id for line in found.lines]
    what = f"实验格子：{step.title}"
    trust.log_read(request.actor, verb=OPEN, subjects=subjects, scope_path=offering.scope_path, what=what)
    row = (
        Gallery.objects.unscoped(_WHY)
        .filter(offering_id=offering.id, lesson_key=lesson, activity_key=step_key)
        .first()
    )
    context |= {
        "offering": offering,
        "group": registry.org(offering.class_group_id),
        "step": step,
        "lesson_key": lesson,
        "url_lesson": lesson_key,
        "gallery": row,
        "etag": _tag(context),
    }
    return render(request, "learning/labs/grid.html", context)


@require_GET
@page(TABLE, OPEN)
def grid_piece(request: ActorRequest, offering_id: UUID, lesson_key: str, step_key: str) -> HttpResponse:
    """The grid alone, for the page that keeps it fresh; 304 when nothing changed."""
    offering = _offering(request, offering_id)
    lesson = "" if lesson_key == FREE else lesson_key
    pupils = registry.pupils_of(offering.class_group_id)
    _, context = grid_context(offering.id, lesson, _step(offering, lesson, step_key), pupils)
    etag = _tag(context)
    same = not_modified(request, etag)
    return same if same is not None else tagged(render(request, "learning/labs/_grid.html", context), etag)


def _tag(context: dict[str, Any]) -> str:
    shown = f"{context['rows']}{context['chosen']}"
    return hashlib.sha256(shown.encode()).hexdigest()[:20]


@require_POST
@page(TABLE, OPEN)
def set_gallery(request: ActorRequest, offering_id: UUID) -> HttpResponse:
    """Open, close, keep the pictures, or let them go at the end of the term."""
    TABLE.require(request.actor, OPEN, teaching.offering(offering_id))
    act = request.POST.get("act", "")
    changes: dict[str, dict[str, bool]] = {
        "open": {"is_open": True},
        "close": {"is_open": False},
        "keep": {"keeps_pictures": True},
        "let_go": {"keeps_pictures": False},
    }
    if act not in changes:
        raise UserError("没有这个动作", kept="什么也没有改。", next="刷新页面，再点一次。")
    lesson, step = request.POST.get("lesson", ""), request.POST.get("step", "")
    gallery.set_gallery(
        actor=request.actor, offering_id=offering_id, lesson_key=lesson, activity_key=step, **changes[act]
    )
    if request.POST.get("back") == "grid":
        return redirect("learning.lab_grid", offering_id, lesson or FREE, step)
    return redirect("learning.class_labs", offering_id)


@require_GET
@page(TABLE, LEARN)
def classmates(request: ActorRequest, gallery_id: UUID) -> HttpResponse:
    """Works of the own class, without names."""
    row = gallery.load_open(request.actor, gallery_id)
    works = gallery.shown_works(request.actor, row)
    context = {"gallery": row, "works": works, "who": device_name(request.actor.person_id)}
    return render(request, "learning/labs/gallery.html", context)


@require_GET
@page(TABLE, LEARN)
def classmates_work(request: ActorRequest, gallery_id: UUID, work_id: UUID) -> HttpResponse:
    """One of them, in the lab, to look at and try; nothing is kept."""
    row = gallery.load_open(request.actor, gallery_id)
    work, state = gallery.shown_one(request.actor, row, work_id)
    others = gallery.shown_works(request.actor, row)
    at = next((n for n, one in enumerate(others) if one.work_id == work.id), 0)
    context = {
        "gallery": row,
        "work": work,
        "shown": shown_state(work, state),
        "here": others[at],
        "before": others[at - 1] if at else None,
        "next": others[at + 1] if at + 1 < len(others) else None,
        "who": device_name(request.actor.person_id),
    }
    return render(request, "learning/labs/gallery_work.html", context)
