"""同意书回执: how far each class has come, the slips to print, a class typed in one go, the scans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.kernel import files, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.kernel.ids import new_id
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, PupilRef, Role
from qiming.trust import services, texts
from qiming.trust.access import TABLE
from qiming.trust.models import SlipBatch
from qiming.trust.queries.consent import board_of, counts_of, is_complete
from qiming.trust.queries.slips import batches_of
from qiming.trust.types.consent import Purpose, State, Verdict

SEE, ENTER = "trust.see_slips", "trust.enter_slips"
Crumbs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One box of the grid."""

    name: str
    label: str
    is_yes: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One pupil in the grid. `stands` says what is answered already, in words."""

    pupil: PupilRef
    is_in: bool
    is_complete: bool
    cells: tuple[Cell, ...]
    stands: str


@require_GET
@page(TABLE, SEE)
def classes(request: ActorRequest) -> HttpResponse:
    """How many of each class have answered: counts, never who refused."""
    groups = _groups(request.actor)
    members = {group.id: [pupil.id for pupil in registry.pupils_of(group.id)] for group in groups}
    counts = counts_of(members)
    lines = [
        (group, counts[group.id], TABLE.allows(request.actor, ENTER, group))
        for group in sorted(groups, key=lambda one: -counts[one.id].missing)
    ]
    context = {
        "lines": lines,
        "missing": sum(count.missing for _, count, _ in lines),
        "pupils": sum(count.pupils for _, count, _ in lines),
        "age_rule": texts.age_rule(),
        "purposes": texts.purposes().values(),
    }
    return render(request, "trust/slips.html", context)


def _groups(actor: Actor) -> list[OrgRef]:
    found = {group.id: group for group in registry.classes_of(actor)}
    for role in (Role.SCHOOL_ADMIN, Role.SCHOOL_HEAD):
        for path in actor.paths(role):
            found |= {group.id: group for group in registry.classes_under(path)}
    return [group for group in found.values() if TABLE.allows(actor, SEE, group)]


@require_http_methods(["GET", "POST"])
@page(TABLE, ENTER)
def enter(request: ActorRequest, class_id: UUID) -> HttpResponse:
    """The grid: who handed a slip in, and the exceptions to yes."""
    group = registry.org(class_id)
    TABLE.require(request.actor, ENTER, group)
    error: UserError | None = None
    if request.method == "POST":
        try:
            return _keep(request, group)
        except UserError as refusal:
            error = refusal
    rows = _rows(group, request.POST if error else None)
    context = {
        "group": group,
        "missing": [row for row in rows if not row.is_complete],
        "answered": [row for row in rows if row.is_complete],
        "purposes": list(texts.purposes().values()),
        "batch_id": request.POST.get("batch", "") if error else new_id(),
        "signed_on": request.POST.get("signed_on", "") if error else time.today().isoformat(),
        "today": time.today().isoformat(),
        "error": error,
        "too": texts.needs_own(group.grade),
        "done": _number(request.GET.get("done", "")),
        "earlier": batches_of(request.actor, group.id),
        "crumbs": _crumbs(group),
    }
    return render(request, "trust/slips_class.html", context, status=error.status if error else 200)


def _keep(request: ActorRequest, group: OrgRef) -> HttpResponse:
    given = _given(request, group.id)
    services.enter_slips(
        actor=request.actor,
        batch_id=_batch_id(request.POST.get("batch", "")),
        class_id=group.id,
        slips=given,
        signed_on=_day(request.POST.get("signed_on", "")),
        scans=_scans(request),
    )
    return HttpResponseRedirect(f"{reverse('trust.slips_class', args=[group.id])}?done={len(given)}")


def _given(request: ActorRequest, class_id: UUID) -> dict[UUID, dict[Purpose, bool]]:
    """The rows ticked as handed in; a box left ticked is a yes."""
    return {
        pupil.id: {purpose: f"y-{pupil.id}-{purpose}" in request.POST for purpose in Purpose}
        for pupil in registry.pupils_of(class_id)
        if f"in-{pupil.id}" in request.POST
    }


def _rows(group: OrgRef, posted: Mapping[str, str] | None) -> list[Row]:
    pupils = registry.pupils_of(group.id)
    board = board_of([pupil.id for pupil in pupils])
    return [_row(pupil, board[pupil.id], posted) for pupil in pupils]


def _row(pupil: PupilRef, stands: Mapping[Purpose, Verdict], posted: Mapping[str, str] | None) -> Row:
    complete = is_complete(stands)
    cells = []
    for purpose, known in texts.purposes().items():
        name = f"y-{pupil.id}-{purpose}"
        default = not complete or stands[purpose].holds
        cells.append(Cell(name, f"{pupil.name}，{known.name}", default if posted is None else name in posted))
    return Row(
        pupil=pupil,
        is_in=posted is not None and f"in-{pupil.id}" in posted,
        is_complete=complete,
        cells=tuple(cells),
        stands=_words(stands),
    )


def _words(stands: Mapping[Purpose, Verdict]) -> str:
    given = [one for one in stands.values() if one.state.is_answered]
    if not given:
        asked = any(one.state is State.ASKED for one in stands.values())
        return "发了，没收到" if asked else "没收到"
    if len(given) < len(stands):
        return f"答了{len(given)}项，差{len(stands) - len(given)}项"
    no = sum(not one.holds for one in given)
    return f"{no}项不同意" if no else "都同意"


@require_POST
@page(TABLE, ENTER)
def ask(request: ActorRequest, class_id: UUID) -> HttpResponse:
    """Note that the slips go out, and open the sheets to print."""
    services.ask_class(actor=request.actor, class_id=class_id)
    return HttpResponseRedirect(reverse("trust.slips_print", args=[class_id]))


@require_GET
@page(TABLE, ENTER)
def print_slips(request: ActorRequest, class_id: UUID) -> HttpResponse:
    """One A4 sheet for each pupil; those who have not answered, unless all are asked for."""
    group = registry.org(class_id)
    TABLE.require(request.actor, ENTER, group)
    pupils = registry.pupils_of(group.id)
    if request.GET.get("who") != "all":
        board = board_of([pupil.id for pupil in pupils])
        pupils = [pupil for pupil in pupils if not is_complete(board[pupil.id])]
    context = {
        "group": group,
        "school": registry.school_of(group.path),
        "pupils": pupils,
        "purposes": [(known, texts.current(known.key)) for known in texts.purposes().values()],
        "too": texts.needs_own(group.grade),
        "all": request.GET.get("who") == "all",
    }
    return render(request, "trust/slips_print.html", context)


@require_POST
@page(TABLE, ENTER)
def add_scans(request: ActorRequest, batch_id: UUID) -> HttpResponse:
    """A scan that comes later than the typing."""
    batch = TABLE.load(request.actor, ENTER, SlipBatch, id=batch_id)
    services.add_scans(actor=request.actor, batch_id=batch.id, scans=_scans(request))
    return HttpResponseRedirect(f"{reverse('trust.slips_class', args=[batch.class_id])}#earlier")


@require_GET
@page(TABLE, ENTER)
def scan(request: ActorRequest, scan_id: UUID) -> HttpResponse:
    answer = files.response(services.scan_file(actor=request.actor, scan_id=scan_id))
    answer["Cache-Control"] = "private, no-store"
    return answer  # type: ignore[return-value]


def _scans(request: ActorRequest) -> Sequence[services.Scan]:
    return [(one.name or "扫描件", one.read()) for one in request.FILES.getlist("scans")]


def _batch_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise UserError("这一页不完整", kept="什么都没有记。", next="刷新页面再录。") from wrong


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise UserError(
            "签字的日期读不懂", kept="勾选的都还在。", next="选一个日期再记。", field="signed_on"
        ) from wrong


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def _crumbs(group: OrgRef) -> Crumbs:
    return [("同意书", reverse("trust.slips")), (group.name, "")]
