"""Puts the actor on the request, at the cost of one query and only when a session is named."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.kernel.http import is_fragment, wants_json
from qiming.kernel.middleware import refusal
from qiming.registry import actors
from qiming.registry.actors import SignedIn
from qiming.registry.rules.sign_in import Demand
from qiming.registry.services.second_factor import demanded
from qiming.registry.services.sessions import SEEN_EVERY, note_seen

_OPEN_BEFORE_CHANGE = frozenset({"/sign-in/password/", "/sign-out/"})
_OPEN_BEFORE_SECOND = ("/account/second-factor/", "/account/again/", "/sign-in/password/", "/sign-out/")


class ActorMiddleware:
    """Sets `request.actor` (None: nobody); holds up whoever must first change a given password."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        found = actors.of_session(key) if key else None
        request.actor = found.actor if found else None  # type: ignore[attr-defined]
        request.signed_in = found  # type: ignore[attr-defined]
        if found and key:
            if held_up := _held_up(request, found):
                return held_up
            if _is_use(request, found):
                note_seen(key)
        return self.answer(request)


def _held_up(request: HttpRequest, found: SignedIn) -> HttpResponse | None:
    """What must be done before anything else: a password of one's own, a second factor."""
    if found.must_change_password and request.path not in _OPEN_BEFORE_CHANGE:
        return _first(request, "请先改掉学校给你的初始密码", "registry.password")
    if (
        settings.SECOND_FACTOR.is_required
        and not found.has_second_factor
        and not request.path.startswith(_OPEN_BEFORE_SECOND)
        and demanded(found.actor) is Demand.REQUIRED
    ):
        return _first(request, "你的身份要两步登录", "registry.second_factor")
    return None


def _is_use(request: HttpRequest, found: SignedIn) -> bool:
    """Whether somebody is at the device: what a page asks by itself every few seconds is not a sign of it."""
    asks_by_itself = request.method == "GET" and request.headers.get("X-Fragment") == "1"
    return not asks_by_itself and found.seen_at is not None and time.now() - found.seen_at > SEEN_EVERY


def _first(request: HttpRequest, said: str, page: str) -> HttpResponse:
    if is_fragment(request) or wants_json(request):
        return refusal(request, UserError(said, next="刷新页面，做完再继续。", status=403))
    return HttpResponseRedirect(reverse(page))
