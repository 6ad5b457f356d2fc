"""What the views of the LTI folder share: where we are, refusals as pages and as answers to programs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from qiming.kernel.headers import reaching
from qiming.kernel.throttle import Limit
from qiming.resources.lti.models import LtiLaunch, LtiToken, LtiTool
from qiming.resources.lti.protocol.refusals import Refused
from qiming.resources.lti.protocol.registering import Addresses
from qiming.resources.lti.services import log
from qiming.resources.lti.services.access_tokens import holder_of
from qiming.resources.lti.services.launches import Base
from qiming.resources.lti.types import Note, Posting

P = ParamSpec("P")
# One server of a tool, by its address; a class of 45 that hands in at once is far below.
SERVER: Final = Limit("lti", burst=1200, per_minute=1200)


def base_of(request: HttpRequest) -> Base:
    scheme = "https" if settings.HTTPS else request.scheme
    return Base(f"{scheme}://{request.get_host()}")


def addresses(request: HttpRequest) -> Addresses:
    issuer = base_of(request).issuer
    return Addresses(
        issuer,
        issuer + reverse("lti.authorize"),
        issuer + reverse("lti.token"),
        issuer + reverse("lti.keys"),
        issuer + reverse("lti.register"),
    )


def answered(
    kind: Note,
) -> Callable[
    [Callable[Concatenate[HttpRequest, LtiToken, P], HttpResponse]],
    Callable[Concatenate[HttpRequest, P], HttpResponse],
]:
    """For calls of a tool's server: the token is looked at first, a refusal is logged and told."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, LtiToken, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            token = None
            try:
                token = holder_of(request.headers.get("Authorization", ""))
                return view(request, token, *args, **kwargs)
            except Refused as refusal:
                log.refused(kind, token.tool if token else None, refusal)
                return told(refusal)

        return guarded

    return decorate


def told(refusal: Refused) -> JsonResponse:
    """The refusal for a program: the standard's word, and ours with the detail."""
    says = refusal.says
    body = {
        "error": says.oauth,
        "error_description": f"{refusal.code.value}: {refusal.detail}"
        if refusal.detail
        else refusal.code.value,
        "message": says.happened,
        "next": says.mend,
    }
    answer = JsonResponse(body, status=says.status, json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "no-cache"
    if says.status == 401:
        answer["WWW-Authenticate"] = f'Bearer error="{says.oauth}"'
    return answer


def refused_page(
    request: HttpRequest, refusal: Refused, kind: Note, tool: LtiTool | None, again: str = ""
) -> HttpResponse:
    """The refusal for a person; it may stand in the frame in which the tool would have been."""
    log.refused(kind, tool, refusal)
    says = refusal.says
    context = {
        "says": says,
        "detail": refusal.detail,
        "code": refusal.code.value,
        "tool": tool.name if tool else "",
        "again": again,
    }
    # What is stopped for now is no question of who asks.
    status = 409 if says.oauth == "access_denied" else says.status if says.status in {403, 404, 409} else 400
    answer = render(request, "resources/lti/refused.html", context, status=status)
    answer["Content-Security-Policy"] = reaching((), in_frame=True)
    return answer


def posting_page(request: HttpRequest, posting: Posting, tool: LtiTool, kind: Note) -> HttpResponse:
    """A page that posts a form to the tool by itself, or by its button."""
    context = {"posting": posting, "tool": tool.name, "kind": kind}
    answer = render(request, "resources/lti/posting.html", context)
    answer["Content-Security-Policy"] = reaching(tool.facts.origins, in_frame=True)
    answer["Cache-Control"] = "private, no-store"
    return answer


def again_of(asked: dict[str, str], *, window: bool = False) -> str:
    """The page from which a launch can be begun anew; empty when the request names none."""
    try:
        launch_id = UUID(asked.get("lti_message_hint", ""))
    except ValueError:
        return ""
    rows = LtiLaunch.objects.unscoped("only the address of its own page").filter(id=launch_id)
    link_id = rows.values_list("link_id", flat=True).first()
    if link_id is None:
        return ""
    where = reverse("resources.lti_link", args=[link_id])
    return f"{where}?window=1" if window else where


def words(request: HttpRequest) -> dict[str, str]:
    """A form's or a query's words, one each."""
    given: Any = request.POST if request.method == "POST" else request.GET
    return {name: str(given.get(name, "")) for name in given}
