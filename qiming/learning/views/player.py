"""The player: a lesson in class or alone, a homework, a practice, a teacher trying."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from qiming.curriculum import queries as curriculum
from qiming.curriculum.access import EDIT
from qiming.curriculum.authoring import queries as authoring
from qiming.curriculum.types import Activity, Lesson
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.headers import devices
from qiming.kernel.http import ActorRequest, page, public_page
from qiming.kernel.templatetags.vite import dist_folder, manifest
from qiming.kernel.time import today
from qiming.learning.access import TABLE
from qiming.learning.consent import CAMERA
from qiming.learning.judging import station
from qiming.learning.judging.rules import LAB
from qiming.learning.labs import microphone
from qiming.learning.live import seen_by
from qiming.learning.models import PracticeRun
from qiming.learning.pages.player import (
    Seat,
    as_pupils_see,
    items_in,
    numbered,
    page_data,
    picked_step,
    reads_aloud,
)
from qiming.learning.services.common import item_in, lesson_in, own_offering
from qiming.registry.types import PupilRef
from qiming.resources.launching import queries as launching
from qiming.teaching import queries as teaching
from qiming.teaching.types import HomeworkRef, OfferingRef, PeriodState

LEARN = "learning.learn"
WORKER = "src/worker/main.ts"
GIVEN = (PeriodState.LIVE, PeriodState.TAUGHT, PeriodState.CONFIRMED)


@page(TABLE, LEARN)
def player(request: ActorRequest, offering_id: UUID, lesson_key: str) -> HttpResponse:
    """One lesson of the pupil's own class: with the class while it is taught, alone before and after."""
    offering, pupil = own_offering(request.actor, offering_id)
    lesson = lesson_in(offering, lesson_key)
    task = _task(request, offering, lesson)
    if task is None:
        _must_be_given(offering, lesson)
    ref = None if task else teaching.current_live_for(pupil.id)
    ours = ref if ref and (ref.offering_id, ref.lesson_key) == (offering.id, lesson.key) else None
    live = (
        seen_by(request.actor, teaching.live_state(ours.period_id, pupil.id))
        if ours and ours.has_joined
        else None
    )
    steps = [as_pupils_see(step) for step in (_homework_steps(task, lesson) if task else lesson.activities)]
    aloud = reads_aloud(lesson.course_version_id)
    seat = Seat(
        pupil_id=pupil.id,
        mode="learn",
        offering_id=offering.id,
        lesson_key=lesson.key,
        period_id=ours.period_id if ours and live else None,
        homework_id=task.id if task else None,
        live=live,
        seq=ours.seq if ours else 0,
        camera=_uses_camera(steps) and CAMERA.allows(pupil.id),
        microphone=microphone.may_record(pupil, [step.data["lab"] for step in steps if "lab" in step.data]),
        aloud=aloud,
        server=_server(steps, offering, pupil),
        done_url=reverse("learning.homework", args=[task.id]) if task else reverse("learning.home"),
    )
    context = {
        **(
            {}
            if task
            else launching.tools_of_lesson(offering.class_group_id, offering.scope_path, lesson.key)
        ),
        "lesson": lesson,
        "offering": offering,
        "task": task,
        "steps": steps,
        "labels": numbered(steps),
        "data": page_data(seat, steps, items_in(lesson, steps)),
        "outside": ours is not None and live is None,
        "primary": aloud,
    }
    answer = render(request, "learning/player.html", context)
    answer["Permissions-Policy"] = devices(camera=seat.camera, microphone=seat.microphone)
    return answer


def _uses_camera(steps: Sequence[Activity]) -> bool:
    """Whether some step has a lab into which pupils may bring pictures."""
    labs = (step.data.get("lab") for step in steps if step.kind == "lab")
    return any(lab and lab.get("settings", {}).get("allow_own_pictures", True) for lab in labs)


def _server(steps: Sequence[Activity], offering: OfferingRef, pupil: PupilRef) -> str:
    """What senior programs find on the school's server, when they may run there now."""
    if not any(step.kind == "lab" and step.data["lab"].get("id") == LAB for step in steps):
        return ""
    if not station.offers_notebook(offering.course_version_id, pupil.scope_path):
        return ""
    return station.is_open().packages


