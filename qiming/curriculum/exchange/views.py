"""Bring a package from another platform, look at what came and what didn't; take a course to another platform."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from qiming.curriculum import jobs, queries
from qiming.curriculum.access import IMPORT, TABLE, TEACH
from qiming.curriculum.authoring import queries as authoring
from qiming.curriculum.building import inline
from qiming.curriculum.exchange import placing, services
from qiming.curriculum.exchange.archive import MAX_PACKAGE_BYTES
from qiming.curriculum.exchange.cc.pages_out import answer
from qiming.curriculum.exchange.drafts import folder_as_zip, from_data, report_of
from qiming.curriculum.exchange.formats import FORMATS
from qiming.curriculum.exchange.leaving import from_rows
from qiming.curriculum.exchange.model import Finding, Level, Report
from qiming.curriculum.exchange.models import ImportedPackage
from qiming.curriculum.media import SEALED
from qiming.curriculum.models import MediaFile
from qiming.curriculum.types import ACTIVITY_WORDS, KIND_WORDS, CourseRef
from qiming.kernel import exports
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, body_limit, not_modified, page, tagged
from qiming.kernel.text import render_markdown

State = ImportedPackage.State
SHELF = ("课程", "/courses/")
BRINGING = ("带题进来", "/courses/brought/")
SHOWN_ITEMS, SHOWN_STEPS, SHOWN_LINES, SHOWN_PLACES = 60, 60, 200, 6
UNDER_WAY = (State.RECEIVED, State.READING)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_STEPS = ("选文件", "读", "看结果")
_LEVELS = (Level.OUT, Level.LOST, Level.CHANGED, Level.TO_DO, Level.NOTE)
_COMING = {
    Level.OUT: ("没有收进来", "原来的包里有，这里没有对应，或者坏了"),
    Level.LOST: ("少了一部分", "收了，里面有一部分没有跟过来"),
    Level.CHANGED: ("换了样子", "收了，做法和原来不完全一样"),
    Level.TO_DO: ("要您补上", "补上才能给学生用"),
    Level.NOTE: ("说明", "不用做什么"),
}
_GOING = {
    Level.OUT: ("带不出去", "这种包里没有地方放"),
    Level.LOST: ("只带走一部分", "别的平台做不了"),
    Level.CHANGED: ("换了样子", "带得走，做法和这里不完全一样"),
    Level.TO_DO: ("要您补上", "补上才完整"),
    Level.NOTE: ("说明", "不用做什么"),
}


class BringForm(forms.Form):
    """A package from another platform."""

    file = forms.FileField(
        label="题目包或课程包",
        help_text="QTI 3.0、2.2、2.1 的 .zip，或 Common Cartridge 1.0–1.3 的 .imscc。最大 200 MB。",
        error_messages={"required": "还没有选文件", "empty": "这个文件是空的"},
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,.imscc,.xml"}),
    )


@body_limit(MAX_PACKAGE_BYTES + 1024 * 1024)
@page(TABLE, IMPORT)
def brought(request: ActorRequest) -> HttpResponse:
    """Send a package; those that are there."""
    form = BringForm(request.POST, request.FILES) if request.method == "POST" else BringForm()
    if request.method == "POST" and form.is_valid():
        try:
            return _receive(request, form.cleaned_data["file"])
        except UserError as error:
            form.add_error("file", f"{error.message}。{error.next}")
    mine = ImportedPackage.objects.for_actor(request.actor, IMPORT).defer("draft", "media")
    found = {
        "form": form,
        "rows": list(mine.order_by("-created_at")[: services.MOST_KEPT]),
        "steps": _steps(0),
        "crumbs": [SHELF, ("带题进来", "")],
    }
    return render(request, "curriculum/brought.html", found, status=422 if form.errors else 200)


def _receive(request: ActorRequest, file: "UploadedFile[Any]") -> HttpResponse:
    def put(target: Path) -> None:
        with target.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)

    name = file.name or "package.zip"
    kept = services.receive(actor=request.actor, name=name, size=file.size or 0, put=put)
    jobs.start(kept.id)
    return HttpResponseRedirect(reverse("curriculum.brought_one", args=[kept.id]))


@page(TABLE, IMPORT)
def brought_one(request: ActorRequest, brought_id: UUID) -> HttpResponse:
    """What came of a package: how far the reading is, then what came and what didn't."""
    return _one(request, brought_id)


@require_POST
@page(TABLE, IMPORT)
def brought_place(request: ActorRequest, brought_id: UUID) -> HttpResponse:
    """Put the ticked items into the school's own version of a lesson, and open it in the editor."""
    try:
        fork_id = UUID(request.POST.get("fork", ""))
    except ValueError:
        said = UserError("还没有选放进哪一课", kept="什么也没有动。", next="在下面选一课。")
        return _one(request, brought_id, said)
    try:
        placing.place_items(
            actor=request.actor, package_id=brought_id, fork_id=fork_id, wanted=request.POST.getlist("item")
        )
    except UserError as error:
        return _one(request, brought_id, error)
    return HttpResponseRedirect(reverse("curriculum.editor", args=[fork_id]))


