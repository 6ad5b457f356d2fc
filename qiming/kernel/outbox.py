"""Outbox: a lower room announces, a higher room's handler acts later; at least once, so handlers repeat safely."""

import logging
from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from procrastinate.contrib.django import app as jobs
from procrastinate.exceptions import AlreadyEnqueued

from qiming.kernel import time
from qiming.kernel.models import OutboxEvent

log = logging.getLogger(__name__)

Handler = Callable[[dict[str, Any], UUID], None]

MAX_FAILURES = 10  # after so many an event is tried once an hour, not once a minute
DELIVER_TASK = "kernel.deliver_outbox"

_handlers: dict[str, list[Handler]] = {}


def on(name: str) -> Callable[[Handler], Handler]:
    """Register a handler for events called `name`: handler(payload, event_id), safe to repeat."""

    def register(handler: Handler) -> Handler:
        _handlers.setdefault(name, []).append(handler)
        return handler

    return register


def announce(name: str, payload: dict[str, Any], scope_path: str) -> UUID:
    """Write an event in the caller's transaction and wake the worker when it commits."""
    event = OutboxEvent.objects.create(name=name, payload=payload, scope_path=scope_path)
    transaction.on_commit(_wake_worker)
    return event.id


def deliver_all(limit: int = 1000, *, stubborn: bool = False) -> int:
    """Deliver waiting events in order; returns how many were delivered. A failing event waits for the next
    round and holds up no other; one that failed often is tried again only when `stubborn` ones are asked for."""
    delivered = 0
    waiting = OutboxEvent.objects.filter(delivered_at=None).order_by("id")
    if not stubborn:
        waiting = waiting.filter(failures__lt=MAX_FAILURES)
    for event_id in list(waiting.values_list("id", flat=True)[:limit]):
        delivered += _deliver(event_id)
    return delivered


def is_followed(event_id: UUID, names: Collection[str], scope_path: str) -> bool:
    """Whether another event of these names below `scope_path` still waits behind this one: a handler that rebuilds
    a place from what is stored may leave it to that one. Held until the transaction ends, so that nobody is in the
    middle of delivering it with an older picture."""
    behind = OutboxEvent.objects.filter(
        id__gt=event_id,
        delivered_at=None,
        failures__lt=MAX_FAILURES,
        name__in=names,
        scope_path__startswith=scope_path,
    )
    return behind.order_by("id").select_for_update(skip_locked=True).first() is not None


def _deliver(event_id: UUID) -> int:
    try:
        with transaction.atomic():
            event = (
                OutboxEvent.objects.select_for_update(skip_locked=True)
                .filter(id=event_id, delivered_at=None)
                .first()
            )
            if event is None:
                return 0
            for handler in _handlers.get(event.name, []):
                handler(event.payload, event.id)
            event.delivered_at = time.now()
            event.save(update_fields=["delivered_at"])
    except Exception as failure:
        log.exception("outbox event %s failed", event_id)
        OutboxEvent.objects.filter(id=event_id, failures__lt=MAX_FAILURES).update(failures=F("failures") + 1)
        OutboxEvent.objects.filter(id=event_id).update(last_error=type(failure).__name__)
        return 0
    return 1


def _wake_worker() -> None:
    try:
        # One waiting delivery is enough: it takes every event there is. The savepoint keeps the
        # refused duplicate from breaking a surrounding test transaction.
        with transaction.atomic():
            jobs.configure_task(DELIVER_TASK, queueing_lock="outbox").defer()
    except AlreadyEnqueued:
        pass
