"""The cockpit: one page for 45 minutes, kept fresh by conditional polling."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.curriculum import queries as curriculum
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, is_fragment, not_modified, page, tagged
from qiming.registry import queries as registry
from qiming.teaching import queries, services
from qiming.teaching.access import RUN, TABLE
from qiming.teaching.models import TaughtPeriod
from qiming.teaching.queries.board import Board, board, running, shares
from qiming.teaching.queries.live import signs_of
from qiming.teaching.services.live import ASKING, question_of
from qiming.teaching.types import LiveState, Pace
from qiming.trust.services import log_read


@require_POST
@page(TABLE, RUN)
def start(request: ActorRequest, period_id: UUID) -> HttpResponse:
    services.start_period(actor=request.actor, period_id=period_id)
    return HttpResponseRedirect(reverse("teaching.cockpit", args=[period_id]))


@require_GET
@page(TABLE, RUN)
def cockpit(request: ActorRequest, period_id: UUID) -> HttpResponse:
    """The whole page; afterwards only `board_piece` is asked for."""
    found = running(request.actor, period_id)
    if found.row.ended_at is not None:
        return HttpResponseRedirect(reverse("teaching.confirm", args=[period_id]))
    seen = board(found)
    _log(request, seen, [one.pupil_id for one in seen.seats], "上课时看全班")
    lesson = curriculum.lesson(seen.live.lesson_version_id)
    asks = [
        {"key": one.key, "title": one.title, "question": question_of(one)}
        for one in lesson.activities
        if one.kind in ASKING and one.data.get("choices")
    ]
    context = _context(request, seen) | {
        "group": registry.org(seen.live.class_group_id),
        "lesson": lesson,
        "asks": asks,
        "etag": _etag(found.etag, _order(request)),
        "letters": "ABCD",
    }
    return render(request, "teaching/cockpit.html", context)


@require_GET
@page(TABLE, RUN)
def board_piece(request: ActorRequest, period_id: UUID) -> HttpResponse:
    """What changes on the cockpit; 304 when nothing did."""
    found = running(request.actor, period_id)
    etag = _etag(found.etag, _order(request))
    unchanged = not_modified(request, etag)
    if unchanged is not None:
        return unchanged
    if found.row.ended_at is not None:
        return HttpResponse(status=410)
    context = _context(request, board(found))
    return tagged(render(request, "teaching/_board.html", context), etag)


def _log(request: ActorRequest, seen: Board, pupils: list[UUID], what: str) -> None:
    log_read(request.actor, verb=RUN, subjects=pupils, scope_path=seen.live.scope_path, what=what)


def _order(request: ActorRequest) -> str:
    return "seat" if request.GET.get("by") == "seat" else "step"


def _etag(tag: str, order: str) -> str:
    return f"{tag}-{order}"


def _context(request: ActorRequest, seen: Board) -> dict[str, object]:
    return {
        "board": seen,
        "live": seen.live,
        "by": _order(request),
        "period_id": seen.live.period_id,
        "shares": shares(seen.live.poll),
    }


Act = Callable[[ActorRequest, Actor, UUID], LiveState]


def _minutes(request: ActorRequest) -> int:
    text = request.POST.get("minutes", "3")
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def _poll(request: ActorRequest, actor: Actor, period_id: UUID) -> LiveState:
    """A poll of the teacher's own, or of a step that asks."""
    key = request.POST.get("activity", "")
    if key:
        lesson = curriculum.lesson(_lesson_id(period_id))
        activity = lesson.activity(key)
        if activity is None:
            raise UserError("这节课里没有这个环节", next="刷新页面，再选一次。")
        choices = [(one["key"], one["text"]) for one in activity.data.get("choices", ())]
        question = question_of(activity)
    else:
        question = request.POST.get("question", "")
        texts = [text for text in request.POST.getlist("choice") if text.strip()]
        choices = [("ABCDEF"[index], text) for index, text in enumerate(texts[:6])]
    return services.start_poll(
        actor=actor, period_id=period_id, question=question, choices=choices, activity_key=key
    )