def _one(request: ActorRequest, brought_id: UUID, error: UserError | None = None) -> HttpResponse:
    kept = services.load(request.actor, brought_id)
    found = _far(kept) | {
        "kept": kept,
        "error": error,
        "steps": _steps(1 if kept.state in UNDER_WAY else 2),
        "crumbs": [SHELF, BRINGING, (kept.title or kept.file_name, "")],
    }
    if kept.state == State.READY:
        found |= _result(kept) | {"lessons_open": placing.lessons_open(request.actor)}
    return render(request, "curriculum/brought_one.html", found, status=error.status if error else 200)


@page(TABLE, IMPORT)
def brought_progress(request: ActorRequest, brought_id: UUID) -> HttpResponse:
    """The piece of the page that says how far it is."""
    kept = services.load(request.actor, brought_id)
    far = _far(kept)
    etag = hashlib.sha256(repr(sorted(far.items())).encode()).hexdigest()[:16]
    known = not_modified(request, etag)
    return known or tagged(render(request, "curriculum/brought_progress.html", far), etag)


@page(TABLE, IMPORT)
def brought_media(request: ActorRequest, brought_id: UUID, lesson_no: int, name: str) -> HttpResponse:
    """A picture of a brought package, for its owner."""
    kept = services.load(request.actor, brought_id)
    digest = kept.media.get(str(lesson_no), {}).get(f"media/{name}")
    row = (
        MediaFile.objects.filter(sha256=digest).values_list("media_type", "body").first() if digest else None
    )
    if row is None:
        raise Denied(IMPORT)
    answer_ = HttpResponse(bytes(row[1]), content_type=row[0])
    answer_["Content-Security-Policy"] = SEALED
    answer_["X-Content-Type-Options"] = "nosniff"
    answer_["Cache-Control"] = "private, max-age=3600"
    return answer_


@page(TABLE, IMPORT)
def brought_folder(request: ActorRequest, brought_id: UUID) -> HttpResponse:
    """The draft as a course folder in our content format."""
    kept = services.load(request.actor, brought_id)
    if kept.state != State.READY:
        raise Denied(IMPORT)
    course = from_data(kept.draft, kept.media, kept.report)
    body = folder_as_zip(course, f"brought-{str(kept.id)[-6:]}")
    return exports.attachment(body, called=f"{kept.title or '草稿'}.zip", media_type="application/zip")


@require_POST
@page(TABLE, IMPORT)
def brought_drop(request: ActorRequest, brought_id: UUID) -> HttpResponse:
    services.drop(actor=request.actor, package_id=brought_id)
    return HttpResponseRedirect(reverse("curriculum.brought"))


@page(TABLE, TEACH)
def taking(request: ActorRequest, version_id: UUID) -> HttpResponse:
    """The formats in which a course can go to another platform, and what each cannot hold."""
    course = _course(request, version_id)
    written = [
        (FORMATS[key], _groups(report.findings, _GOING), report, size)
        for key, report, size in _reports(version_id)
    ]
    url = reverse("curriculum.course", args=[course.key])
    crumbs = [SHELF, (course.title, url), ("带到别的平台", "")]
    return render(request, "curriculum/taking.html", {"course": course, "written": written, "crumbs": crumbs})


@page(TABLE, TEACH)
def take(request: ActorRequest, version_id: UUID, key: str) -> HttpResponse:
    """A course version as a package. A version never changes, so a browser may ask whether it has it."""
    form = FORMATS.get(key)
    course = _course(request, version_id)
    leaving = from_rows(version_id)
    if form is None or leaving is None:
        raise Denied(TEACH)
    body = form.write(leaving, _quiet, Report())
    return exports.attachment(body, called=f"{course.title}.{form.ending}", media_type=form.media_type)


def _course(request: ActorRequest, version_id: UUID) -> CourseRef:
    try:
        course = queries.course(version_id)
    except queries.NoSuchContent:
        raise Denied(TEACH) from None
    authoring.require_visible(request.actor, course)
    return course


@lru_cache(maxsize=32)
def _reports(version_id: UUID) -> tuple[tuple[str, Report, int], ...]:
    """What each format says of a version; versions never change."""
    leaving = from_rows(version_id)
    assert leaving is not None
    found = []
    for key, form in FORMATS.items():
        report = Report()
        size = len(form.write(leaving, _quiet, report))
        found.append((key, report, size))
    return tuple(found)


