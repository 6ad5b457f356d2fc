"""The roster import: choose a file, look at what it would change, write it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiming.kernel import exports, tables
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.kernel.privacy import Grade
from qiming.registry import services
from qiming.registry.access import TABLE
from qiming.registry.forms import UploadForm, refuse
from qiming.registry.models import RosterImport
from qiming.registry.rules.names import class_name
from qiming.registry.rules.roster_diff import Change, Diff, Kind
from qiming.registry.rules.roster_rows import COLUMNS
from qiming.registry.services import rosters
from qiming.registry.types import grade_name
from qiming.registry.views.common import one_school

WRONG_ROWS = exports.declare(
    "registry.wrong_rows", "名单里要改的行：姓名、座号、学籍号", Grade.L3, TABLE, "registry.edit_roster"
)
_STEPS = ("选文件", "核对", "写入")


@page(TABLE, "registry.edit_roster")
def upload(request: ActorRequest) -> HttpResponse:
    school, schools = one_school(request, "registry.edit_roster")
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        try:
            return _receive(request, school.id, form.cleaned_data["file"])
        except UserError as error:
            refuse(form, error)
    recent = (
        RosterImport.objects.for_actor(request.actor, "registry.edit_roster")
        .filter(school_id=school.id)
        .order_by("-created_at")[:5]
    )
    return render(
        request,
        "registry/import_upload.html",
        {"school": school, "schools": schools, "form": form, "recent": recent, "steps": _steps(0)},
        status=422 if form.errors else 200,
    )


@page(TABLE, "registry.edit_roster")
def template(request: ActorRequest) -> HttpResponse:
    school, _ = one_school(request, "registry.edit_roster")
    grade = {"primary": 1, "junior": 7, "senior": 10}[school.stage.value]
    example = [school.name, grade_name(grade), "3班", 1, "（示例，请删掉）", ""]
    how = [
        ["学校", "可不填；填了就要是本校的名称"],
        ["年级", "七年级、初一、7 都可以"],
        ["班级", "3班、（3）班、3 都可以"],
        ["座号", "1 到 99，同一个班里不重复"],
        ["姓名", "最多30个字；少数民族姓名的间隔号写“·”。生僻字请用 .xlsx 保存"],
        ["学籍号", "可不填；只用来认出同一个学生，系统里只留末四位"],
    ]
    sheets = tables.xlsx([("名单", COLUMNS, [example]), ("填写说明", ("列", "怎么填"), how)])
    return exports.blank(sheets, called="班级名单模板.xlsx")


@page(TABLE, "registry.edit_roster")
def preview(request: ActorRequest, import_id: UUID) -> HttpResponse:
    return _preview(request, _load(request, import_id))


@require_POST
@page(TABLE, "registry.edit_roster")
def apply(request: ActorRequest, import_id: UUID) -> HttpResponse:
    kept = _load(request, import_id)
    try:
        services.apply_roster(
            actor=request.actor,
            import_id=kept.id,
            good_rows_only=request.POST.get("good_rows_only") == "on",
        )
    except UserError as error:
        return _preview(request, kept, error=error, status=error.status)
    return HttpResponseRedirect(reverse("registry.import", args=[kept.id]))


@require_POST
@page(TABLE, "registry.edit_roster")
def drop(request: ActorRequest, import_id: UUID) -> HttpResponse:
    services.drop_roster(actor=request.actor, import_id=import_id)
    return HttpResponseRedirect(f"{reverse('registry.classes')}?done=dropped")


@page(TABLE, "registry.edit_roster")
def wrong_rows(request: ActorRequest, import_id: UUID) -> HttpResponse:
    """The wrong rows as they were typed, with the reasons beside them: mend, and upload again."""
    kept = _load(request, import_id)
    return exports.leave(
        WRONG_ROWS,
        actor=request.actor,
        place=kept,
        data=rosters.wrong_rows_sheet(kept),
        called="名单要改的行.xlsx",
        media_type=exports.XLSX,
        thing_id=kept.id,
        rows=len(kept.wrong_rows),
    )


def _receive(request: ActorRequest, school_id: UUID, file: Any) -> HttpResponse:
    if file.size > tables.MAX_BYTES:
        raise UserError("文件超过 10 MB", next="请拆成几个文件，或删掉多余的工作表。", field="file")
    import_id = services.preview_roster(
        actor=request.actor, school_id=school_id, name=file.name, data=file.read()
    )
    return HttpResponseRedirect(reverse("registry.import", args=[import_id]))


def _preview(
    request: ActorRequest, kept: RosterImport, error: UserError | None = None, status: int = 200
) -> HttpResponse:
    state = kept.state
    open_now = state == RosterImport.State.PREVIEWED
    diff = rosters.preview_of(kept) if open_now else Diff((), (), ())
    return render(
        request,
        "registry/import_preview.html",
        {
            "kept": kept,
            "school": kept.school,
            "open": open_now,
            "applied": state == RosterImport.State.APPLIED,
            "counts": kept.counts,
            "columns": [column for column in COLUMNS if column != "学校"],
            "wrong": _wrong_lines(kept),
            "new": _lines(diff, Kind.NEW),
            "back": _lines(diff, Kind.BACK),
            "changed": _lines(diff, Kind.CHANGED),
            "ended": _lines(diff, Kind.ENDED),
            "new_classes": [class_name(*key) for key in diff.new_classes],
            "stale": open_now and rosters.is_stale(kept),
            "error": error,
            "steps": _steps(1 if open_now else 3),
        },
        status=status,
    )


def _lines(diff: Diff, kind: Kind) -> list[dict[str, Any]]:
    return [_line(change) for change in diff.of(kind)]


def _line(change: Change) -> dict[str, Any]:
    at = change.row or change.member
    assert at is not None
    return {
        "number": change.row.line if change.row else "",
        "class": class_name(*at.class_key),
        "seat": at.seat_no,
        "name": at.name,
        "says": change.says,
    }


def _wrong_lines(kept: RosterImport) -> list[dict[str, Any]]:
    problems: dict[int, list[dict[str, str]]] = {}
    for problem in kept.problems:
        problems.setdefault(problem["line"], []).append(problem)
    shown = []
    for row in kept.wrong_rows:
        wrong = {problem["column"]: problem["value"] for problem in problems.get(row["line"], [])}
        cells = [
            {
                "column": column,
                "value": _shown(column, row["cells"][column], wrong),
                "problem": column in wrong,
            }
            for column in COLUMNS
            if column != "学校"
        ]
        shown.append({"number": row["line"], "cells": cells, "problems": row["reasons"]})
    return shown


def _shown(column: str, typed: str, wrong: dict[str, str]) -> str:
    """What stands in the cell; an outside number only masked."""
    if column != "学籍号":
        return typed
    return wrong.get(column) or (f"…{typed[-4:]}" if typed else "")


def _load(request: ActorRequest, import_id: UUID) -> RosterImport:
    rows = RosterImport.objects.unscoped("filtered by the access table").select_related("school")
    return TABLE.load(request.actor, "registry.edit_roster", rows, id=import_id)


def _steps(now: int) -> list[dict[str, str]]:
    return [
        {"label": label, "state": "done" if at < now else "now" if at == now else ""}
        for at, label in enumerate(_STEPS)
    ]
