"""OneRoster packages: send one, watch it being read, look at what it would change, write it."""

import hashlib
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiming.kernel import exports
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, body_limit, not_modified, page, tagged
from qiming.kernel.privacy import Grade
from qiming.registry import jobs
from qiming.registry.access import TABLE
from qiming.registry.forms import refuse
from qiming.registry.forms_places import PackageForm
from qiming.registry.models import Organisation, RosterPackage
from qiming.registry.oneroster import compare, services, work
from qiming.registry.oneroster.services import VERB
from qiming.registry.types import OrgKind

WRONG_ROWS = exports.declare("registry.package_wrong_rows", "成批导入里要改的行", Grade.L3, TABLE, VERB)
MAX_BYTES = 512 * 1024 * 1024
FINDINGS_SHOWN = 200
_WHY = "filtered by the access table"
State = RosterPackage.State
UNDER_WAY = (State.RECEIVED, State.READING, State.COMPARING, State.APPLYING)
_STEPS = ("选文件", "核对", "写入")
_KINDS = (
    ("schools", "学校", "所"),
    ("classes", "行政班", "个"),
    ("groups", "教学班", "个"),
    ("pupils", "学生", "人"),
    ("group_seats", "教学班座位", "个"),
    ("staff", "教职工", "人"),
    ("jobs", "任职", "条"),
    ("teaching", "任课", "条"),
    ("posts", "校长和管理员", "条"),
    ("guardians", "家长", "人"),
    ("families", "家长关系", "条"),
)
_WORDS = {
    "new": "新增",
    "changed": "变化",
    "moved": "换班",
    "returned": "回来",
    "ended": "结束",
    "unchanged": "没变",
}
_SAMPLES = (
    ("ended", "结束"),
    ("moved", "换班"),
    ("changed", "有变化"),
    ("returned", "回来"),
    ("new", "新增"),
)


@body_limit(MAX_BYTES + 1024 * 1024)
@page(TABLE, VERB)
def packages(request: ActorRequest) -> HttpResponse:
    """Send a package; the last ones sent."""
    places = _places(request)
    place = _chosen(request, places)
    form = PackageForm(request.POST, request.FILES) if request.method == "POST" else PackageForm()
    if request.method == "POST" and form.is_valid():
        try:
            return _receive(request, place, form.cleaned_data["file"])
        except UserError as error:
            refuse(form, error)
    recent = (
        RosterPackage.objects.for_actor(request.actor, VERB).filter(place=place).order_by("-created_at")[:8]
    )
    return render(
        request,
        "registry/packages.html",
        {
            "place": place,
            "places": places,
            "form": form,
            "recent": recent,
            "steps": _steps(0),
            "is_school": place.kind == OrgKind.SCHOOL,
        },
        status=422 if form.errors else 200,
    )


@page(TABLE, VERB)
def package(request: ActorRequest, package_id: UUID) -> HttpResponse:
    """Where a package stands."""
    return _show(request, services.load_package(request.actor, package_id))


@page(TABLE, VERB)
def progress(request: ActorRequest, package_id: UUID) -> HttpResponse:
    """The piece of the page that says how far it is; nothing more when there is nothing more to come."""
    kept = services.load_package(request.actor, package_id)
    far = _far(kept)
    etag = hashlib.sha256(repr(sorted(far.items())).encode()).hexdigest()[:16]
    if request.GET.get("seen") == kept.state and kept.state not in UNDER_WAY:
        return HttpResponse(status=204)
    known = not_modified(request, etag)
    return known or tagged(render(request, "registry/package_progress.html", far), etag)


@require_POST
@page(TABLE, VERB)
def apply(request: ActorRequest, package_id: UUID) -> HttpResponse:
    kept = services.load_package(request.actor, package_id)
    try:
        services.ask_to_apply(
            actor=request.actor,
            package_id=kept.id,
            good_rows_only=request.POST.get("good_rows_only") == "on",
            confirm_ends=request.POST.get("confirm_ends") == "on",
        )
    except UserError as error:
        return _show(request, kept, error=error)
    jobs.start(kept.id)
    return HttpResponseRedirect(reverse("registry.package", args=[kept.id]))


@require_POST
@page(TABLE, VERB)
def compare_again(request: ActorRequest, package_id: UUID) -> HttpResponse:
    services.ask_to_compare(actor=request.actor, package_id=package_id)
    jobs.start(package_id)
    return HttpResponseRedirect(reverse("registry.package", args=[package_id]))


