"""JSON endpoints: one router per room, each operation bound to a line of the room's access table."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError
from ninja.security import APIKeyCookie

from qiming.kernel.access import Actor, Denied, Table
from qiming.kernel.http import Door


class SignedIn(APIKeyCookie):
    """The browser's own session; checks the cross-site token on writing requests."""

    param_name = "sessionid"

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
