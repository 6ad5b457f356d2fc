"""What was asked once while answering a request need not be asked again (`once_a_request`), and what the operator
loads by command not at every request (`kept`).

`once_a_request` keeps nothing from one request to the next, so nothing can be stale; in a request that writes, in
jobs, commands and tests of services every question goes to the database.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from time import monotonic
from typing import Any, ParamSpec, TypeVar, cast

from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
R = TypeVar("R")

MOST_KEPT = 512
_IS_TESTED = bool(os.environ.get("QIMING_TESTING"))
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


def kept(seconds: float) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a question remember its answers for some seconds in this process: only for what the operator loads by
    command (school years, dated rules, the concept graph), where being that late harms nobody. Tests, whose
    databases change under them, always ask."""

    def decorate(ask: Callable[P, R]) -> Callable[P, R]:
        answers: dict[Any, tuple[float, R]] = {}

        @wraps(ask)
        def asked(*args: P.args, **kwargs: P.kwargs) -> R:
            if _IS_TESTED:
                return ask(*args, **kwargs)
            key, now = (args, tuple(sorted(kwargs.items()))), monotonic()
            found = answers.get(key)
            if found is None or found[0] < now:
                if len(answers) >= MOST_KEPT:
                    answers.clear()
                found = answers[key] = (now + seconds, ask(*args, **kwargs))
            return found[1]

        return asked

    return decorate
