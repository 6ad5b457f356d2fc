"""What was asked once while answering a request need not be asked again: for facts that nobody changes in passing.

Only for places, calendars and dated rules. Nothing is kept from one request to the next, so nothing can be stale;
outside a request (jobs, commands, tests of services) every question goes to the database.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
R = TypeVar("R")

_known: ContextVar[dict[Any, Any] | None] = ContextVar("known_in_this_request", default=None)


def once_a_request(ask: Callable[P, R]) -> Callable[P, R]:
    """Let `ask` remember its answers until the request is answered. Its arguments must be hashable, its answer
    nothing that anybody changes in place."""

    @wraps(ask)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        known = _known.get()
        if known is None:
            return ask(*args, **kwargs)
        key = (asked, args, tuple(sorted(kwargs.items())))
        if key not in known:
            known[key] = ask(*args, **kwargs)
        return cast(R, known[key])

    return asked


def forget() -> None:
    """After places, calendars or rules were changed within this request."""
    known = _known.get()
    if known is not None:
        known.clear()


@contextmanager
def remembering() -> Iterator[None]:
    """Remember within the block."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


class Remember:
    """The middleware: one memory for each request."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            with remembering():
                return self.answer(request)
        return self.answer(request)
