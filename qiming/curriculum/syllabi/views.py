"""Syllabuses and what covers them; bringing one from a spreadsheet."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiming.curriculum import coverage
from qiming.curriculum import queries as courses
from qiming.curriculum.access import BRING_SYLLABUS, BROWSE, TABLE
from qiming.curriculum.models import SyllabusSheet
from qiming.curriculum.syllabi import queries, services
from qiming.curriculum.syllabi.forms import ColumnsForm, SheetForm
from qiming.curriculum.syllabi.rules import FIELDS, STAGES, Reading
from qiming.curriculum.types import STATUS_WORDS, SyllabusRef
from qiming.kernel import exports, tables
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries as registry

SHELF = ("课程", "/courses/")
SYLLABUS = ("课程纲要", "/syllabus/")
SHOWN = 60
_STEPS = ("选文件", "对列、核对", "写入")


@page(TABLE, BROWSE)
def syllabus_page(request: ActorRequest) -> HttpResponse:
    """All syllabuses seen at the actor's places with the lessons written for them."""
    return _syllabuses(request, queries.syllabuses(*queries.paths_of(request.actor)))


@page(TABLE, BROWSE)
def syllabus_version(request: ActorRequest, key: str) -> HttpResponse:
    """One syllabus alone: also a version that is no longer current."""
    found = queries.syllabus_for(request.actor, key)
    if found is None:
        raise Denied(BROWSE)
    return _syllabuses(request, [found], alone=True)


def _syllabuses(
    request: ActorRequest, versions: Sequence[SyllabusRef], *, alone: bool = False
) -> HttpResponse:
    everything = [outcome for version in versions for outcome in version.outcomes]
    known = courses.courses()
    rows = []
    for version in versions:
        covered = coverage.outcomes_covered(version, everything, known)
        stages = [
            (words, [one for one in covered if one.outcome.stage == stage]) for stage, words in STAGES.items()
        ]
        without = sum(not one.lessons for one in covered)
        by = registry.org_by_path(version.scope_path).name if version.scope_path else ""
        others = [one for one in queries.versions_of(version) if one.key != version.key]
        rows.append((version, [(words, some) for words, some in stages if some], without, by, others))
    found = {
        "versions": rows,
        "alone": alone,
        "may_bring": bool(services.places_of(request.actor)),
        "crumbs": [SHELF, SYLLABUS, (versions[0].title, "")] if alone else [SHELF, ("课程纲要", "")],
    }
    return render(request, "curriculum/syllabus.html", found)


@page(TABLE, BRING_SYLLABUS)
def bring(request: ActorRequest) -> HttpResponse:
    """Send a sheet; those that were sent."""
    places = services.places_of(request.actor)
    form = SheetForm(*((request.POST, request.FILES) if request.method == "POST" else ()), places=places)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            if file.size > tables.MAX_BYTES:
                raise UserError("文件超过 10 MB", next="请删掉多余的工作表。", field="file")
            place = UUID(form.cleaned_data["place"])
            made = services.read_sheet(actor=request.actor, place_id=place, name=file.name, data=file.read())
            return HttpResponseRedirect(reverse("curriculum.syllabus_sheet", args=[made]))
        except UserError as error:
            form.add_error("file", _said(error))
    sent = SyllabusSheet.objects.for_actor(request.actor, BRING_SYLLABUS).defer("rows")
    mine = sent.filter(scope_path__in=[one.path for one in places]).order_by("-created_at")[:10]
    found = {"form": form, "rows": mine, "steps": _steps(0), "crumbs": [SHELF, SYLLABUS, ("带一份进来", "")]}
    return render(request, "curriculum/syllabus_bring.html", found, status=422 if form.errors else 200)


@page(TABLE, BRING_SYLLABUS)
def template(request: ActorRequest) -> HttpResponse:
    headings = [words for words, _, _ in FIELDS.values()]
    example = ["（示例，请删掉）能说出……", "初中", "七年级", "人工智能基本概念", "正式文件第3页", "", ""]
    how = [
        ["学习结果", "必填，一行一条，最多500字"],
        ["学段、年级", "填一样就行：小学、初中、高中；七年级、初一、7"],
        ["对应的课", "课名，或《课程》第几课；几课之间用分号"],
    ]
    data = tables.xlsx([("课程纲要", headings, [example]), ("填写说明", ("列", "怎么填"), how)])
    return exports.blank(data, called="课程纲要模板.xlsx")


