"""Requests that know their actor; decorators that bind a page to a line of an access table."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from qiming.kernel import addresses
from qiming.kernel.access import Actor, Denied, Table
from qiming.kernel.errors import UserError

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


def keyed_door(says: str) -> Callable[[Callable[P, HttpResponseBase]], Callable[P, HttpResponseBase]]:
    """Mark a view as an entrance for other systems, which bring a key with every request and never a cookie: it checks
    the key before it reads the body, counts by key how often it is asked, and needs no cross-site token."""

    def decorate(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
        marked = csrf_exempt(view)
        marked.door = Door("", "", says)  # type: ignore[attr-defined]
        marked.is_keyed = True  # type: ignore[attr-defined]
        return marked

    return decorate


SIGNED_OUT = UserError(
    "登录已经结束", kept="写下的内容还在这一页上。", next="在新窗口登录，回到这里再点一次。", status=401
)


def body_limit(size_bytes: int) -> Callable[[Callable[P, HttpResponseBase]], Callable[P, HttpResponseBase]]:
    """Let a view take requests of up to `size_bytes` (outermost decorator); others are refused beyond the usual."""

    def decorate(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
        view.max_body_bytes = size_bytes  # type: ignore[attr-defined]
        return view

    return decorate


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send the browser to sign-in and back. A piece of a page or a program is told plainly instead and never
    led away: the page the piece belongs to may hold words that were not sent yet."""
    if wants_json(request):
        return JsonResponse(SIGNED_OUT.problem(), status=401, content_type="application/problem+json")
    if is_fragment(request):
        response = render(
            request, "kernel/components/signed_out.html", {"error": SIGNED_OUT, "door": settings.LOGIN_URL}
        )
        response.status_code = SIGNED_OUT.status
        response["HX-Reswap"] = "none"  # the script of the page shows it without touching what is there
        return response
    # What was sent by a form cannot be sent again by an address: back to the page on which it was written.
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else _came_from(request)
    return HttpResponseRedirect(f"{settings.LOGIN_URL}?next={quote(back)}")


def _came_from(request: HttpRequest) -> str:
    parts = urlsplit(request.headers.get("Referer", ""))
    if parts.netloc != request.get_host() or not parts.path.startswith("/"):
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")


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
    """The address a request came from; a proxy's word counts only when TRUST_PROXY is set, and only when its
    last word is an address."""
    if settings.TRUST_PROXY:
        last = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
        if found := addresses.parse(_without_port(last)):
            return str(found)
    return str(request.META.get("REMOTE_ADDR", ""))


def _without_port(written: str) -> str:
    """`192.0.2.1:443` and `[2001:db8::1]:443`, as some proxies write them, without the port."""
    if written.startswith("["):
        return written[1:].partition("]")[0]
    return written.partition(":")[0] if written.count(":") == 1 else written


def door_of(view: Callable[..., Any]) -> Door | None:
    """What `view` demands, or None when nobody said: the access test fails on that."""
    return getattr(view, "door", None)