@require_POST
@page(TABLE, VERB)
def drop(request: ActorRequest, package_id: UUID) -> HttpResponse:
    services.drop_package(actor=request.actor, package_id=package_id)
    return HttpResponseRedirect(reverse("registry.package", args=[package_id]))


@page(TABLE, VERB)
def wrong_rows(request: ActorRequest, package_id: UUID) -> HttpResponseBase:
    """The wrong rows with their reasons, as a package to mend and send."""
    kept = services.load_package(request.actor, package_id)
    file = work.wrong_file_of(kept.id)
    if not file.exists():
        raise UserError("没有要改的行", kept="", next="回到这次导入看结果。", status=409)
    exports.note(WRONG_ROWS, actor=request.actor, place=kept, thing_id=kept.id, kind="zip")
    answer = FileResponse(file.open("rb"), content_type="application/zip")
    return exports.named(answer, WRONG_ROWS, called="要改的行.zip")


def _places(request: ActorRequest) -> list[Organisation]:
    paths = TABLE.paths(request.actor, VERB)
    places = Organisation.objects.unscoped(_WHY).filter(scope_path__in=paths, closed_on=None)
    return list(
        places.filter(kind__in=[OrgKind.CITY, OrgKind.DISTRICT, OrgKind.SCHOOL]).order_by("scope_path")
    )


def _chosen(request: ActorRequest, places: list[Organisation]) -> Organisation:
    wanted = request.GET.get("place") or request.POST.get("place")
    for place in places:
        if not wanted or str(place.id) == wanted:
            return place
    raise Denied(VERB)


def _receive(request: ActorRequest, place: Organisation, file: Any) -> HttpResponse:
    if file.size > MAX_BYTES:
        raise UserError(
            "文件超过 512 MB", kept="名单没有动。", next="请按区或按学校分成几个包。", field="file"
        )
    start = file.read(4)
    if start != b"PK\x03\x04":
        raise UserError(
            "这不是 .zip 压缩包",
            kept="名单没有动。",
            next="请把 manifest.csv 和各个 .csv 打成一个 .zip。Excel 名单请从“导入名单”传。",
            field="file",
        )
    file.seek(0)
    kept = services.receive_package(actor=request.actor, place_id=place.id, name=file.name)
    target = work.file_of(kept.id)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)
    jobs.start(kept.id)
    return HttpResponseRedirect(reverse("registry.package", args=[kept.id]))


def _show(request: ActorRequest, kept: RosterPackage, error: UserError | None = None) -> HttpResponse:
    state = kept.state
    counts = kept.counts
    shown = state in (State.PREVIEWED, State.APPLIED)
    step = {State.PREVIEWED: 1, State.APPLYING: 2, State.APPLIED: 3}.get(State(state), 0 if not shown else 1)
    return render(
        request,
        "registry/package.html",
        {
            "kept": kept,
            "place": kept.place,
            "state": state,
            "under_way": state in UNDER_WAY,
            "far": _far(kept),
            "steps": _steps(step),
            "lines": _lines(counts) if shown else [],
            "changes": compare.changes(counts) if shown else 0,
            "rows": counts.get("rows", {}),
            "notes": [note.lstrip("·") for note in kept.notes],
            "samples": [(word, kept.samples.get(key, [])) for key, word in _SAMPLES if kept.samples.get(key)],
            "named": kept.place.kind == OrgKind.SCHOOL,
            "findings": kept.findings.filter(level="w").order_by("file", "line")[:FINDINGS_SHOWN],
            "has_wrong_file": work.wrong_file_of(kept.id).exists(),
            "error": error,
            "is_school": kept.place.kind == OrgKind.SCHOOL,
        },
        status=error.status if error else 200,
    )


def _lines(counts: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    return [
        {"what": what, "says": said}
        for kind, what, unit in _KINDS
        if (
            said := [
                f"{name}{counts[kind][word]:,}{unit}"
                for word, name in _WORDS.items()
                if counts.get(kind, {}).get(word)
            ]
        )
    ]


def _far(kept: RosterPackage) -> dict[str, Any]:
    far = getattr(kept, "progress", None)
    return {
        "state": kept.state,
        "under_way": kept.state in UNDER_WAY,
        "what": far.what if far else "",
        "done": far.done if far else 0,
        "total": far.total if far else 0,
        "url": reverse("registry.package", args=[kept.id]),
    }


def _steps(now: int) -> list[dict[str, str]]:
    return [
        {"label": label, "state": "done" if at < now else "now" if at == now else ""}
        for at, label in enumerate(_STEPS)
    ]