@page(TABLE, BRING_SYLLABUS)
def sheet(request: ActorRequest, sheet_id: UUID) -> HttpResponse:
    """Which column is what, and what would be written."""
    kept = _load(request, sheet_id)
    form = ColumnsForm(request.POST if request.method == "POST" else None, sheet=kept)
    if request.method == "POST":
        if form.is_valid():
            try:
                services.name_columns(
                    actor=request.actor, sheet_id=kept.id, columns=form.columns(), about=form.about()
                )
                return HttpResponseRedirect(reverse("curriculum.syllabus_sheet", args=[kept.id]) + "#check")
            except UserError as error:
                form.add_error(None, _said(error))
        return _sheet(request, kept, form, status=422)
    return _sheet(request, kept, form)


@require_POST
@page(TABLE, BRING_SYLLABUS)
def apply(request: ActorRequest, sheet_id: UUID) -> HttpResponse:
    kept = _load(request, sheet_id)
    try:
        services.apply_sheet(
            actor=request.actor, sheet_id=kept.id, good_rows_only=request.POST.get("good_rows_only") == "on"
        )
    except UserError as error:
        return _sheet(request, kept, ColumnsForm(sheet=kept), error=error, status=error.status)
    return HttpResponseRedirect(reverse("curriculum.syllabus_sheet", args=[kept.id]))


@require_POST
@page(TABLE, BRING_SYLLABUS)
def drop(request: ActorRequest, sheet_id: UUID) -> HttpResponse:
    services.drop_sheet(actor=request.actor, sheet_id=_load(request, sheet_id).id)
    return HttpResponseRedirect(reverse("curriculum.bring_syllabus"))


def _load(request: ActorRequest, sheet_id: UUID) -> SyllabusSheet:
    kept: SyllabusSheet = TABLE.load(request.actor, BRING_SYLLABUS, SyllabusSheet, id=sheet_id)
    return kept


def _sheet(
    request: ActorRequest,
    kept: SyllabusSheet,
    form: ColumnsForm,
    error: UserError | None = None,
    status: int = 200,
) -> HttpResponse:
    is_open = kept.state == SyllabusSheet.State.READ
    ready = is_open and "published" in kept.about
    reading = services.preview(kept) if ready else Reading((), ())
    found = {
        "kept": kept,
        "place": registry.org_by_path(str(kept.scope_path)),
        "form": form,
        "is_open": is_open,
        "applied": kept.state == SyllabusSheet.State.APPLIED,
        "ready": ready,
        "wrong": reading.problems[:SHOWN],
        "wrong_lines": len({one.line for one in reading.problems}),
        "wrong_more": max(0, len(reading.problems) - SHOWN),
        "outcomes": [(one, STAGES[one.stage], _titles(one.lessons)) for one in reading.outcomes[:SHOWN]],
        "count": len(reading.outcomes),
        "more": max(0, len(reading.outcomes) - SHOWN),
        "without": sum(not one.lessons for one in reading.outcomes),
        "version": services.next_version(kept),
        "status_words": STATUS_WORDS.get(kept.about.get("status", ""), ""),
        "sample": [(line, list(cells.items())) for line, cells in kept.rows[:1]],
        "error": error,
        "steps": _steps(1 if is_open else 3),
        "crumbs": [
            SHELF,
            SYLLABUS,
            ("带一份进来", reverse("curriculum.bring_syllabus")),
            (kept.file_name, ""),
        ],
    }
    return render(request, "curriculum/syllabus_sheet.html", found, status=status)


def _titles(keys: Sequence[str]) -> list[str]:
    if not keys:
        return []
    named = {
        one.key: f"{course.title} 第{one.position}课"
        for course in courses.courses()
        for one in course.lessons
    }
    return [named.get(key, key) for key in keys]


def _said(error: UserError) -> str:
    return "。".join(part.rstrip("。") for part in (error.message, error.next) if part) + "。"


def _steps(current: int) -> list[dict[str, str]]:
    return [
        {"label": label, "state": "done" if at < current else "now" if at == current else ""}
        for at, label in enumerate(_STEPS)
    ]
