"""The marker's pages for photographed sheets: upload and progress, a blank sheet to print, one photo."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.assist.access import TABLE
from qiming.assist.marker import ocr, pages, photos, queries, services
from qiming.assist.marker.access import MARK
from qiming.assist.marker.rules.agreement import May, may
from qiming.assist.marker.views import HOME
from qiming.assist.marker.words import NOT_INSTALLED, UNTESTED
from qiming.assist.models import SheetAnswer, SheetPhoto
from qiming.curriculum.types import Item
from qiming.kernel import files
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, body_limit, is_fragment, not_modified, page, tagged
from qiming.kernel.throttle import UPLOAD, limited
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef
from qiming.teaching import queries as teaching
from qiming.teaching.types import HomeworkRef
from qiming.trust import services as trust

MOST_BYTES = 200 * 1024 * 1024  # a class of 45 at 4 MB


@body_limit(MOST_BYTES)
@limited(UPLOAD)
@require_http_methods(["GET", "POST"])
@page(TABLE, MARK)
def sheets(request: ActorRequest, homework_id: UUID) -> HttpResponseBase:
    """Photos of one homework: upload, how far the reading is, whose they are."""
    homework = photos.homework_for(request.actor, homework_id)
    error: UserError | None = None
    taken: photos.Taken | None = None
    if request.method == "POST":
        sent = [photos.Sent(one.name or "", one.read()) for one in request.FILES.getlist("photos")]
        try:
            taken = photos.upload(
                actor=request.actor,
                homework_id=homework.id,
                photos=sent,
                only_paper=request.POST.get("only_paper") == "1",
            )
        except UserError as caught:
            error = caught
        if taken is not None and not taken.refused:
            return redirect("assist.sheets", homework.id)
    context = _progress(request, homework) | {"error": error, "taken": taken}
    return render(request, "assist/marker/sheets.html", context, status=error.status if error else 200)


@require_GET
@page(TABLE, MARK)
def progress(request: ActorRequest, homework_id: UUID) -> HttpResponseBase:
    """The list again while photos are read."""
    homework = photos.homework_for(request.actor, homework_id)
    context = _progress(request, homework)
    if not is_fragment(request):
        return redirect("assist.sheets", homework.id)
    if unchanged := not_modified(request, context["etag"]):
        return unchanged
    return tagged(render(request, "assist/marker/_photos.html", context), context["etag"])


def _progress(request: ActorRequest, homework: HomeworkRef) -> dict[str, Any]:
    rows = list(
        SheetPhoto.objects.for_actor(request.actor, MARK)
        .filter(homework_id=homework.id)
        .defer("lines")
        .order_by("position", "id")
    )
    people = registry.pupils_named({row.pupil_id for row in rows if row.pupil_id})
    pupils = [one for one in registry.pupils_of(homework.class_group_id) if homework.is_for(one.id)]
    trust.log_read(
        request.actor, verb=MARK, subjects=people, scope_path=homework.scope_path, what="练习纸照片"
    )
    busy = [row for row in rows if row.state in photos.WAITING]
    listed = [(row, people.get(row.pupil_id) if row.pupil_id else None, pages.troubles(row)) for row in rows]
    # What needs a person first: nobody's, not read, with a trouble.
    listed.sort(key=lambda one: (one[1] is not None, one[0].state == "read", one[0].position))
    return {
        "homework": homework,
        "class_name": registry.org(homework.class_group_id).name,
        "photos": listed,
        "busy": len(busy),
        "done": len(rows) - len(busy),
        "unknown": sum(row.pupil_id is None for row in rows if row.state not in photos.WAITING),
        "failed": sum(row.state == "failed" for row in rows),
        "missing": [one for one in pupils if one.id not in people],
        "questions": queries.items_on_paper(homework),
        "etag": "-".join(f"{row.state[:2]}{row.pupil_id is not None:d}" for row in rows) or "none",
        "untested": UNTESTED,
        "not_installed": "" if ocr.is_installed() else NOT_INSTALLED,
        "crumbs": [
            HOME,
            (homework.title, reverse("teaching.homework", args=[homework.id])),
            ("练习纸", None),
        ],
    }


@require_POST
@page(TABLE, MARK)
def read_again(request: ActorRequest, homework_id: UUID) -> HttpResponseBase:
    photos.read_again(actor=request.actor, homework_id=homework_id)
    return redirect("assist.sheets", homework_id)


@require_GET
@page(TABLE, MARK)
def blank(request: ActorRequest, homework_id: UUID) -> HttpResponseBase:
    """The questions of a homework with room to write, to print."""
    homework = photos.homework_for(request.actor, homework_id)
    context = {
        "homework": homework,
        "class_name": registry.org(homework.class_group_id).name,
        "stems": [queries.stem_of(item) for item in queries.items_on_paper(homework)],
    }
    return render(request, "assist/marker/blank.html", context)


@require_http_methods(["GET", "POST"])
@page(TABLE, MARK)
def photo(request: ActorRequest, sheet_photo_id: UUID) -> HttpResponseBase:
    """One photo beside what was read off it: whose it is, the words, the points."""
    row = photos.load(request.actor, sheet_photo_id)
    error: UserError | None = None
    if request.method == "POST":
        try:
            _save(request, row)
            return redirect("assist.photo", row.id)
        except UserError as caught:
            error = caught
            row = photos.load(request.actor, sheet_photo_id)
    homework = teaching.homework(row.homework_id)
    who = registry.pupil_in(homework.class_group_id, row.pupil_id) if row.pupil_id else None
    if who:
        trust.log_read(
            request.actor, verb=MARK, subjects=[who.id], scope_path=row.scope_path, what="一张练习纸"
        )
    context = {
        "photo": row,
        "picture": pages.picture_of(row),
        "troubles": pages.troubles(row),
        "homework": homework,
        "pupil": who,
        "pupils": [one for one in registry.pupils_of(homework.class_group_id) if homework.is_for(one.id)],
        "answers": _answers(homework, who) if who else [],
        "error": error,
        "untested": UNTESTED,
        "crumbs": [HOME, (homework.title, reverse("assist.sheets", args=[homework.id])), ("一张照片", None)],
    }
    return render(request, "assist/marker/photo.html", context, status=error.status if error else 200)


def _answers(homework: HomeworkRef, pupil: PupilRef) -> list[tuple[int, pages.Shown, Item, May]]:
    """Number of the question, the answer as it is shown, the question, what the marker may do with it."""
    rows = SheetAnswer.objects.unscoped("the photo was loaded through the access table").filter(
        homework_id=homework.id, pupil_id=pupil.id
    )
    answers = {row.item_version_id: row for row in rows}
    marks = queries.marks_of_papers([row.id for row in answers.values()])
    choice = queries.choice_of(homework.offering_id)
    out = []
    for no, item in enumerate(queries.items_on_paper(homework), 1):
        if (answer := answers.get(item.id)) is None:
            continue
        rubric = queries.rubric_of(homework.offering_id, item)
        found = queries.agreement_of(homework.offering_id, item.id, rubric.number)
        allowed = may(found, is_on=choice.is_on, first=choice.first, bar_percent=choice.bar_percent)
        line = queries.paper_line(answer, pupil, item, rubric, marks.get(answer.id))
        out.append((no, pages.shown(line, rubric, allowed), item, allowed))
    return out


def _save(request: ActorRequest, row: SheetPhoto) -> None:
    """Words first, then points by the words as they are now; then, when asked, to the pupil."""
    if "whose" in request.POST:
        raw = request.POST["whose"]
        photos.say_whose(actor=request.actor, photo_id=row.id, pupil_id=_uuid(raw) if raw else None)
        return
    homework = teaching.homework(row.homework_id)
    for key in request.POST.getlist("ids")[:40]:
        answer = photos.correct(
            actor=request.actor, answer_id=_uuid(key), text=request.POST.get(f"t-{key}", "")
        )
        item = queries.item_or_denied(answer.item_version_id)
        looks = pages.looks_of(request.POST, [key], queries.rubric_of(homework.offering_id, item))
        if not looks:
            continue
        where = {"offering_id": homework.offering_id, "item_version_id": item.id}
        told = services.look(actor=request.actor, looks=looks, **where)
        if told.taken:
            raise UserError(
                "另一位老师刚看过这份答案", kept="那位老师给的分没有动。", next="刷新页面看看。", status=409
            )
        if request.POST.get("do") == "release":
            services.release(actor=request.actor, only=answer.id, **where)


def _uuid(raw: str) -> UUID:
    try:
        return UUID(raw)
    except ValueError as wrong:
        raise Denied(MARK) from wrong


@require_GET
@page(TABLE, MARK)
def photo_file(request: ActorRequest, sheet_photo_id: UUID) -> HttpResponseBase:
    """The picture itself, for the teachers of the class alone."""
    row = photos.load(request.actor, sheet_photo_id)
    if not files.path_of(row.stored_file.sha256).is_file():
        raise Denied(MARK)
    answer = files.response(row.stored_file)
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
@page(TABLE, MARK)
def drop(request: ActorRequest, sheet_photo_id: UUID) -> HttpResponse:
    homework_id = photos.drop(actor=request.actor, photo_id=sheet_photo_id)
    return redirect("assist.sheets", homework_id)
