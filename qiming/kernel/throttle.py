"""How often one asker may do what costs much or can be abused: token buckets in the memory of each web worker.

Nothing is written and nothing is asked of the database. Each worker counts for itself, so an installation with N
workers lets through up to N times the figures below. Somebody signed in is counted by account, and for what is dear
also by address (an IPv4 address or an IPv6 /64) with room for a whole school behind it; a stranger by address alone.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.http import HttpRequest, HttpResponse

from qiming.kernel.addresses import neighbourhood
from qiming.kernel.away import Answer
from qiming.kernel.errors import UserError
from qiming.kernel.http import client_address
from qiming.kernel.middleware import refusal

View = TypeVar("View", bound=Callable[..., Any])

MAX_KEPT: Final = 50_000
UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class Limit:
    """`burst` at once, then `per_minute`; all askers behind one address together `crowd` times that (0: no limit)."""

    name: str
    burst: int
    per_minute: float
    crowd: int = 0


WRITE: Final = Limit("write", burst=300, per_minute=120)  # forms; a teacher marking a pile sends one a second
API: Final = Limit("api", burst=600, per_minute=300)  # a pupil's page saves every few seconds
UPLOAD: Final = Limit("upload", burst=30, per_minute=6, crowd=20)
EXPORT: Final = Limit("export", burst=30, per_minute=10, crowd=20)
SEARCH: Final = Limit("search", burst=120, per_minute=120, crowd=20)  # asked while somebody types
COMPLAINT: Final = Limit("complaint", burst=6, per_minute=0.2, crowd=10)
STRANGER: Final = Limit("stranger", burst=1200, per_minute=600)  # a whole school signs in behind one address
REPORT: Final = Limit("report", burst=30, per_minute=10)

_FILES: Final = (".xlsx", ".docx", ".pdf", ".zip", ".csv")


def limited(limit: Limit, *, reading: bool = False) -> Callable[[View], View]:
    """Mark a view with a limit of its own, on top of what its method and address suggest: for what is sent to it,
    or (`reading`) for every visit."""

    def decorate(view: View) -> View:
        view.limit = limit, reading  # type: ignore[attr-defined]
        return view

    return decorate


class Buckets:
    """Tokens left for each asker; the ones not seen for longest are forgotten first."""

    def __init__(self, keep: int = MAX_KEPT) -> None:
        self._keep = keep
        self._left: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str, asker: str, *, burst: float, per_minute: float, at: float) -> float:
        """Take one token; 0 when there was one, else the seconds until there is."""
        with self._lock:
            left, since = self._left.pop((name, asker), (burst, at))
            left = min(burst, left + max(0.0, at - since) * per_minute / 60)
            wait_s = 0.0 if left >= 1 else (1 - left) * 60 / per_minute
            self._left[name, asker] = (left if wait_s else left - 1, at)
            while len(self._left) > self._keep:
                self._left.popitem(last=False)
        return wait_s

    def forget(self) -> None:
        """Begin anew (tests)."""
        with self._lock:
            self._left.clear()

    def __len__(self) -> int:
        return len(self._left)


buckets = Buckets()


def wait_for(limit: Limit, *, account: str | None, address: str) -> float:
    """Seconds this asker must wait before doing it again; 0: it may be done now (and is counted)."""
    at = time.monotonic()
    own, name = account or neighbourhood(address), limit.name
    wait_s = buckets.take(name, own, burst=limit.burst, per_minute=limit.per_minute, at=at)
    if limit.crowd and account and not wait_s:
        burst, per_minute = limit.burst * limit.crowd, limit.per_minute * limit.crowd
        wait_s = buckets.take(name, neighbourhood(address), burst=burst, per_minute=per_minute, at=at)
    return wait_s


class Throttle:
    """Answers 429 with the seconds to wait, before a view has done anything."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        actor = getattr(request, "actor", None)
        account = str(actor.account_id) if actor else None
        for limit in limits_of(request, view, signed_in=actor is not None):
            if wait_s := wait_for(limit, account=account, address=client_address(request)):
                return too_often(request, wait_s)
        return None


def limits_of(request: HttpRequest, view: Callable[..., Any], *, signed_in: bool) -> list[Limit]:
    """The limits a request falls under: by the view's own mark, and by what it does (a keyed door counts itself)."""
    found: list[Limit] = []
    own: tuple[Limit, bool] | None = getattr(view, "limit", None)
    if own is not None and (own[1] or request.method in UNSAFE):
        found.append(own[0])
    if getattr(view, "is_keyed", False):
        return found
    if request.method in UNSAFE:
        found.append(STRANGER if not signed_in else API if request.path.startswith("/api/") else WRITE)
        if (request.content_type or "") == "multipart/form-data" and _carries_much(request):
            found.append(UPLOAD)
    elif signed_in and request.path.endswith(_FILES):
        found.append(EXPORT)
    return found


def _carries_much(request: HttpRequest) -> bool:
    # A form that could carry a file but carries none is small.
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdigit() or int(length) > 20_000


def too_often(request: HttpRequest, wait_s: float) -> HttpResponse:
    """429 in plain words, with the seconds to wait for a program."""
    seconds = max(1, round(wait_s + 0.5))
    response = refusal(
        request,
        UserError(
            "操作太快了，先停一下",
            kept="刚才这一次没有执行，之前的都存好了。",
            next=f"等{seconds}秒再试；写下的内容别关掉，返回上一页还在。",
            status=429,
        ),
    )
    response["Retry-After"] = str(seconds)
    return response
