"""Pages around a period: items for a class, homework in three sets, a visit's sheet, looking back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiming.assist.access import TABLE
from qiming.assist.models import LessonVisit
from qiming.assist.planner import after, around, queries
from qiming.assist.planner.access import LOOK_BACK, PLAN, VISIT
from qiming.assist.planner.forms import BankForm, SetsForm
from qiming.assist.planner.making import WHY
from qiming.assist.planner.rules.bank import LEVEL_WORDS, LEVELS, MOST, Bank
from qiming.assist.planner.rules.visit import LEVELS as MARKS
from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import KIND_WORDS, Item
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.kernel.time import SHANGHAI, at_local, today
from qiming.registry import queries as registry
from qiming.teaching import queries as teaching
from qiming.teaching.access import SEE_PERIOD
from qiming.teaching.access import TABLE as TEACHING
from qiming.teaching.types import OfferingRef, PeriodRef
from qiming.trust import services as trust

HOME = ("上课", "/teach/")
USUAL_ITEMS, USUAL_MINUTES = 10, 15


def _offering(request: ActorRequest, offering_id: UUID) -> OfferingRef:
    offering = teaching.offering(offering_id)
    TABLE.require(request.actor, PLAN, offering)
    return offering


def _crumbs(offering: OfferingRef, words: str) -> list[tuple[str, str]]:
    start = reverse("assist.plan_start", query={"offering": str(offering.id)})
    return [HOME, (offering.title, f"/teach/offerings/{offering.id}/"), ("备课", start), (words, "")]


@require_GET
@page(TABLE, PLAN)
def bank(request: ActorRequest, offering_id: UUID) -> HttpResponse:
    """Items by a table of concept and difficulty, with what is missing."""
    return render(request, "assist/planner/bank.html", _bank(request, offering_id))


@require_GET
@page(TABLE, PLAN)
def bank_print(request: ActorRequest, offering_id: UUID) -> HttpResponse:
    """The same items on paper, answers on a sheet of their own."""
    return render(request, "assist/planner/bank_print.html", _bank(request, offering_id))


def _bank(request: ActorRequest, offering_id: UUID) -> dict[str, Any]:
    offering = _offering(request, offering_id)
    concepts = around.concepts_of(offering)
    usual: dict[str, Any] = {
        "total": USUAL_ITEMS,
        "concepts": around.met_concepts(offering),
        "kinds": [],
    }
    form = BankForm(request.GET if "total" in request.GET else None, concepts=concepts, initial=usual)
    said = form.cleaned_data if form.is_bound and form.is_valid() else usual
    chosen = list(said["concepts"]) or [key for key, _ in concepts]
    made, known = around.bank_of(offering, chosen, min(said["total"], MOST), list(said["kinds"]))
    items = {item.key: item for item in curriculum.items_of_course(offering.course_version_id)}
    return {
        "form": form,
        "bank": made,
        "rows": _rows(made, dict(concepts)),
        "levels": [LEVEL_WORDS[level] for level in LEVELS],
        "kinds": [(KIND_WORDS[kind], n) for kind, n in made.kinds],
        "lines": [_line(items[str(one["id"])]) for one in made.items if str(one["id"]) in items],
        "offering": offering,
        "group": registry.org(offering.class_group_id),
        "query": request.GET.urlencode(),
        "is_known": known.is_known,
        "crumbs": _crumbs(offering, "题库"),
    }


def _rows(made: Bank, titles: dict[str, str]) -> list[dict[str, Any]]:
    """The table, a row for each concept."""
    found: dict[str, list[Any]] = {}
    for cell in made.cells:
        found.setdefault(cell.concept, []).append(cell)
    return [
        {
            "title": titles.get(key, key),
            "cells": cells,
            "wanted": sum(cell.wanted for cell in cells),
            "found": sum(cell.found for cell in cells),
        }
        for key, cells in found.items()
        if any(cell.wanted for cell in cells)
    ]


def _line(item: Item) -> dict[str, Any]:
    return {"item": item, "level": LEVEL_WORDS.get(item.difficulty, ""), "kind": item.kind_words}


@require_http_methods(["GET", "POST"])
@page(TABLE, PLAN)
def homework_sets(request: ActorRequest, offering_id: UUID, lesson_key: str) -> HttpResponse:
    """Homework of one lesson in three sets; POST gives it to the three groups."""
    offering = _offering(request, offering_id)
    lesson = curriculum.lesson_of_course(offering.course_version_id, lesson_key)
    if lesson is None:
        raise Denied(PLAN)
    usual = {"minutes": USUAL_MINUTES, "due_at": at_local(today() + timedelta(days=7), 20)}
    asked = request.POST if request.method == "POST" else request.GET
    form = SetsForm(asked if "minutes" in asked else None, initial=usual)
    if "minutes" in asked and request.method == "GET" and "due_at" not in asked:
        form = SetsForm({**usual, "minutes": asked["minutes"], "due_at": usual["due_at"]}, initial=usual)
    is_fine = form.is_bound and form.is_valid()
    minutes = form.cleaned_data["minutes"] if is_fine else USUAL_MINUTES
    sets = around.sets_of(offering, lesson_key, minutes)
    error: UserError | None = None
    if request.method == "POST" and is_fine:
        try:
            _give(request, offering, lesson_key, sets, form)
            return HttpResponseRedirect(reverse("teaching.homework_list", args=[offering.id]))
        except UserError as refusal:
            error = refusal
    named = [pupil.id for line in sets for pupil in line.pupils]
    group = registry.org(offering.class_group_id)
    trust.log_read(
        request.actor, verb=PLAN, subjects=named, scope_path=offering.scope_path, what="分层作业的三组"
    )
    items = {item.key: item for item in curriculum.items_of(lesson.id)}
    context = {
        "form": form,
        "sets": [(line, [items[str(one["id"])] for one in line.task.items]) for line in sets],
        "offering": offering,
        "lesson": lesson,
        "group": group,
        "error": error,
        "discuss": next((one for one in lesson.activities if one.kind == "discuss"), None),
        "crumbs": _crumbs(offering, "分层作业"),
    }
    wrong = request.method == "POST"
    return render(request, "assist/planner/homework.html", context, status=422 if wrong else 200)


def _give(
    request: ActorRequest,
    offering: OfferingRef,
    lesson_key: str,
    sets: tuple[around.SetLine, ...],
    form: SetsForm,
) -> None:
    lesson = curriculum.lesson_of_course(offering.course_version_id, lesson_key)
    name = f"第{lesson.position}课 {lesson.title}" if lesson else offering.title
    given = {
        line.task.key: (
            f"{name}（{line.task.minutes}分钟）",
            tuple(str(item["id"]) for item in line.task.items),
            tuple(pupil.id for pupil in line.pupils),
        )
        for line in sets
    }
    due = form.cleaned_data["due_at"]
    due = due if due.tzinfo else due.replace(tzinfo=SHANGHAI)
    after.set_sets(
        actor=request.actor, offering_id=offering.id, lesson_key=lesson_key, sets=given, due_at=due
    )


@require_http_methods(["GET", "POST"])
@page(TABLE, VISIT)
def visit(request: ActorRequest, period_id: UUID) -> HttpResponse:
    """The sheet of one observer, filled on a phone while the lesson runs."""
    period = queries.load_period(request.actor, period_id, VISIT)
    error: UserError | None = None
    if request.method == "POST":
        marks = {
            name.removeprefix("m-"): str(said) for name, said in request.POST.items() if name[:2] == "m-"
        }
        try:
            after.fill_visit(
                actor=request.actor,
                period_id=period.id,
                marks=marks,
                note=request.POST.get("note", ""),
                done=request.POST.get("act") == "hand",
            )
            return HttpResponseRedirect(reverse("assist.visit", args=[period.id], query={"said": "kept"}))
        except UserError as refusal:
            error = refusal
    context = _visit(request, period) | {"error": error, "said": request.GET.get("said") == "kept"}
    if error is not None:
        context["note"] = request.POST.get("note", "")
    return render(request, "assist/planner/visit.html", context, status=error.status if error else 200)


@require_GET
@page(TABLE, VISIT)
def visit_print(request: ActorRequest, period_id: UUID) -> HttpResponse:
    """The same sheet on paper, empty where nothing was marked."""
    period = queries.load_period(request.actor, period_id, VISIT)
    return render(request, "assist/planner/visit_print.html", _visit(request, period))


def _visit(request: ActorRequest, period: PeriodRef) -> dict[str, Any]:
    rows = LessonVisit.objects.unscoped(WHY)
    sheet = rows.filter(period_id=period.id, made_by=request.actor.person_id).first()
    listed = sheet.indicators if sheet else around.plain_plan(period, queries.plan_of_period(period))
    marks = sheet.marks if sheet else {}
    return {
        "period": period,
        "group": registry.org(period.class_group_id),
        "sheet": sheet,
        "note": sheet.note if sheet else "",
        "rows": [{**one, "mark": marks.get(one["key"], "")} for one in listed],
        "marks": MARKS,
        "crumbs": _way_to(request, period),
    }


def _way_to(request: ActorRequest, period: PeriodRef) -> list[tuple[str, str]]:
    """By the period, for whoever may see it; a colleague of another class came by the address alone."""
    if TEACHING.allows(request.actor, SEE_PERIOD, period):
        return [HOME, (period.label, f"/teach/periods/{period.id}/"), ("观课表", "")]
    return [HOME, ("观课表", "")]


@require_http_methods(["GET", "POST"])
@page(TABLE, LOOK_BACK)
def look_back(request: ActorRequest, period_id: UUID) -> HttpResponse:
    """What was planned beside what happened, who was stuck, what colleagues saw; POST keeps the reflection."""
    period = queries.load_period(request.actor, period_id, LOOK_BACK)
    error: UserError | None = None
    text, next_time = request.POST.get("text", ""), request.POST.get("next_time", "")
    if request.method == "POST":
        try:
            after.reflect(actor=request.actor, period_id=period.id, text=text, next_time=next_time)
            return HttpResponseRedirect(reverse("assist.look_back", args=[period.id]))
        except UserError as refusal:
            error = refusal
    found = around.look_back(period)
    trust.log_read(
        request.actor,
        verb=LOOK_BACK,
        subjects=around.subjects(found),
        scope_path=period.scope_path,
        what="课后回看",
    )
    kept = queries.reflection_of(period.id)
    context = {
        "period": period,
        "group": registry.org(period.class_group_id),
        "found": found,
        "kept": kept,
        "text": text or (kept.text if kept else ""),
        "next_time": next_time or (kept.next_time if kept else ""),
        "visits": [_sheet(row, name) for row, name in queries.visits_of(period.id)],
        "plan": queries.plan_of_period(period),
        "error": error,
        "crumbs": [HOME, (period.label, f"/teach/periods/{period.id}/"), ("课后回看", "")],
    }
    return render(request, "assist/planner/look_back.html", context, status=error.status if error else 200)


def _sheet(row: LessonVisit, name: str) -> dict[str, Any]:
    words = dict(MARKS)
    marked = [(one["at"], words[row.marks[one["key"]]]) for one in row.indicators if one["key"] in row.marks]
    return {"name": name, "note": row.note, "marked": marked}
