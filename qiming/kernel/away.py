"""When the database is away, or the disk full: a plain page that says so and when to ask again.

Nothing here asks the database anything. What had been acknowledged is safe in either case: an acknowledgement is
sent after the commit, and what a device could not send waits on the device.
"""

import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from psycopg import errors as postgres
from psycopg_pool import PoolTimeout

from qiming.kernel.errors import UserError
from qiming.kernel.http import is_fragment, wants_json

log = logging.getLogger(__name__)

Answer = Callable[[HttpRequest], HttpResponse]

AWAY: Final = UserError(
    "数据库正在恢复，请等一会儿",
    kept="已经存好的都在；刚写的还在这台设备上，没有丢。",
    next="这一页会自己再试。过几分钟还不行，请告诉学校管理员。",
    status=503,
)
FULL: Final = UserError(
    "服务器的磁盘满了，现在只能看，不能存",
    kept="已经存好的都在，可以照常查看；刚写的还在这台设备上。",
    next="请告诉学校管理员清理磁盘，清理好以后再交一次。",
    status=503,
)
BUSY: Final = UserError(
    "刚才有人同时在改，这一次没有存上",
    kept="你写下的内容还在这台设备上。",
    next="请再试一次。",
    status=503,
)
RETRY_S: Final = {AWAY: 5, FULL: 60, BUSY: 1}
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
BELIEVE_S: Final = 2.0

_CLASH = (postgres.SerializationFailure, postgres.DeadlockDetected, postgres.LockNotAvailable)


def trouble_of(error: BaseException | None) -> UserError | None:
    """What to tell people about a database error that is nobody's fault; None for any other error."""
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    cause = error.__cause__
    if isinstance(cause, postgres.DiskFull):
        return FULL
    return BUSY if isinstance(cause, _CLASH) else AWAY


def answer_for(request: HttpRequest, error: BaseException) -> HttpResponse | None:
    """The answer to a request that met `error`; None when it is another kind of error."""
    trouble = trouble_of(error)
    if trouble is None:
        return None
    if isinstance(error.__cause__, PoolTimeout):
        _state.away_until = time.monotonic() + BELIEVE_S
    log.warning("%s %s: %s", request.method, request.path, type(error.__cause__ or error).__name__)
    return plain(request, trouble)


def answer_for_current(request: HttpRequest) -> HttpResponse | None:
    """The same for the exception that is being handled right now."""
    error = sys.exc_info()[1]
    return answer_for(request, error) if error is not None else None


def plain(request: HttpRequest, trouble: UserError) -> HttpResponse:
    """`trouble` in the form the asker understands, made without the database."""
    if wants_json(request):
        response: HttpResponse = JsonResponse(
            trouble.problem(), status=trouble.status, content_type="application/problem+json"
        )
    else:
        template = "kernel/components/refusal.html" if is_fragment(request) else "kernel/away.html"
        again_s = RETRY_S[trouble] if request.method in SAFE else 0
        context = {"error": trouble, "status": trouble.status, "again_s": again_s, "back": _back(request)}
        response = render(request, template, context, status=trouble.status)
    response["Retry-After"] = str(RETRY_S[trouble])
    return response


def _back(request: HttpRequest) -> str:
    """The page to try again from: this one, or the one on which a form was sent."""
    before = request.headers.get("Referer", "")
    if request.method in SAFE or not url_has_allowed_host_and_scheme(before, {request.get_host()}):
        return request.get_full_path()
    return before


class _State:
    away_until = 0.0
    looked_at = 0.0
    is_full = False


_state = _State()


class WhileAway:
    """Answers at once while the database is known to be away, and refuses writes while the disk is full.

    Reads go on when the disk is full: the reserve leaves PostgreSQL room for what reading writes.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if time.monotonic() < _state.away_until:
            return plain(request, AWAY)
        if request.method not in SAFE and is_full():
            return plain(request, FULL)
        return self.answer(request)


def is_full() -> bool:
    """Whether the disk that holds QIMING_HOME has less than the reserve left (looked at once a second)."""
    now = time.monotonic()
    if now - _state.looked_at > 1:
        _state.looked_at = now
        _state.is_full = free_bytes(Path(settings.QIMING_HOME)) < settings.RESERVE_BYTES
    return _state.is_full


def free_bytes(folder: Path) -> int:
    """Room on the disk that holds `folder`, for an ordinary user."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def forget() -> None:
    """Begin anew (tests)."""
    _state.away_until = _state.looked_at = 0.0
    _state.is_full = False
