"""Puts the actor on the request, at the cost of one query and only when a session is named."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from qiming.kernel.errors import UserError
from qiming.kernel.http import is_fragment, wants_json
from qiming.kernel.middleware import refusal
from qiming.registry import actors

_OPEN_BEFORE_CHANGE = frozenset({"/sign-in/password/", "/sign-out/"})


class ActorMiddleware:
    """Sets `request.actor` (None: nobody); holds up whoever must first change a given password."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        found = actors.of_session(key) if key else None
        request.actor = found.actor if found else None  # type: ignore[attr-defined]
        if found and found.must_change_password and request.path not in _OPEN_BEFORE_CHANGE:
            return _change_first(request)
        return self.answer(request)


def _change_first(request: HttpRequest) -> HttpResponse:
    if is_fragment(request) or wants_json(request):
        return refusal(request, UserError("请先改掉学校给你的初始密码", next="改完再继续。", status=403))
    return HttpResponseRedirect(reverse("registry.password"))
