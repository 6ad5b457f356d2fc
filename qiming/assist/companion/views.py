"""The pupil's pages of the companion."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.agents.guard import dependence
from qiming.agents.talk import queries as talk
from qiming.agents.talk import services as talking
from qiming.agents.talk.connecting import gateway_for
from qiming.agents.talk.types import Turn
from qiming.assist.access import TABLE
from qiming.assist.companion import gather, queries, services
from qiming.assist.companion.access import SEE_TALK, SEE_USE, SET_CLASS, TALK
from qiming.assist.companion.forms import SayForm
from qiming.assist.companion.types import MODES, Situation
from qiming.assist.models import Conversation
from qiming.curriculum import queries as curriculum
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.headers import calling
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries as registry
from qiming.teaching import queries as teaching

_MINE = "the pupil's own conversation"


@require_GET
@page(TABLE, TALK)
def chat(request: ActorRequest, offering_id: UUID, lesson_key: str) -> HttpResponse:
    """The conversation about a lesson, or about one item of it (`?item=`)."""
    at = gather.situation(request.actor, offering_id, lesson_key, request.GET.get("item", ""))
    return _page(request, at, SayForm())


@require_GET
@page(TABLE, TALK)
def ask(request: ActorRequest, offering_id: UUID, item_key: str) -> HttpResponse:
    """From an item to the conversation about it."""
    offering = teaching.offering(offering_id)
    TABLE.require(request.actor, TALK, offering)
    item = curriculum.item_by_key(offering.course_version_id, item_key)
    if item is None:
        raise Denied(TALK)
    lesson = curriculum.lesson(item.lesson_version_id)
    where = reverse("assist.chat", args=[offering.id, lesson.key])
    return HttpResponseRedirect(f"{where}?item={item.key}")


@require_POST
@page(TABLE, TALK)
def say(request: ActorRequest, offering_id: UUID, lesson_key: str) -> HttpResponse:
    """Say something. A script gets the turn alone, a form the whole page."""
    form, item = SayForm(request.POST), request.GET.get("item", "")
    at = gather.situation(request.actor, offering_id, lesson_key, item)
    alone = request.headers.get("X-Fragment") == "1"
    if not form.is_valid():
        words = " ".join(str(one) for one in form.errors.get("text") or ["没有发出去，刷新页面再试。"])
        if alone:
            raise UserError(words, kept="你写的还在。")
        return _page(request, at, form, status=422)
    asked = services.Asked(offering_id, lesson_key, item, **form.cleaned_data)
    try:
        turn = services.say(actor=request.actor, asked=asked)
    except UserError as error:
        if alone:
            raise
        form.add_error("text", error.message)
        return _page(request, at, form, status=error.status)
    if alone:
        return _turn(request, turn, asked.text)
    if turn.ticket:  # without a script nobody fetches the model's words: the course answers
        talking.close(turn.id)
    return HttpResponseRedirect(_url(at) + "#say")


@require_GET
@page(TABLE, SEE_TALK)
def turn(request: ActorRequest, turn_id: UUID) -> HttpResponse:
    """One turn of one's own as it stands now: asked after a model has spoken."""
    found = _own_turn(request, turn_id)
    return _turn(request, found, _asked(found))


@require_POST
@page(TABLE, SEE_TALK)
def close(request: ActorRequest, turn_id: UUID) -> HttpResponse:
    """The model did not answer: what the course says stands in its place."""
    _own_turn(request, turn_id)
    found = talking.close(turn_id)
    if found is None:
        raise Denied(SEE_TALK)
    return _turn(request, found, _asked(found))


@require_POST
@page(TABLE, TALK)
def answer(request: ActorRequest, turn_id: UUID) -> HttpResponse:
    """The pupil answers whether an adult should come; back to the conversation."""
    said = services.answer(
        actor=request.actor, turn_id=turn_id, wants_adult=request.POST.get("answer") != "fine"
    )
    if said.ticket:  # the page that comes is a new one: nobody fetches the model's words
        talking.close(said.id)
    row = Conversation.objects.for_actor(request.actor, SEE_TALK).get(id=said.conversation)
    where = reverse("assist.chat", args=[row.offering_id, row.lesson_key])
    return HttpResponseRedirect(f"{where}?item={row.item_key}#say" if row.item_key else f"{where}#say")