def _task(request: ActorRequest, offering: OfferingRef, lesson: Lesson) -> HomeworkRef | None:
    asked = request.GET.get("homework", "")
    if not asked:
        return None
    try:
        task = teaching.homework(UUID(asked))
    except ValueError as wrong:
        raise Denied(LEARN) from wrong
    if (
        task.offering_id != offering.id
        or task.lesson_key != lesson.key
        or not task.is_for(request.actor.person_id)
    ):
        raise Denied(LEARN)
    return task


def _must_be_given(offering: OfferingRef, lesson: Lesson) -> None:
    """A lesson opens on the day it is planned, or when it was taught; never spoilt before."""
    for period in teaching.periods_of(offering.id):
        if period.lesson_key == lesson.key and (period.state in GIVEN or period.planned_date <= today()):
            return
    raise UserError("这节课还没有上", next="等老师上到这一课就能打开；先看看作业和练习。", status=409)


def _homework_steps(task: HomeworkRef, lesson: Lesson) -> list[Activity]:
    steps = [step for step in lesson.activities if step.key in task.activity_keys]
    loose = [key for key in task.item_keys if not any(key in step.data.get("items", ()) for step in steps)]
    return [*steps, picked_step(loose, "作业题")] if loose else steps


@page(TABLE, LEARN)
def practice_run(request: ActorRequest, run_id: UUID) -> HttpResponse:
    """The items of one practice, each with the reason why it was chosen."""
    rows = PracticeRun.objects.for_actor(request.actor, "learning.see_own")
    run = TABLE.load(request.actor, "learning.see_own", rows, id=run_id)
    offering, pupil = own_offering(request.actor, run.offering_id)
    items = [item_in(offering, choice["item"]) for choice in run.choices]
    step = picked_step([item.key for item in items], "练一练")
    aloud = reads_aloud(offering.course_version_id)
    seat = Seat(
        pupil_id=pupil.id,
        mode="practice",
        offering_id=offering.id,
        practice_id=run.id,
        done_url=reverse("learning.practice_end", args=[run.id]),
        reasons={choice["item"]: choice["reason"] for choice in run.choices},
        aloud=aloud,
    )
    context = {
        "steps": [step],
        "data": page_data(seat, [step], items),
        "run": run,
        "offering": offering,
        "primary": aloud,
    }
    return render(request, "learning/practice_run.html", context)


@page(TABLE, "learning.try")
def try_lesson(request: ActorRequest, lesson_version_id: UUID) -> HttpResponse:
    """A teacher tries a lesson as a pupil would; nothing is recorded."""
    try:
        lesson = curriculum.lesson(lesson_version_id)
    except curriculum.NoSuchContent as missing:
        raise Denied("learning.try") from missing
    authoring.require_visible(request.actor, curriculum.course(lesson.course_version_id))
    back = reverse("curriculum.lesson", args=[lesson.id])
    aloud = reads_aloud(lesson.course_version_id)
    seat = Seat(None, "try", lesson_key=lesson.key, done_url=back, camera=True, microphone=True, aloud=aloud)
    return _tried(
        request, lesson, page_data(seat, lesson.activities, items_in(lesson, lesson.activities)), back
    )


@page(TABLE, "learning.try_draft")
def try_draft(request: ActorRequest, fork_id: UUID) -> HttpResponse:
    """The same with a draft of the school's version, as it stands now."""
    fork = authoring.load_fork(request.actor, EDIT, fork_id)
    lesson, items = authoring.draft(fork)
    asked = {key for step in lesson.activities for key in step.data.get("items", ())}
    back = reverse("curriculum.editor", args=[fork.id])
    aloud = reads_aloud(lesson.course_version_id)
    seat = Seat(None, "try", lesson_key=lesson.key, done_url=back, camera=True, microphone=True, aloud=aloud)
    seat = replace(seat, draft_id=fork.id)
    data = page_data(seat, lesson.activities, [item for item in items if item.key in asked])
    return _tried(request, lesson, data, back)


def _tried(request: ActorRequest, lesson: Lesson, data: dict[str, Any], back: str) -> HttpResponse:
    steps = list(lesson.activities)
    context = {
        "lesson": lesson,
        "steps": steps,
        "labels": numbered(steps),
        "data": data,
        "trying": True,
        "primary": data["aloud"],
        "back": back,
    }
    return render(request, "learning/player.html", context)


@public_page("浏览器存课页用的脚本，里面没有任何人的信息")
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, served under /learn/ so that it looks after these pages only."""
    file = dist_folder() / manifest()[WORKER]["file"]
    answer = HttpResponse(file.read_bytes(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer
