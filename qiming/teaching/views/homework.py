"""Homework set for a class: give it, move it, take it back; who handed in, the learning room shows."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import strip_tags
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Lesson
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.kernel.time import at_local, now, today
from qiming.registry import queries as registry
from qiming.teaching import queries, services
from qiming.teaching.access import SEE_HOMEWORK, SET_HOMEWORK, TABLE
from qiming.teaching.consent import HOMEWORK
from qiming.teaching.forms import DueForm, HomeworkForm
from qiming.teaching.models import Homework, Offering
from qiming.teaching.queries.refs import homework_ref, offering_ref
from qiming.teaching.types import HomeworkRef, OfferingRef, PeriodState
from qiming.teaching.views.common import HOME, Crumb, done, refuse, said


def _crumbs(offering: OfferingRef, *more: Crumb) -> list[Crumb]:
    return [HOME, (offering.title, f"/teach/offerings/{offering.id}/"), *more]


@require_GET
@page(TABLE, SEE_HOMEWORK)
def homework_list(request: ActorRequest, offering_id: UUID) -> HttpResponse:
    """What was given, the latest due first."""
    row = TABLE.load(request.actor, SEE_HOMEWORK, Offering, id=offering_id)
    ref = offering_ref(row)
    given = queries.homework_of(ref.id)
    context = {
        "offering": ref,
        "group": registry.org(ref.class_group_id),
        "given": [{"ref": one, "is_due": one.due_at < now()} for one in given],
        "may_set": ref.is_open and TABLE.allows(request.actor, SET_HOMEWORK, row),
        "said": said(request),
        "crumbs": _crumbs(ref, ("作业", "")),
    }
    return render(request, "teaching/homework_list.html", context)


@require_http_methods(["GET", "POST"])
@page(TABLE, SET_HOMEWORK)
def homework_new(request: ActorRequest, offering_id: UUID) -> HttpResponse:
    """Give homework from one lesson; the last one taught is taken unless another is chosen."""
    ref = offering_ref(TABLE.load(request.actor, SET_HOMEWORK, Offering, id=offering_id))
    lesson = _lesson(ref, request.POST.get("lesson_key") or request.GET.get("lesson", ""))
    pupils = registry.pupils_of(ref.class_group_id)
    form = HomeworkForm(
        request.POST or None,
        parts=_parts(lesson),
        pupils=[(str(one.id), f"{one.seat_no}号 {one.name}") for one in pupils],
        initial={
            "title": f"第{lesson.position}课 {lesson.title}",
            "due_at": at_local(today() + timedelta(days=7), 20),
            "whom": "class",
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.set_homework(actor=request.actor, offering_id=ref.id, task=_task(form, lesson))
            return done("teaching.homework", made.id, said="set")
        except UserError as error:
            refuse(form, error)
    context = {
        "form": form,
        "offering": ref,
        "lesson": lesson,
        "lessons": curriculum.lessons_of(ref.course_version_id),
        "group": registry.org(ref.class_group_id),
        "crumbs": _crumbs(ref, ("作业", f"/teach/offerings/{ref.id}/homework/"), ("布置", "")),
    }
    return render(request, "teaching/homework_new.html", context, status=422 if form.errors else 200)


def _lesson(ref: OfferingRef, key: str) -> Lesson:
    found = curriculum.lesson_of_course(ref.course_version_id, key) if key else None
    if found is not None:
        return found
    held = [
        one.lesson_key
        for one in queries.periods_of(ref.id)
        if one.state not in (PeriodState.PLANNED, PeriodState.CANCELLED)
    ]
    lessons = curriculum.lessons_of(ref.course_version_id)
    latest = next((one for one in reversed(lessons) if one.key in held), lessons[0])
    return curriculum.lesson(latest.id)


def _parts(lesson: Lesson) -> list[tuple[str, str]]:
    steps = [(f"a:{one.key}", f"环节 {one.title}（{one.kind_words}）") for one in lesson.activities]
    items = [
        (f"i:{one.key}", f"第{one.position}题 {_short(strip_tags(one.stem_html))}（{one.kind_words}）")
        for one in curriculum.items_of(lesson.id, use="homework")
    ]
    return steps + items


def _short(text: str, most: int = 44) -> str:
    said = " ".join(text.split())
    return said if len(said) <= most else f"{said[:most]}…"


def _task(form: HomeworkForm, lesson: Lesson) -> services.Task:
    given = form.cleaned_data
    parts: list[str] = given["parts"]
    some = given["whom"] == "some"
    return services.Task(
        title=given["title"],
        lesson_key=lesson.key,
        activity_keys=[one[2:] for one in parts if one.startswith("a:")],
        item_keys=[one[2:] for one in parts if one.startswith("i:")],
        due_at=given["due_at"],
        note=given["note"],
        pupil_ids=[UUID(one) for one in given["pupil_ids"]] if some else None,
    )


@require_GET
@page(TABLE, SEE_HOMEWORK)
def homework(request: ActorRequest, homework_id: UUID) -> HttpResponse:
    row = TABLE.load(request.actor, SEE_HOMEWORK, Homework, id=homework_id)
    return _page(request, homework_ref(row), DueForm(initial={"due_at": row.due_at}))


def _page(request: ActorRequest, ref: HomeworkRef, form: DueForm) -> HttpResponse:
    offering = queries.offering(ref.offering_id)
    lesson = curriculum.lesson_of_course(offering.course_version_id, ref.lesson_key)
    names = dict(_parts(lesson)) if lesson else {}
    given_to = [one for one in registry.pupils_of(ref.class_group_id) if ref.is_for(one.id)]
    may_set = TABLE.allows(request.actor, SET_HOMEWORK, ref)
    # Who got what for practice says what somebody cannot do yet: beyond the class with consent only.
    agree = HOMEWORK.among([one.id for one in given_to]) if not may_set else None
    pupils = [one for one in given_to if agree is None or one.id in agree]
    context = {
        "homework": ref,
        "offering": offering,
        "group": registry.org(ref.class_group_id),
        "parts": [names.get(f"a:{key}", key) for key in ref.activity_keys]
        + [names.get(f"i:{key}", key) for key in ref.item_keys],
        "pupils": pupils,
        "given_to": len(given_to),
        "unnamed": len(given_to) - len(pupils),
        "is_due": ref.due_at < now(),
        "form": form,
        "may_set": may_set,
        "said": said(request),
        "crumbs": _crumbs(offering, ("作业", f"/teach/offerings/{offering.id}/homework/"), (ref.title, "")),
    }
    return render(request, "teaching/homework.html", context, status=422 if form.errors else 200)


@require_POST
@page(TABLE, SET_HOMEWORK)
def homework_move(request: ActorRequest, homework_id: UUID) -> HttpResponse:
    ref = homework_ref(TABLE.load(request.actor, SET_HOMEWORK, Homework, id=homework_id))
    form = DueForm(request.POST)
    if form.is_valid():
        try:
            services.change_due(
                actor=request.actor, homework_id=homework_id, due_at=form.cleaned_data["due_at"]
            )
            return done("teaching.homework", homework_id, said="due")
        except UserError as error:
            refuse(form, error)
    return _page(request, ref, form)


@require_POST
@page(TABLE, SET_HOMEWORK)
def homework_withdraw(request: ActorRequest, homework_id: UUID) -> HttpResponse:
    services.withdraw_homework(actor=request.actor, homework_id=homework_id)
    return done("teaching.homework", homework_id, said="withdrawn")