@require_GET
@page(TABLE, SEE_USE)
def mine(request: ActorRequest) -> HttpResponse:
    """我的学伴: how I use it, and what I asked; for a teacher the classes, each with its own page."""
    actor = request.actor
    if TABLE.may_try(actor, SET_CLASS):
        return _classes(request)
    seats = registry.seats_of_pupil(actor.person_id)
    stage = registry.org(seats[0].class_id).stage.value if seats else "junior"
    use = queries.use_of(actor, actor.person_id, stage)
    context = {
        "lines": queries.talks(actor, [actor.person_id]),
        "use": use,
        "words": dependence.for_pupil(use),
        "limit": queries.daily_minutes(stage),
        "days": queries.DAYS,
    }
    return render(request, "assist/companion/mine.html", context)


def _classes(request: ActorRequest) -> HttpResponse:
    """Where a teacher's classes stand with it."""
    groups = {
        one.id: one for path in TABLE.paths(request.actor, SET_CLASS) for one in registry.classes_under(path)
    }
    stopped = {
        one: gather.stopped_at(path, one, accompanied=True)
        for one, path in {group.stage.value: group.path for group in groups.values()}.items()
    }
    lines = [
        (group, gather.is_offered(group.path), gather.class_choice(group.path), stopped[group.stage.value])
        for group in sorted(groups.values(), key=lambda one: one.path)
    ]
    reasons = {one.reason for one in stopped.values() if one and one.reason}
    context = {"lines": lines, "stopped": next(filter(None, stopped.values()), None), "reasons": reasons}
    return render(request, "assist/companion/classes.html", context)


def _own_turn(request: ActorRequest, turn_id: UUID) -> Turn:
    found = talk.turn(turn_id)
    if found is None:
        raise Denied(SEE_TALK)
    TABLE.load(request.actor, SEE_TALK, Conversation.objects.unscoped(_MINE), id=found.conversation)
    return found


def _asked(turn: Turn) -> str:
    return next((one.asked for one in queries.spoken(turn.conversation) if one.turn.id == turn.id), "")


def _turn(request: HttpRequest, turn: Turn, asked: str) -> HttpResponse:
    return render(
        request, "assist/companion/_turn.html", {"one": queries.Spoken(asked, turn), "is_last": True}
    )


def _page(request: ActorRequest, at: Situation, form: SayForm, status: int = 200) -> HttpResponse:
    rows = Conversation.objects.for_actor(request.actor, SEE_TALK)
    row = rows.filter(
        offering_id=at.offering.id,
        lesson_key=at.lesson.key,
        item_key=at.item.key if at.item else "",
        mode=at.mode,
    ).first()
    player = reverse("learning.player", args=[at.offering.id, at.lesson.key])
    gateway = gateway_for(request.scheme or "http", request.get_host())
    context: dict[str, Any] = {
        "at": at,
        "mode": MODES[at.mode],
        "spoken": queries.spoken(row.id) if row else [],
        "form": form,
        "say_url": reverse("assist.say", args=[at.offering.id, at.lesson.key])
        + (f"?item={at.item.key}" if at.item else ""),
        "gateway": gateway,
        "fresh_id": uuid4(),
        "back": player if at.mode != "before" else reverse("learning.home"),
        "primary": at.stage == "primary",
    }
    answer = render(request, "assist/companion/chat.html", context, status=status)
    answer["Content-Security-Policy"] = calling(gateway)
    return answer


def _url(at: Situation) -> str:
    url = reverse("assist.chat", args=[at.offering.id, at.lesson.key])
    return f"{url}?item={at.item.key}" if at.item else url
