"""What browsers report that the content policy stopped: counted per page and day, nobody named."""

import json
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.db.models import F, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from qiming.kernel.http import client_address, public_page
from qiming.kernel.models import PolicyReport
from qiming.kernel.throttle import REPORT, wait_for
from qiming.kernel.time import today

MAX_BYTES: Final = 16 * 1024
MAX_AT_ONCE: Final = 10
DIRECTIVES: Final = frozenset(
    f"{kind}-src{part}"
    for kind in ("default", "script", "style", "img", "connect", "font", "media", "frame", "worker", "object")
    for part in ("", "-elem", "-attr")
) | {"base-uri", "form-action", "frame-ancestors", "manifest-src"}


# Nothing is changed for anybody, and a browser sends no token with a report.
@csrf_exempt
@public_page("浏览器报告被内容安全策略拦下的东西；只按页面计数，不记是谁")
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Count a report (application/csp-report or application/reports+json); the answer is always empty."""
    if wait_for(REPORT, account=None, address=client_address(request)):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MAX_BYTES:
        return HttpResponse(status=413)
    for page, directive, blocked in _read(request.body):
        count(page, directive, blocked)
    return HttpResponse(status=204)


def count(page: str, directive: str, blocked: str) -> None:
    """One more of this kind today."""
    row, fresh = PolicyReport.objects.get_or_create(
        day=today(), page=page, directive=directive, blocked=blocked, defaults={"count": 1}
    )
    if not fresh:
        PolicyReport.objects.filter(id=row.id).update(count=F("count") + 1)


def recent(days: int = 7) -> list[tuple[str, str, int]]:
    """(page, directive, count) of the last `days` days, the most frequent first; browser extensions left out."""
    rows = (
        PolicyReport.objects.filter(~Q(blocked="extension"), day__gt=today() - timedelta(days=days))
        .values_list("page", "directive")
        .annotate(times=Sum("count"))
        .order_by("-times")
    )
    return list(rows)


def _read(body: bytes) -> list[tuple[str, str, str]]:
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        return []
    found = []
    for one in (told if isinstance(told, list) else [told])[:MAX_AT_ONCE]:
        inner = (one.get("csp-report") or one.get("body")) if isinstance(one, dict) else None
        if isinstance(inner, dict):
            found.append(_one(inner))
    return found


def _one(inner: dict[str, Any]) -> tuple[str, str, str]:
    def said(*names: str) -> str:
        return next((str(inner[name]) for name in names if inner.get(name)), "")

    directive = said("effective-directive", "effectiveDirective", "violated-directive").partition(" ")[0]
    return (
        _page_of(said("document-uri", "documentURL")),
        directive if directive in DIRECTIVES else "other",
        _kind_of(said("blocked-uri", "blockedURL")),
    )


def _page_of(address: str) -> str:
    """The name of the page, never its address: that may hold a person's id."""
    try:
        return resolve(urlsplit(address).path).url_name or "other"
    except (Resolver404, ValueError):
        return "other"


def _kind_of(blocked: str) -> str:
    if blocked in {"inline", "eval", "self"} or blocked.startswith("wasm-eval"):
        return blocked[:20]
    scheme = blocked.partition(":")[0]
    if scheme in {"data", "blob"}:
        return scheme
    return "extension" if scheme.endswith("extension") else "elsewhere"
