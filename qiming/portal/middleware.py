"""Puts the navigation and the line naming the actor on the request, when a page asks for them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from qiming.kernel.access import Actor
from qiming.portal.navigation import entries
from qiming.portal.place import actor_line, is_demo

Answer = Callable[[HttpRequest], HttpResponse]


class NavigationMiddleware:
    """Lazy: an API call or a 304 never pays for it."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        page = request
        page.nav = SimpleLazyObject(lambda: self._nav(request))  # type: ignore[attr-defined]
        page.actor_line = SimpleLazyObject(lambda: self._line(request))  # type: ignore[attr-defined]
        page.is_demo = SimpleLazyObject(is_demo)  # type: ignore[attr-defined]
        return self.answer(request)

    @staticmethod
    def _nav(request: HttpRequest) -> list[object]:
        actor: Actor | None = getattr(request, "actor", None)
        return list(entries(actor, request.path)) if actor else []

    @staticmethod
    def _line(request: HttpRequest) -> str:
        actor: Actor | None = getattr(request, "actor", None)
        return actor_line(actor) if actor else ""
