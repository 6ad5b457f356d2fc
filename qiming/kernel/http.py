"""Requests that know their actor; decorators that bind a page to a line of an access table."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from qiming.kernel.access import Actor, Denied, Table

P = ParamSpec("P")


class ActorRequest(HttpRequest):
    """A request of somebody signed in."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class Door:
    """What a view demands: a line of a table, or nothing (a public page)."""

    room: str
    verb: str
    says: str


def page(
    table: Table, verb: str
) -> Callable[
    [Callable[Concatenate[ActorRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Bind a view to `verb`: signed in, and with some role in that line; objects are loaded through the table."""

    def decorate(
        view: Callable[Concatenate[ActorRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor: Actor | None = getattr(request, "actor", None)
            if actor is None:
                return to_sign_in(request)
            if not table.may_try(actor, verb):
                raise Denied(verb, hides=False)
            return view(request, *args, **kwargs)  # type: ignore[arg-type]

        guarded.door = Door(table.room, verb, table.row(verb).says)  # type: ignore[attr-defined]
        return cast(Callable[Concatenate[HttpRequest, P], HttpResponseBase], guarded)

    return decorate


def signed_in_page(
    says: str,
) -> Callable[
    [Callable[Concatenate[ActorRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Mark a view as open to everybody who is signed in, whatever the role; `says` tells in Chinese why."""

    def decorate(
        view: Callable[Concatenate[ActorRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if getattr(request, "actor", None) is None:
                return to_sign_in(request)
            return view(request, *args, **kwargs)  # type: ignore[arg-type]

        guarded.door = Door("", "", says)  # type: ignore[attr-defined]
        return cast(Callable[Concatenate[HttpRequest, P], HttpResponseBase], guarded)

    return decorate


def public_page(says: str) -> Callable[[Callable[P, HttpResponseBase]], Callable[P, HttpResponseBase]]:
    """Mark a view as open to everybody; `says` tells in Chinese why."""

    def decorate(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
        view.door = Door("", "", says)  # type: ignore[attr-defined]
        return view

    return decorate


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send the browser to sign-in and back; an htmx or JSON request is told plainly instead."""
    if is_fragment(request) or wants_json(request):
        response = HttpResponse("登录已经结束。写下的内容还在这一页，请在新窗口登录后再试。", status=401)
        response["HX-Redirect"] = settings.LOGIN_URL
        return response
    return HttpResponseRedirect(f"{settings.LOGIN_URL}?next={quote(request.get_full_path())}")


def is_fragment(request: HttpRequest) -> bool:
    """Whether a page asks for a piece of itself."""
    return request.headers.get("HX-Request") == "true" or request.headers.get("X-Fragment") == "1"


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", "")


def not_modified(request: HttpRequest, etag: str) -> HttpResponse | None:
    """A 304 when the asker already has `etag`; None when it needs the body. Costs nothing to answer."""
    # Compression turns the tag into a weak one (W/"…"); the picture is the same.
    if request.headers.get("If-None-Match", "").removeprefix("W/") == f'"{etag}"':
        response = HttpResponse(status=304)
        response["ETag"] = f'"{etag}"'
        return response
    return None


def tagged(response: HttpResponse, etag: str) -> HttpResponse:
    """`response` marked so that the next asking can be answered with 304."""
    response["ETag"] = f'"{etag}"'
    response["Cache-Control"] = "private, no-cache"
    return response


def client_address(request: HttpRequest) -> str:
    """The address a request came from; a proxy's word counts only when TRUST_PROXY is set."""
    if settings.TRUST_PROXY:
        forwarded = request.headers.get("X-Forwarded-For", "")
        if forwarded:
            return forwarded.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def door_of(view: Callable[..., Any]) -> Door | None:
    """What `view` demands, or None when nobody said: the access test fails on that."""
    return getattr(view, "door", None)