def _lesson_id(period_id: UUID) -> UUID:
    found = queries.period(period_id).lesson_version_id
    if found is None:
        raise UserError("这节课没有用平台上的课")
    return found


def _uuid(request: ActorRequest, name: str) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError as error:
        raise UserError("没有找到要看的那一个", next="刷新页面，再点一次。") from error


def _slide(request: ActorRequest) -> int | None:
    text = request.POST.get("slide", "")
    return int(text) if text.isdecimal() and len(text) < 4 else None


ACTS: dict[str, Act] = {
    "release": lambda r, a, p: services.release(
        actor=a, period_id=p, activity_key=r.POST.get("activity", "")
    ),
    "release_done": lambda r, a, p: services.release(
        actor=a, period_id=p, activity_key=r.POST.get("activity", ""), only_done=True
    ),
    "more": lambda r, a, p: services.add_minutes(actor=a, period_id=p, minutes=_minutes(r)),
    "pause": lambda r, a, p: services.pause(actor=a, period_id=p, paused=True),
    "resume": lambda r, a, p: services.pause(actor=a, period_id=p, paused=False),
    "free": lambda r, a, p: services.set_pace(actor=a, period_id=p, pace=Pace.FREE),
    "lead": lambda r, a, p: services.set_pace(actor=a, period_id=p, pace=Pace.TEACHER),
    "poll": _poll,
    "poll_again": lambda r, a, p: services.repeat_poll(actor=a, period_id=p),
    "poll_close": lambda r, a, p: services.close_poll(actor=a, period_id=p),
    "wall": lambda r, a, p: services.show_on_wall(
        actor=a, period_id=p, wall=r.POST.get("wall", ""), slide_no=_slide(r)
    ),
    "hand": lambda r, a, p: services.lower_hand(actor=a, period_id=p, pupil_id=_uuid(r, "pupil")),
    "show": lambda r, a, p: services.show_work(actor=a, period_id=p, work_id=_uuid(r, "work")),
    "unshow": lambda r, a, p: services.show_work(actor=a, period_id=p, work_id=None),
    "end": lambda r, a, p: services.end_period(actor=a, period_id=p),
}


@require_POST
@page(TABLE, RUN)
def act(request: ActorRequest, period_id: UUID) -> HttpResponse:
    """One touch of the teacher. A script gets 204 and asks for the board; without script, back to the cockpit."""
    TABLE.load(request.actor, RUN, TaughtPeriod, id=period_id)
    verb = ACTS.get(request.POST.get("act", ""))
    if verb is None:
        raise UserError("没有这个动作", next="刷新页面，再点一次。")
    state = verb(request, request.actor, period_id)
    target = reverse("teaching.confirm" if state.is_ended else "teaching.cockpit", args=[period_id])
    if is_fragment(request):
        answer = HttpResponse(status=204)
        if state.is_ended:
            answer["X-Go"] = target
        return answer
    return HttpResponseRedirect(target)


@require_GET
@page(TABLE, RUN)
def pupil(request: ActorRequest, period_id: UUID, pupil_id: UUID) -> HttpResponse:
    """One pupil's screen as far as it is known: where, how long, and what the learning room shows of the work."""
    found = running(request.actor, period_id)
    seen = board(found)
    seat = next((one for one in seen.seats if one.pupil_id == pupil_id), None)
    if seat is None:
        raise UserError("这个学生现在不在这个班", next="回到课堂，看看名单。", status=404)
    _log(request, seen, [pupil_id], "上课时看屏幕")
    sign = signs_of(period_id).get(pupil_id)
    finished = sign.done if sign else frozenset()
    context: dict[str, object] = {
        "seat": seat,
        "show_url": reverse("teaching.live_act", args=[period_id]),
        "step": seen.step(seat.activity),
        "period_id": period_id,
        "live": seen.live,
        "finished": [one for one in seen.steps if one.key in finished],
    }
    template = "teaching/_pupil.html" if is_fragment(request) else "teaching/live_pupil.html"
    return render(request, template, context)
