"""One period on record: what was taught, who was there, what stands behind it; confirming and amending."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from qiming.curriculum import queries as curriculum
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.kernel.time import today
from qiming.registry import queries as registry
from qiming.teaching import queries, services
from qiming.teaching.access import AMEND, CONFIRM, PLAN, RECORD, RUN, SEE_LEDGER, SEE_PERIOD, SEE_PHOTO, TABLE
from qiming.teaching.consent import PHOTOS, hidden
from qiming.teaching.forms import PhotosForm, ReasonForm, StatedPhotos
from qiming.teaching.models import PeriodChange, PeriodPhoto, TaughtPeriod
from qiming.teaching.queries.board import shares
from qiming.teaching.queries.refs import WHY, period_ref
from qiming.teaching.services.confirming import joined_of, was_live
from qiming.teaching.services.roster import roster_on
from qiming.teaching.types import AttendanceStatus, LedgerLine, PeriodRef, PeriodState
from qiming.teaching.views.common import HOME, done, refuse, said
from qiming.trust.services import log_read

CHANGE_WORDS = {
    "planned": "排进计划",
    "rescheduled": "改了时间",
    "cancelled": "取消",
    "started": "开始上课",
    "ended": "下课",
    "confirmed": "确认授课",
    "recorded": "补记这节课",
    "amended": "更正",
    "reopened": "撤回确认",
    "photos_added": "放了照片",
    "photo_removed": "拿掉一张照片",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One pupil on the period's page."""

    seat_no: int | None
    name: str
    line: LedgerLine


@require_GET
@page(TABLE, SEE_PERIOD)
def period(request: ActorRequest, period_id: UUID) -> HttpResponse:
    """The record of one period; names only for the school."""
    row = TABLE.load(request.actor, SEE_PERIOD, TaughtPeriod, id=period_id)
    ref = period_ref(row)
    sees_names = TABLE.allows(request.actor, SEE_LEDGER, row)
    lines = _lines(ref) if sees_names else []
    if lines:
        log_read(
            request.actor,
            verb=SEE_PERIOD,
            subjects=[one.line.pupil_id for one in lines],
            scope_path=ref.scope_path,
            what="一节课的出勤和课时",
        )
    summary = queries.ledger_of_period(ref.id)
    may = _may(request.actor, row)
    context = {
        "period": ref,
        "row": row,
        "group": registry.org(ref.class_group_id),
        "lesson": curriculum.lesson(ref.lesson_version_id) if ref.lesson_version_id else None,
        "outcomes": list(curriculum.outcomes_by_key(row.outcome_ids).values()),
        "lines": lines,
        "credited": sum(one.credit.credited_minutes > 0 for one in summary),
        "listed": len(summary),
        "exceptions": [one for one in lines if one.line.attendance is not AttendanceStatus.PRESENT],
        "sees_names": sees_names,
        "polls": [(one, shares(one)) for one in queries.poll_rounds(ref.id)],
        "photos": _photos(row),
        "photo_form": _photo_form(row.class_group_id) if may["photos"] else None,
        "timeline": _timeline(row),
        "people": _people(row),
        "may": may,
        "said": said(request),
        "is_past": ref.planned_date < today(),
        "is_today": ref.planned_date == today(),
        "crumbs": [HOME, (ref.label, "")] if sees_names else [],
    }
    return render(request, "teaching/period.html", context)


def _photos(row: TaughtPeriod) -> list[tuple[PeriodPhoto, bool]]:
    """The photos of a period, each with whether it is hidden now."""
    rows = PeriodPhoto.objects.unscoped(WHY).filter(period=row).select_related("stored_file").order_by("id")
    found = list(rows)
    gone = hidden((one.id, one.faces, one.pictured) for one in found)
    return [(one, one.id in gone) for one in found]


def _photo_form(class_id: UUID) -> PhotosForm:
    form = PhotosForm()
    offer_pictured(form, class_id)
    return form


def offer_pictured(form: StatedPhotos, class_id: UUID) -> None:
    """Those of the class who may be recognised in a photo, by seat, and the names of the others."""
    pupils = registry.pupils_of(class_id)
    agree = PHOTOS.among([one.id for one in pupils])
    form.offer(
        [(str(one.id), f"{one.seat_no} {one.name}") for one in pupils if one.id in agree],
        [one.name for one in pupils if one.id not in agree],
    )


