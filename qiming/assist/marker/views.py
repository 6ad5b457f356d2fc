"""The marker's pages for answers: the queue, one question of a class, its rubric, how the marker is used."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.assist.access import TABLE
from qiming.assist.marker import ocr, pages, queries, services
from qiming.assist.marker.access import MARK
from qiming.assist.marker.queries import QuestionPile
from qiming.assist.marker.words import NOT_INSTALLED
from qiming.curriculum.types import Item
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries as registry
from qiming.teaching.types import OfferingRef
from qiming.trust import services as trust

HOME = ("预批", "/assist/marking/")


@require_GET
@page(TABLE, MARK)
def home(request: ActorRequest) -> HttpResponse:
    """What waits: questions, and homework that photos can be brought to."""
    waiting = queries.waiting(request.actor)
    context = {
        "waiting": waiting,
        "total": sum(one.waiting for one in waiting),
        "looked": sum(one.looked for one in waiting),
        "homework": queries.homework_with_sheets(request.actor),
        "not_installed": "" if ocr.is_installed() else NOT_INSTALLED,
    }
    return render(request, "assist/marker/home.html", context)


@require_http_methods(["GET", "POST"])
@page(TABLE, MARK)
def question(request: ActorRequest, offering_id: UUID, item_version_id: UUID) -> HttpResponseBase:
    """All pupils' answers to one question: look, change, keep; release what was looked at."""
    offering = services.offering_for(request.actor, offering_id)
    item = queries.item_or_denied(item_version_id)
    error: UserError | None = None
    if request.method == "POST":
        try:
            return redirect(f"{_here(offering, item)}?{_do(request, offering, item)}")
        except UserError as caught:
            error = caught
    pile = queries.pile(request.actor, offering, item)
    _log(request, pile)
    context = {
        "pile": pile,
        "class_name": registry.org(offering.class_group_id).name,
        "answers": pages.all_shown(pile),
        "told": _told(request),
        "error": error,
        "crumbs": [HOME, (offering.title, None)],
    }
    return render(request, "assist/marker/question.html", context, status=error.status if error else 200)


def _here(offering: OfferingRef, item: Item) -> str:
    return reverse("assist.question", args=[offering.id, item.id])


def _do(request: ActorRequest, offering: OfferingRef, item: Item) -> str:
    """Keep what the form says, or release; returns what to say on the next page."""
    if request.POST.get("do") == "release":
        sent = services.release(actor=request.actor, offering_id=offering.id, item_version_id=item.id)
        return f"sent={sent}"
    only = request.POST.get("only", "")
    ids = [only] if only else request.POST.getlist("ids")[: queries.MOST]
    rubric = queries.rubric_of(offering.id, item)
    looks = pages.looks_of(request.POST, ids, rubric)
    if not looks:
        raise UserError(
            "还没有给分", kept="写的话还在这一页上。", next="每一条选一个分数，再存。", field="points"
        )
    told = services.look(actor=request.actor, offering_id=offering.id, item_version_id=item.id, looks=looks)
    sent = 0
    if only and not told.taken and not told.gone:
        sent = services.release(
            actor=request.actor, offering_id=offering.id, item_version_id=item.id, only=looks[0].id
        )
    return f"kept={told.kept}&taken={told.taken}&gone={told.gone}&sent={sent}"


def _told(request: ActorRequest) -> dict[str, int]:
    """What the act before this page did, as the address says."""
    told = {}
    for key in ("kept", "taken", "gone", "sent", "classes"):
        raw = request.GET.get(key, "")
        told[key] = int(raw) if raw.isdecimal() and raw.isascii() and len(raw) < 4 else 0
    return told


def _log(request: ActorRequest, pile: QuestionPile) -> None:
    trust.log_read(
        request.actor,
        verb=MARK,
        subjects={line.pupil.id for line in pile.lines},
        scope_path=pile.offering.scope_path,
        what="预批时看作答",
    )


@require_http_methods(["GET", "POST"])
@page(TABLE, MARK)
def rubric(request: ActorRequest, offering_id: UUID, item_version_id: UUID) -> HttpResponseBase:
    """What gives points for one question of a class."""
    offering = services.offering_for(request.actor, offering_id)
    item = queries.item_or_denied(item_version_id)
    found = queries.rubric_of(offering.id, item)
    rows, error = pages.rubric_rows(found), None
    if request.method == "POST":
        try:
            classes = services.write_rubric(
                actor=request.actor,
                offering_id=offering.id,
                item_version_id=item.id,
                post=request.POST.dict(),
                everywhere=request.POST.get("everywhere") == "1",
            )
            return redirect(f"{_here(offering, item)}?classes={classes}")
        except UserError as caught:
            rows, error = pages.posted_rows(found, request.POST.dict()), caught
    context: dict[str, Any] = {
        "offering": offering,
        "item": item,
        "rubric": found,
        "rows": rows,
        "error": error,
        "sample": item.data.get("sample", ""),
        "crumbs": [HOME, (offering.title, _here(offering, item)), ("给分标准", None)],
    }
    return render(request, "assist/marker/rubric.html", context, status=error.status if error else 200)


@require_POST
@page(TABLE, MARK)
def choice(request: ActorRequest, offering_id: UUID) -> HttpResponseBase:
    """How the marker is used in one course of a class."""
    services.set_choice(
        actor=request.actor,
        offering_id=offering_id,
        is_on=request.POST.get("is_on") == "1",
        first=_number(request.POST.get("first", "")),
        bar_percent=_number(request.POST.get("bar_percent", "")),
    )
    item_id = request.POST.get("item", "")
    try:
        return redirect("assist.question", offering_id, UUID(item_id))
    except ValueError:
        return redirect("assist.marker")


def _number(raw: str) -> int | None:
    return int(raw) if raw.isdecimal() and raw.isascii() and len(raw) < 4 else None
