"""Periods taught without the platform, their photos, and past terms from a sheet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.curriculum import queries as curriculum
from qiming.kernel import exports, files
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.kernel.time import today
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, PupilRef
from qiming.teaching import services
from qiming.teaching.access import AMEND, IMPORT, RECORD, SEE_PHOTO, TABLE
from qiming.teaching.forms import OtherForm, PastForm, PhotosForm, StatedPhotos, slot_choices
from qiming.teaching.models import PastImport, PeriodPhoto, TaughtPeriod
from qiming.teaching.queries.refs import WHY, period_ref
from qiming.teaching.rules.past import HEADINGS
from qiming.teaching.services.roster import roster_on
from qiming.teaching.types import AttendanceStatus, PeriodRef
from qiming.teaching.views.common import HOME, classes_seen_by, done, refuse, said
from qiming.teaching.views.periods import exceptions_of, offer_pictured, posted_marks


def _groups(actor: Actor) -> list[OrgRef]:
    groups = [one for one in classes_seen_by(actor) if TABLE.allows(actor, RECORD, one)]
    if not groups:
        raise UserError("你现在没有可以补记的班", next="请学校管理员把你排成任课教师。", status=403)
    return groups


def _outcomes(group: OrgRef) -> list[tuple[str, str]]:
    return [
        (one.key, f"{one.text}（{one.syllabus_title}）")
        for one in curriculum.outcomes(group.stage.value, group.path)
    ]


def _photos(form: StatedPhotos) -> list[services.Photo]:
    given: list[UploadedFile[bytes]] = form.cleaned_data["photos"]
    named = form.cleaned_data["pictured"] if form.cleaned_data["faces"] == "some" else []
    pictured = frozenset(UUID(one) for one in named)
    return [services.Photo(one.name or "照片", one.read(), pictured) for one in given]


def _form(request: ActorRequest, group: OrgRef, groups: list[OrgRef], *, fixed: bool) -> OtherForm:
    posted = request.method == "POST"
    form = OtherForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        classes=[(str(one.id), one.name) for one in groups],
        slots=slot_choices(registry.slot_times(group.id)),
        outcomes=_outcomes(group),
        fixed=fixed,
        initial={"class_id": str(group.id), "on": today(), "credited_minutes": 45},
    )
    offer_pictured(form, group.id)
    return form


def _told(form: OtherForm, request: ActorRequest, **fixed: Any) -> services.Told:
    given = form.cleaned_data | fixed
    return services.Told(
        class_id=UUID(str(given["class_id"])),
        on=given["on"],
        slot_no=given["slot_no"],
        title=given["title"],
        materials=given["materials"],
        credited_minutes=given["credited_minutes"],
        outcome_ids=given.get("outcome_ids", []),
        note=given["note"],
        exceptions=exceptions_of(posted_marks(request)),
        photos=_photos(form),
    )


@require_http_methods(["GET", "POST"])
@page(TABLE, RECORD)
def record(request: ActorRequest) -> HttpResponse:
    """Put a period on record that was taught another way."""
    groups = _groups(request.actor)
    chosen = request.POST.get("class_id") or request.GET.get("class", "")
    group = next((one for one in groups if str(one.id) == chosen), groups[0])
    form = _form(request, group, groups, fixed=False)
    if request.method == "POST" and form.is_valid():
        try:
            ref = services.record_other_period(actor=request.actor, told=_told(form, request))
            return done("teaching.period", ref.id, said="recorded")
        except UserError as error:
            refuse(form, error)
    context = _context(request, form, registry.pupils_of(group.id)) | {
        "group": group,
        "groups": groups,
        "crumbs": [HOME, ("补记一节", "")],
    }
    return render(request, "teaching/record.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@page(TABLE, RECORD)
def otherwise(request: ActorRequest, period_id: UUID) -> HttpResponse:
    """A planned period that was held without the platform."""
    ref = period_ref(TABLE.load(request.actor, RECORD, TaughtPeriod, id=period_id))
    group = registry.org(ref.class_group_id)
    form = _form(request, group, [group], fixed=True)
    form.fields["credited_minutes"].initial = ref.credited_minutes
    if request.method == "POST" and form.is_valid():
        try:
            told = _told(form, request, **_facts(ref))
            services.record_planned_otherwise(actor=request.actor, period_id=period_id, told=told)
            return done("teaching.period", period_id, said="recorded")
        except UserError as error:
            refuse(form, error)
    pupils = roster_on(ref.class_group_id, ref.planned_date)
    context = _context(request, form, pupils) | {
        "group": group,
        "period": ref,
        "crumbs": [HOME, (ref.label, f"/teach/periods/{ref.id}/"), ("用别的办法上了", "")],
    }
    return render(request, "teaching/record.html", context, status=422 if form.errors else 200)


def _facts(ref: PeriodRef) -> dict[str, Any]:
    return {
        "class_id": ref.class_group_id,
        "on": ref.planned_date,
        "slot_no": ref.slot_no,
        "title": ref.title,
    }


def _context(request: ActorRequest, form: OtherForm, pupils: list[PupilRef]) -> dict[str, Any]:
    posted = posted_marks(request)
    return {
        "form": form,
        "here": [
            {
                "pupil_id": pupil.id,
                "seat_no": pupil.seat_no,
                "name": pupil.name,
                "status": posted.get(str(pupil.id), "present"),
            }
            for pupil in pupils
        ],
        "statuses": [(one.value, one.zh) for one in AttendanceStatus],
    }


@require_POST
@page(TABLE, RECORD)
def add_photos(request: ActorRequest, period_id: UUID) -> HttpResponse:
    row = TABLE.load(request.actor, RECORD, TaughtPeriod, id=period_id)
    form = PhotosForm(request.POST, request.FILES)
    offer_pictured(form, row.class_group_id)
    if not form.is_valid():
        wrong = next(iter(form.errors.values()))
        raise UserError(str(wrong[0]), kept="照片没有放上。", next="回到这节课，再放一次。", field="photos")
    services.add_photos(actor=request.actor, period_id=period_id, photos=_photos(form))
    return done("teaching.period", period_id, said="photos")


@require_GET
@page(TABLE, SEE_PHOTO)
def photo(request: ActorRequest, photo_id: UUID) -> HttpResponse:
    stored = services.photo_file(actor=request.actor, photo_id=photo_id)
    answer = files.response(stored)
    answer["Cache-Control"] = "private, no-store"  # gone with the consent, not an hour later
    return answer  # type: ignore[return-value]


@require_POST
@page(TABLE, AMEND)
def remove_photo(request: ActorRequest, photo_id: UUID) -> HttpResponse:
    row = TABLE.load(request.actor, AMEND, PeriodPhoto.objects.unscoped(WHY), id=photo_id)
    services.remove_photo(
        actor=request.actor, photo_id=photo_id, reason=request.POST.get("reason", "照片不合适")
    )
    return done("teaching.period", row.period_id, said="photo_removed")


@require_http_methods(["GET", "POST"])
@page(TABLE, IMPORT)
def past(request: ActorRequest) -> HttpResponse:
    """Past terms from a sheet: upload, then look."""
    form = PastForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            kept = services.preview_past(actor=request.actor, name=upload.name, data=upload.read())
            return done("teaching.past_preview", kept.id, said="")
        except UserError as error:
            refuse(form, error)
    earlier = PastImport.objects.for_actor(request.actor, IMPORT).order_by("-created_at")[:10]
    context = {
        "form": form,
        "earlier": earlier,
        "headings": HEADINGS,
        "crumbs": [HOME, ("导入以往的课时", "")],
    }
    return render(request, "teaching/past.html", context, status=422 if form.errors else 200)


@require_GET
@page(TABLE, IMPORT)
def past_template(request: ActorRequest) -> HttpResponse:
    return exports.blank(services.template(), called="以往课时.xlsx")


@require_http_methods(["GET", "POST"])
@page(TABLE, IMPORT)
def past_preview(request: ActorRequest, import_id: UUID) -> HttpResponse:
    """What the sheet says and what is wrong with it; the second step writes."""
    kept = TABLE.load(request.actor, IMPORT, PastImport, id=import_id)
    if request.method == "POST":
        services.apply_past(actor=request.actor, import_id=import_id)
        return done("teaching.past_preview", import_id, said="applied")
    context = {
        "kept": kept,
        "columns": ["班级", "日期", "节次", "上了什么", "分钟"],
        "rows": _preview_rows(kept),
        "good": len(kept.rows),
        "bad": len({one["line"] for one in kept.problems}),
        "said": said(request),
        "crumbs": [HOME, ("导入以往的课时", "/teach/past/"), (kept.file_name, "")],
    }
    return render(request, "teaching/past_preview.html", context)


def _preview_rows(kept: PastImport) -> list[dict[str, Any]]:
    good = [
        {
            "number": row["line"],
            "cells": [
                {"value": value, "problem": ""}
                for value in (
                    row["class_name"],
                    row["on"],
                    row["slot_no"] or "—",
                    row["title"],
                    f"{row['credited_minutes']}/{row['period_minutes']}",
                )
            ],
            "problems": [],
        }
        for row in kept.rows
    ]
    wrong: dict[int, list[str]] = {}
    for one in kept.problems:
        wrong.setdefault(one["line"], []).append(f"{one['column']}：{one['text']}")
    bad = [
        {"number": line, "cells": [{"value": "", "problem": True}] * 5, "problems": problems}
        for line, problems in wrong.items()
    ]
    return sorted([*good, *bad], key=lambda row: row["number"])