def _may(actor: Actor, row: TaughtPeriod) -> dict[str, bool]:
    state, due = PeriodState(row.state), row.planned_date <= today()
    on_platform = row.lesson_version_id is not None
    verbs = {
        "start": (RUN, state is PeriodState.PLANNED and row.planned_date == today() and on_platform),
        "resume": (RUN, state is PeriodState.TAUGHT and row.planned_date == today() and on_platform),
        "run": (RUN, state is PeriodState.LIVE),
        "confirm": (CONFIRM, state is PeriodState.TAUGHT),
        "amend": (AMEND, state is PeriodState.CONFIRMED),
        "replan": (PLAN, state is PeriodState.PLANNED),
        "otherwise": (RECORD, state is PeriodState.PLANNED and due),
        "photos": (RECORD, state in (PeriodState.TAUGHT, PeriodState.CONFIRMED)),
        "see_photos": (SEE_PHOTO, True),
    }
    return {name: fits and TABLE.allows(actor, verb, row) for name, (verb, fits) in verbs.items()}


def _lines(ref: PeriodRef) -> list[Line]:
    found = queries.ledger_of_period(ref.id)
    pupils = registry.pupils_named([one.pupil_id for one in found], seen_from=ref.scope_path)
    lines = [
        Line(pupils[one.pupil_id].seat_no, pupils[one.pupil_id].name, one)
        for one in found
        if one.pupil_id in pupils
    ]
    return sorted(lines, key=lambda one: one.seat_no or 0)


def _people(row: TaughtPeriod) -> dict[str, str]:
    ids = {one for one in (row.taught_by, row.confirmed_by) if one}
    names = registry.persons_named(ids)
    return {
        "taught": names.get(row.taught_by, "") if row.taught_by else "",
        "confirmed": names.get(row.confirmed_by, "") if row.confirmed_by else "",
    }


def _timeline(row: TaughtPeriod) -> list[dict[str, object]]:
    changes = list(PeriodChange.objects.unscoped(WHY).filter(period=row).order_by("-created_at", "-id"))
    names = registry.persons_named({one.made_by for one in changes})
    return [
        {
            "at": one.created_at,
            "text": CHANGE_WORDS.get(one.kind, one.kind) + _difference(one),
            "by": "：".join(part for part in (names.get(one.made_by, ""), one.reason) if part),
            "state": "done" if one.kind in ("confirmed", "recorded") else "",
            "url": "",
        }
        for one in changes
    ]


def _difference(change: PeriodChange) -> str:
    """What an amendment changed, in figures only: names stay in the list above."""
    before, after = change.before, change.after
    if change.kind == "rescheduled":
        return f"：{before.get('date')}第{before.get('slot_no')}节 → {after.get('date')}第{after.get('slot_no')}节"
    if change.kind != "amended":
        return ""
    parts = []
    if before.get("minutes") != after.get("minutes"):
        parts.append(f"分钟 {before.get('minutes')} → {after.get('minutes')}")
    if before.get("exceptions") != after.get("exceptions"):
        count = len(before.get("exceptions", {})), len(after.get("exceptions", {}))
        parts.append(f"没到、迟到、请假 {count[0]}人 → {count[1]}人")
    return "：" + "，".join(parts) if parts else ""


@dataclass(frozen=True, slots=True)
class Mark:
    """One pupil on the confirming page."""

    pupil_id: UUID
    seat_no: int
    name: str
    status: str
    joined: bool


def _marks(ref: PeriodRef, posted: dict[str, str] | None = None) -> list[Mark]:
    """Everybody of that day's class, filled in from who came in, or from what was typed."""
    known = queries.attendance_of(ref.id)
    joined, live = joined_of(ref), was_live(ref)
    marks = []
    for pupil in roster_on(ref.class_group_id, ref.planned_date):
        usual = "absent" if live and pupil.id not in joined else "present"
        kept = known[pupil.id].value if pupil.id in known and ref.state is PeriodState.CONFIRMED else usual
        status = (posted or {}).get(str(pupil.id), kept)
        marks.append(Mark(pupil.id, pupil.seat_no, pupil.name, status, pupil.id in joined))
    return marks


