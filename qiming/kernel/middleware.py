"""The kernel's two middlewares: headers that keep a page safe, and refusals written for people."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from qiming.kernel import away
from qiming.kernel.access import Denied
from qiming.kernel.away import Answer
from qiming.kernel.errors import UserError
from qiming.kernel.headers import HEADERS
from qiming.kernel.http import is_fragment, to_sign_in, wants_json

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 80 * 1024 * 1024  # six photos of 12 MB; a view may allow more (`body_limit`)
MAX_STRANGER_BYTES = 1024 * 1024
TOO_LONG = UserError(
    "这次要交的内容太大了",
    kept="什么都没有改，你写下的内容还在这台设备上。",
    next="减小一些，或分几次交。",
    status=413,
)

MISSING = UserError(
    "没有这一页，或者它不归你看", kept="你写下的内容没有动。", next="回到今天的首页，从那里再进。", status=404
)
NO_ROLE = UserError(
    "你的身份不能做这件事", kept="你写下的内容没有动。", next="需要的话，请学校管理员给你加上。", status=403
)


class SafetyHeaders:
    """Strict content policy, no framing, nothing of a person's pages left in a shared browser; no endless bodies."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        # Static files are answered further out; everything made here is for one person.
        response.headers.setdefault("Cache-Control", _keep(request, response))
        for cookie in response.cookies.values():
            cookie["secure"] = settings.HTTPS
            cookie["samesite"] = cookie["samesite"] or "Lax"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        # Before anything reads the body, the check for the cross-site token included.
        length = request.META.get("CONTENT_LENGTH") or "0"
        most = getattr(view, "max_body_bytes", MAX_BODY_BYTES)
        if getattr(request, "actor", None) is None and not getattr(view, "is_keyed", False):
            most = min(most, MAX_STRANGER_BYTES)
        too_long = not length.isdigit() or int(length) > most
        return refusal(request, TOO_LONG) if too_long else None


def _keep(request: HttpRequest, response: HttpResponse) -> str:
    """A signed-in person's page is not kept: on a shared tablet, going back after signing out must show nothing."""
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return "private, no-store" if is_page and getattr(request, "actor", None) else "private, no-cache"


class PlainRefusals:
    """Turns `Denied` and `UserError` into a page, a fragment or a problem document."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Denied):
            if getattr(request, "actor", None) is None:
                return to_sign_in(request)
            return refusal(request, MISSING if error.hides else NO_ROLE)
        if isinstance(error, UserError):
            return refusal(request, error)
        if isinstance(error, DataError) and "NUL" in str(error):  # no person types one
            return refusal(request, TOO_BIG_OR_ODD)
        return away.answer_for(request, error)


def refusal(request: HttpRequest, error: UserError) -> HttpResponse:
    """`error` in the form the asker understands."""
    if wants_json(request):
        return JsonResponse(error.problem(), status=error.status, content_type="application/problem+json")
    template = "kernel/components/refusal.html" if is_fragment(request) else "kernel/error.html"
    return render(request, template, {"error": error, "status": error.status}, status=error.status)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 404, in our words."""
    return refusal(request, MISSING)


FAILED = UserError(
    "出了点问题，这不是你的错",
    kept="已经送到的都存好了。",
    next="过一分钟再试；还不行就告诉学校管理员这件事发生的时间。",
    status=500,
)
TOO_BIG_OR_ODD = UserError(
    "这个请求没有被接受",
    kept="你写下的内容还在这台设备上。",
    next="检查浏览器地址栏里的网址，或把要交的内容减小一些再交。",
    status=400,
)
# For the moment at which not even our own error page can be made.
BARE_PAGE = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{title}</title><h1>{title}</h1><p>{kept}</p><p>{next}</p></html>"
)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's 500: nothing of the failure is shown, everything is in the log."""
    return away.answer_for_current(request) or _whatever_happens(request, FAILED)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 400: a host name that is not ours, a body beyond every limit."""
    return _whatever_happens(request, TOO_BIG_OR_ODD)


def _whatever_happens(request: HttpRequest, error: UserError) -> HttpResponse:
    try:
        return refusal(request, error)
    except Exception:
        log.exception("the error page itself failed")
        body = BARE_PAGE.format(title=error.message, kept=error.kept, next=error.next)
        return HttpResponse(body, status=error.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent from a page that is too old, or from elsewhere."""
    log.warning("csrf refused: %s", reason)
    return refusal(
        request,
        UserError(
            "这一页打开得太久了", kept="你写下的内容还在这台设备上。", next="刷新页面，再交一次。", status=403
        ),
    )
