"""The timetable of a school: choose a file, look at what it says, write it."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiming.kernel import exports, tables, time
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.kernel.privacy import Grade
from qiming.registry import queries, services
from qiming.registry.access import TABLE
from qiming.registry.forms import refuse
from qiming.registry.forms_places import TimetableForm
from qiming.registry.models import TimetableImport
from qiming.registry.rules.timetable import COLUMNS, Weeks
from qiming.registry.services import timetables
from qiming.registry.types import OrgRef
from qiming.registry.views.common import done, one_school

EDIT = "registry.edit_timetable"
WRONG_ROWS = exports.declare("registry.timetable_wrong_rows", "课表里要改的行", Grade.L3, TABLE, EDIT)
_STEPS = ("选文件", "核对", "写入")
_DAYS = "一二三四五六日"
SHOWN = 60


@page(TABLE, EDIT)
def upload(request: ActorRequest) -> HttpResponse:
    """A file for a term."""
    school, schools = one_school(request, EDIT)
    terms = _terms(school)
    form = TimetableForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        terms=terms,
        initial={"term": _now(school)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _receive(request, school, form)
        except UserError as error:
            refuse(form, error)
    recent = TimetableImport.objects.for_actor(request.actor, EDIT).filter(school_id=school.id)
    return render(
        request,
        "registry/timetable_upload.html",
        {
            "school": school,
            "schools": schools,
            "form": form,
            "recent": recent.order_by("-created_at")[:5],
            "steps": _steps(0),
            "done": done(request),
        },
        status=422 if form.errors else 200,
    )


@page(TABLE, EDIT)
def template(request: ActorRequest) -> HttpResponse:
    return exports.blank(timetables.template(), called="课表模板.xlsx")


@page(TABLE, EDIT)
def preview(request: ActorRequest, import_id: UUID) -> HttpResponse:
    return _preview(request, _load(request, import_id))


@require_POST
@page(TABLE, EDIT)
def apply(request: ActorRequest, import_id: UUID) -> HttpResponse:
    kept = _load(request, import_id)
    try:
        services.apply_timetable(
            actor=request.actor,
            import_id=kept.id,
            good_rows_only=request.POST.get("good_rows_only") == "on",
        )
    except UserError as error:
        return _preview(request, kept, error=error, status=error.status)
    return HttpResponseRedirect(reverse("registry.timetable", args=[kept.id]))


@require_POST
@page(TABLE, EDIT)
def drop(request: ActorRequest, import_id: UUID) -> HttpResponse:
    kept = _load(request, import_id)
    services.drop_timetable(actor=request.actor, import_id=kept.id)
    return HttpResponseRedirect(
        f"{reverse('registry.timetables')}?school={kept.school_id}&done=timetable_dropped"
    )


@page(TABLE, EDIT)
def wrong_rows(request: ActorRequest, import_id: UUID) -> HttpResponse:
    """The wrong rows with the reasons beside them: mend, and upload again."""
    kept = _load(request, import_id)
    return exports.leave(
        WRONG_ROWS,
        actor=request.actor,
        place=kept,
        data=timetables.wrong_rows_sheet(kept),
        called="课表要改的行.xlsx",
        media_type=exports.XLSX,
        thing_id=kept.id,
    )


def _receive(request: ActorRequest, school: OrgRef, form: TimetableForm) -> HttpResponse:
    file = form.cleaned_data["file"]
    if file.size > tables.MAX_BYTES:
        raise UserError("文件超过 10 MB", next="请按年级拆成几个文件。", field="file")
    year, _, no = form.cleaned_data["term"].partition("/")
    key = services.preview_timetable(
        actor=request.actor,
        school_id=school.id,
        year_key=year,
        term_no=int(no),
        name=file.name,
        data=file.read(),
    )
    return HttpResponseRedirect(reverse("registry.timetable", args=[key]))


def _preview(
    request: ActorRequest, kept: TimetableImport, error: UserError | None = None, status: int = 200
) -> HttpResponse:
    is_open = kept.state == TimetableImport.State.PREVIEWED
    names = queries.orgs({UUID(row["place_id"]) for row in kept.rows})
    people = queries.persons_named(UUID(row["teacher_id"]) for row in kept.rows if row["teacher_id"])
    return render(
        request,
        "registry/timetable_preview.html",
        {
            "kept": kept,
            "school": kept.school,
            "columns": COLUMNS,
            "wrong": [_wrong(row) for row in kept.problems[:SHOWN]],
            "wrong_more": max(0, len(kept.problems) - SHOWN),
            "lines": [_line(row, names, people) for row in kept.rows[:SHOWN]],
            "more": max(0, len(kept.rows) - SHOWN),
            "is_open": is_open,
            "is_applied": kept.state == TimetableImport.State.APPLIED,
            "term": "一二"[kept.term_no - 1],
            "error": error,
            "steps": _steps(1 if is_open else 3),
        },
        status=status,
    )


def _line(row: dict[str, object], names: dict[UUID, OrgRef], people: dict[UUID, str]) -> dict[str, object]:
    place = names.get(UUID(str(row["place_id"])))
    weeks = Weeks(int(str(row["first_week"])), int(str(row["last_week"])), str(row["parity"]))
    return {
        "place": place.name if place else "",
        "at": f"周{_DAYS[int(str(row['weekday'])) - 1]}第{row['slot_no']}节",
        "course": row["course"],
        "teacher": people.get(UUID(str(row["teacher_id"])), "") if row["teacher_id"] else "",
        "weeks": weeks.words,
    }


def _wrong(row: dict[str, object]) -> dict[str, object]:
    cells, bad = row["cells"], row["columns"]
    assert isinstance(cells, dict) and isinstance(bad, list)
    shown = [{"column": one, "value": cells.get(one, ""), "problem": one in bad} for one in COLUMNS]
    return {"number": row["line"], "cells": shown, "said": row["said"]}


def _terms(school: OrgRef) -> list[tuple[str, str]]:
    return [
        (f"{year.key}/{term.no}", f"{year.key}学年{term.name}")
        for year in queries.years()
        if year.ends >= time.today()
        for term in queries.terms(year.key, school.path)
    ]


def _now(school: OrgRef) -> str:
    """The term that is on, else the next to come."""
    found = [
        (term.ends, f"{year.key}/{term.no}")
        for year in queries.years()
        for term in queries.terms(year.key, school.path)
        if term.ends >= time.today()
    ]
    return min(found)[1] if found else ""


def _load(request: ActorRequest, import_id: UUID) -> TimetableImport:
    rows = TimetableImport.objects.unscoped("filtered by the access table").select_related("school")
    return TABLE.load(request.actor, EDIT, rows, id=import_id)


def _steps(now: int) -> list[dict[str, str]]:
    return [
        {"label": label, "state": "done" if at < now else "now" if at == now else ""}
        for at, label in enumerate(_STEPS)
    ]