def posted_marks(request: ActorRequest) -> dict[str, str]:
    """Fields s_<pupil>=present|late|absent|excused."""
    allowed = {one.value for one in AttendanceStatus}
    return {
        name[2:]: value for name, value in request.POST.items() if name.startswith("s_") and value in allowed
    }


def exceptions_of(marks: dict[str, str]) -> dict[UUID, AttendanceStatus]:
    try:
        return {
            UUID(pupil): AttendanceStatus(value)
            for pupil, value in marks.items()
            if value != AttendanceStatus.PRESENT
        }
    except ValueError as error:
        raise UserError("名单不完整", kept="勾选的还在。", next="刷新页面，再勾一次。") from error


@require_http_methods(["GET", "POST"])
@page(TABLE, CONFIRM)
def confirm(request: ActorRequest, period_id: UUID) -> HttpResponse:
    """One tap: who came in by the platform is filled in, only exceptions are touched."""
    ref = period_ref(TABLE.load(request.actor, CONFIRM, TaughtPeriod, id=period_id))
    posted = posted_marks(request) if request.method == "POST" else None
    error: UserError | None = None
    if posted is not None:
        try:
            result = services.confirm_period(
                actor=request.actor,
                period_id=period_id,
                exceptions=exceptions_of(posted),
                note=request.POST.get("note", ""),
            )
            return done("teaching.period", period_id, said="confirmed" if result.fresh else "already")
        except UserError as refusal:
            error = refusal
    if ref.state in (PeriodState.CONFIRMED, PeriodState.CANCELLED, PeriodState.PLANNED) and error is None:
        return done("teaching.period", period_id, said="")
    marks = _marks(ref, posted)
    _log(request, CONFIRM, ref, marks)
    context = _attendance_context(ref, marks) | {
        "error": error,
        "note": request.POST.get("note", ""),
        "crumbs": [HOME, (ref.label, f"/teach/periods/{ref.id}/"), ("确认授课", "")],
    }
    return render(request, "teaching/confirm.html", context, status=error.status if error else 200)


def _log(request: ActorRequest, verb: str, ref: PeriodRef, marks: list[Mark]) -> None:
    subjects = [one.pupil_id for one in marks]
    log_read(request.actor, verb=verb, subjects=subjects, scope_path=ref.scope_path, what="一节课的出勤")


def _attendance_context(ref: PeriodRef, marks: list[Mark]) -> dict[str, object]:
    return {
        "period": ref,
        "group": registry.org(ref.class_group_id),
        "away": [one for one in marks if one.status != "present"],
        "here": [one for one in marks if one.status == "present"],
        "was_live": was_live(ref),
        "statuses": [(one.value, one.zh) for one in AttendanceStatus],
    }


@require_http_methods(["GET", "POST"])
@page(TABLE, AMEND)
def amend(request: ActorRequest, period_id: UUID) -> HttpResponse:
    """Correct attendance or minutes with a reason, or take the confirmation back."""
    ref = period_ref(TABLE.load(request.actor, AMEND, TaughtPeriod, id=period_id))
    posted = posted_marks(request) if request.method == "POST" else None
    form = ReasonForm(request.POST or None)
    if posted is not None and form.is_valid():
        try:
            _amend(request, ref, posted, form.cleaned_data["reason"])
            withdrawn = request.POST.get("act") == "reopen"
            return done("teaching.period", period_id, said="reopened" if withdrawn else "amended")
        except UserError as error:
            refuse(form, error)
    marks = _marks(ref, posted)
    _log(request, AMEND, ref, marks)
    context = _attendance_context(ref, marks) | {
        "form": form,
        "minutes": request.POST.get("credited_minutes", ref.credited_minutes),
        "crumbs": [HOME, (ref.label, f"/teach/periods/{ref.id}/"), ("更正", "")],
    }
    return render(request, "teaching/amend.html", context, status=422 if form.errors else 200)


def _amend(request: ActorRequest, ref: PeriodRef, posted: dict[str, str], reason: str) -> None:
    if request.POST.get("act") == "reopen":
        services.reopen_period(actor=request.actor, period_id=ref.id, reason=reason)
        return
    text = request.POST.get("credited_minutes", "").strip() if ref.counts_for_ai else None
    services.amend_period(
        actor=request.actor,
        period_id=ref.id,
        reason=reason,
        exceptions=exceptions_of(posted),
        credited_minutes=None if text is None else int(text) if text.isdecimal() and len(text) < 4 else 0,
    )
