"""The same word outside the platform: through the city's own message gateway, where the operator named one. Off otherwise.

QIMING_ALERT_WEBHOOK  the gateway's address; its origin must stand in QIMING_OUTWARD, too
QIMING_ALERT_SECRET   signs what is sent: header `X-Qiming-Signature: sha256=<HMAC of the body, in hex>`

Sent is a fixed sentence, the adult's identifier here (the `sourcedId` of our OneRoster export, by which the gateway finds a telephone) and
a link to the page behind the sign-in. No pupil, no class, no kind of need, nothing that was written. `id` stays the same when it is
sent again. What became of it stands beside the notice.
"""

import hashlib
import hmac
import json
import logging
import os
from contextlib import suppress
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app as jobs
from procrastinate.exceptions import AlreadyEnqueued

from qiming.assist.models import AlertNotice
from qiming.kernel import fetch
from qiming.kernel.time import now

log = logging.getLogger(__name__)

SEND_TASK: Final = "assist.tell_outside"
TEXT: Final = "有一条求助等您处理"
PAGE: Final = "/duty/"
AGAIN: Final = (0, 1, 2, 5, 10)  # minutes after the last try; then it counts as failed
MOST: Final = 200
LIMITS: Final = fetch.Limits(seconds=10, bytes=64 * 1024)
_WHY = "the platform tells the adults of the school"
State = AlertNotice.Outside


def address() -> str:
    return os.environ.get("QIMING_ALERT_WEBHOOK", "").strip()


def is_on() -> bool:
    """Whether adults are told outside, too."""
    return bool(address())


def first_state() -> str:
    return State.WAITING if is_on() else State.NOT


def wake() -> None:
    """Let the worker send what waits, once the caller's transaction is through."""
    if is_on():
        with suppress(AlreadyEnqueued), transaction.atomic():
            jobs.configure_task(SEND_TASK, queueing_lock=SEND_TASK).defer(timestamp=0)


def send_waiting() -> int:
    """Send what waits and is due. How many arrived."""
    if not is_on():
        return 0
    rows = AlertNotice.objects.unscoped(_WHY).filter(outside=State.WAITING).order_by("told_at")
    return sum(_send(one.id) for one in rows[:MOST] if _is_due(one))


def _is_due(row: AlertNotice) -> bool:
    last, tries = row.outside_at, row.outside_tries
    return last is None or now() >= last + timedelta(minutes=AGAIN[min(tries, len(AGAIN) - 1)])


def _send(notice_id: UUID) -> bool:
    """One try. The try is counted before, so that a message that kills its sender is not sent for ever."""
    with transaction.atomic():
        rows = AlertNotice.objects.unscoped(_WHY).select_for_update(skip_locked=True)
        row = rows.filter(id=notice_id, outside=State.WAITING).first()
        if row is None or not _is_due(row):
            return False
        row.outside_tries, row.outside_at = row.outside_tries + 1, now()
        row.save(update_fields=["outside_tries", "outside_at"])
    arrived = _post(row)
    if arrived or row.outside_tries >= len(AGAIN):
        state = State.SENT if arrived else State.FAILED
        AlertNotice.objects.unscoped(_WHY).filter(id=row.id).update(outside=state, outside_at=now())
    return arrived


def _post(row: AlertNotice) -> bool:
    said = {"id": str(row.id), "to": str(row.person_id), "text": TEXT, "link": settings.PUBLIC_ADDRESS + PAGE}
    body = json.dumps(said, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json"}
    if secret := os.environ.get("QIMING_ALERT_SECRET", ""):
        headers["X-Qiming-Signature"] = (
            "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        )
    try:
        answer = fetch.session(LIMITS).post(address(), data=body, headers=headers)
    except (OSError, ValueError) as trouble:  # the fetcher's refusals; the address may hold a key: not logged
        log.warning("the message gateway was not reached (%s)", type(trouble).__name__)
        return False
    if answer.ok:
        return True
    log.warning("the message gateway answered %d", answer.status_code)
    return False