def _quiet(what: str, done: int, total: int) -> None:
    """Nobody waits for more than a second: nobody is told."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, at how many places, the first of them by name."""

    what: str
    places: tuple[str, ...]
    count: int


def _groups(
    findings: list[Finding], says: Mapping[Level, tuple[str, str]]
) -> list[tuple[str, str, list[Line], int]]:
    """(level in words, what it means, its lines, how many places), worst first; the same at many places is one line."""
    found = []
    for level in _LEVELS:
        places: dict[str, list[str]] = {}
        for finding in findings:
            if finding.level is level:
                places.setdefault(finding.what, []).append(finding.where)
        if places:
            lines = [Line(what, tuple(where[:SHOWN_PLACES]), len(where)) for what, where in places.items()]
            total = sum(line.count for line in lines)
            found.append((*says[level], lines[:SHOWN_LINES], total))
    return found


def _result(kept: ImportedPackage) -> dict[str, Any]:
    report = report_of(kept.report)
    lessons: list[dict[str, Any]] = kept.draft["lessons"]
    kinds = Counter(item["spec"]["kind"] for lesson in lessons for item in lesson["items"])
    steps = sum(len(lesson["steps"]) for lesson in lessons)
    found, taken = report.counts["items_found"], kinds.total()
    split = "，有的一道拆成了几道" if taken > found else ""
    facts = [
        ("题", f"收了{taken}道，包里有{found}道{split}" if found else ""),
        ("题型", "，".join(f"{KIND_WORDS[kind]}{n}道" for kind, n in kinds.most_common())),
        ("课", f"{len(lessons)}课" + (f"，{steps}个环节" if steps else "")),
        ("图", f"{report.counts['pictures']}张" if report.counts["pictures"] else ""),
        ("许可", kept.draft["licence"] or "包里没有写，给别人用之前先弄清楚"),
    ]
    return {
        "facts": [(name, value) for name, value in facts if value],
        "groups": _groups(report.findings, _COMING),
        "unsaid": report.unsaid,
        "lessons": list(_shown(kept, lessons)),
        "item_count": kinds.total(),
        "more_items": max(0, kinds.total() - SHOWN_ITEMS),
    }


def _shown(kept: ImportedPackage, lessons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lessons with their steps and the first items as the teacher reads them."""
    left = SHOWN_ITEMS
    found = []
    for n, lesson in enumerate(lessons):
        base = reverse("curriculum.brought_media", args=[kept.id, n, "x"])[:-1].removesuffix("media/")
        items = lesson["items"][: max(0, left)]
        left -= len(items)
        found.append(
            {
                "title": lesson["title"],
                "steps": [_step(step, base) for step in lesson["steps"][:SHOWN_STEPS]],
                "items": [_item(item["spec"], item["where"], base) for item in items],
                "count": len(lesson["items"]),
            }
        )
    return found


def _step(step: dict[str, Any], base: str) -> dict[str, Any]:
    """A step under its full name, which stands in its text when it is longer than ours may be."""
    text = step["text"]
    first, _, rest = text.partition("\n\n")
    long = first.startswith("## ") and inline(first.removeprefix("## "), base)
    html = render_markdown(rest if long else text, base)
    more = render_markdown(step["data"].get("prompt", ""), base)
    return {
        "title": mark_safe(long) if long else step["title"],
        "kind": ACTIVITY_WORDS[step["kind"]],
        "html": html,
        "more": more,
    }


def _item(spec: dict[str, Any], where: str, base: str) -> dict[str, Any]:
    picture = spec.get("picture")
    return {
        "id": spec["id"],
        "where": where,
        "kind": KIND_WORDS[spec["kind"]],
        "stem": render_markdown(spec["stem"], base),
        "picture": base + picture if picture else "",
        "picture_alt": spec.get("picture_alt", ""),
        "lines": [(mark_safe(inline(line, base)), right) for line, right in _lines(spec)],
    }


def _lines(spec: dict[str, Any]) -> list[tuple[str, bool]]:
    """What the teacher reads below the question: the options with the right ones marked, or the answer."""
    if "options" in spec:
        return [
            (f"{letter}　{one['text']}", bool(one.get("correct")))
            for letter, one in zip(_LETTERS, spec["options"], strict=False)
        ]
    return [(line, True) for line in answer(spec)]


def _far(kept: ImportedPackage) -> dict[str, Any]:
    return {
        "state": kept.state,
        "under_way": kept.state in UNDER_WAY,
        "what": kept.what,
        "done": kept.done,
        "total": kept.total,
        "url": reverse("curriculum.brought_one", args=[kept.id]),
    }


def _steps(now: int) -> list[dict[str, str]]:
    return [
        {"label": label, "state": "done" if at < now else "now" if at == now else ""}
        for at, label in enumerate(_STEPS)
    ]
