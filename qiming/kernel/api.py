"""JSON endpoints: one router per room, each operation bound to a line of the room's access table."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError
from ninja.parser import Parser
from ninja.security import APIKeyCookie

from qiming.kernel.access import Actor, Denied, Table
from qiming.kernel.http import Door

MAX_DEPTH: Final = 60


class BoundedJson(Parser):
    """Reads a body as JSON and refuses what no page of ours sends: endless nesting, NaN, characters that are none."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            body = json.loads(request.body, parse_constant=_no_number)
        except RecursionError:
            raise HttpError(400, "送来的内容层次太深。") from None
        _check(body)
        return body


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _check(body: Any) -> None:
    """Go through every value without recursion."""
    level = [body]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below += [*value, *value.values()]
            elif isinstance(value, list):
                below += value
            elif isinstance(value, str) and not _is_text(value):
                raise HttpError(400, "送来的内容里有不是文字的字符。")
        if not below:
            return
        level = below
    raise HttpError(400, "送来的内容层次太深。")


def _is_text(value: str) -> bool:
    """Whether it can be stored: no NUL and no half of a surrogate pair, which no keyboard makes."""
    try:
        return b"\x00" not in value.encode()
    except UnicodeEncodeError:
        return False


class SignedIn(APIKeyCookie):
    """The browser's own session; checks the cross-site token on writing requests."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        return getattr(request, "actor", None)


def router() -> Router:
    """A room's router; `site` mounts it at /api/<room>/."""
    return Router(auth=SignedIn())


def api_verb(table: Table, verb: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Refuse an operation to whoever has no role in the line `verb`; objects are loaded through the table."""

    def decorate(operation: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(operation)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            actor: Actor | None = getattr(request, "actor", None)
            if actor is None:
                raise HttpError(401, "登录已经结束，请重新登录。")
            if not table.may_try(actor, verb):
                raise Denied(verb, hides=False)
            return operation(request, *args, **kwargs)

        guarded.door = Door(table.room, verb, table.row(verb).says)  # type: ignore[attr-defined]
        return guarded

    return decorate
