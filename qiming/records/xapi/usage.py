"""How a key is used: the rate it may not exceed, and what came by it, both counted in the database for all processes.

Counting is a statement of its own, before or after the work: keys are never locked while a batch is written, and the
disk is not waited for (`synchronous_commit` off for that statement alone: a crash may forget the last counts, never a
statement).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from qiming.kernel import time
from qiming.records.models import XapiKeyDay, XapiKeyUse

# A key whose rate was lowered starts from the new rate; a clock that went back refills nothing.
_TAKE: Final = """
INSERT INTO records_xapikeyuse AS u (key_id, "left", counted_at, last_at)
SELECT %(key)s, %(rate)s - %(n)s, clock_timestamp(), clock_timestamp()
FROM (SELECT set_config('synchronous_commit', 'off', true)) AS ease
ON CONFLICT (key_id) DO UPDATE SET counted_at = EXCLUDED.counted_at, last_at = EXCLUDED.last_at,
"left" = least(%(rate)s, u."left" + greatest(0, extract(epoch FROM EXCLUDED.counted_at - u.counted_at)) * %(rate)s / 60)
    - %(n)s
WHERE least(%(rate)s, u."left" + greatest(0, extract(epoch FROM EXCLUDED.counted_at - u.counted_at)) * %(rate)s / 60)
    >= %(n)s
RETURNING 1
"""
_LEFT: Final = """
SELECT least(%(rate)s, "left" + greatest(0, extract(epoch FROM clock_timestamp() - counted_at)) * %(rate)s / 60)
FROM records_xapikeyuse WHERE key_id = %(key)s
"""
_NOTE: Final = """
WITH seen AS (
    INSERT INTO records_xapikeyuse AS u (key_id, "left", counted_at, last_at)
    VALUES (%(key)s, 1e9, clock_timestamp(), clock_timestamp())
    ON CONFLICT (key_id) DO UPDATE SET last_at = EXCLUDED.last_at
)
INSERT INTO records_xapikeyday AS d (key_id, day, requests, stored, duplicate, refused, turned_away)
SELECT %(key)s, %(day)s, 1, %(stored)s, %(duplicate)s, %(refused)s, %(turned_away)s
FROM (SELECT set_config('synchronous_commit', 'off', true)) AS ease
ON CONFLICT (key_id, day) DO UPDATE SET requests = d.requests + 1, stored = d.stored + EXCLUDED.stored,
    duplicate = d.duplicate + EXCLUDED.duplicate, refused = d.refused + EXCLUDED.refused,
    turned_away = d.turned_away + EXCLUDED.turned_away
"""


@dataclass(slots=True)
class Came:
    """What one request brought. `turned_away`: by the rate, before anything was looked at."""

    stored: int = 0
    duplicate: int = 0
    refused: int = 0
    turned_away: int = 0


def take(key_id: UUID, statements: int, per_minute: int) -> int:
    """Let `statements` (at most `per_minute`) through, and answer 0; or answer in how many seconds they can come."""
    asked: dict[str, UUID | float] = {"key": key_id, "rate": float(per_minute), "n": statements}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, asked)
        if cursor.fetchone():
            return 0
        cursor.execute(_LEFT, asked)
        left = float(cursor.fetchone()[0])
    return max(1, ceil((statements - left) * 60 / per_minute))


def note(key_id: UUID, came: Came) -> None:
    """Count a request of today."""
    with connection.cursor() as cursor:
        told: dict[str, Any] = {"key": key_id, "day": time.today(), **asdict(came)}
        cursor.execute(_NOTE, told)


@dataclass(frozen=True, slots=True)
class Used:
    """All that came by a key, and when it was last used."""

    last_at: datetime
    requests: int
    stored: int
    duplicate: int
    refused: int
    turned_away: int


def totals() -> dict[UUID, Used]:
    """By key; what was never used is not there."""
    sums = {
        key: counts
        for key, *counts in XapiKeyDay.objects.order_by()
        .values("key_id")
        .annotate(
            asked=Sum("requests"),
            kept=Sum("stored"),
            again=Sum("duplicate"),
            wrong=Sum("refused"),
            waiting=Sum("turned_away"),
        )
        .values_list("key_id", "asked", "kept", "again", "wrong", "waiting")
    }
    return {key: Used(at, *sums.get(key, (0, 0, 0, 0, 0))) for key, at in last_used().items()}


def last_used() -> dict[UUID, datetime]:
    return dict(XapiKeyUse.objects.values_list("key_id", "last_at"))


def recent(days: int) -> dict[UUID, Came]:
    """What came by each key on the last days, today's among them."""
    found: dict[UUID, Came] = {}
    for row in XapiKeyDay.objects.filter(day__gt=time.today() - timedelta(days=days)):
        so_far = found.setdefault(row.key_id, Came())
        so_far.stored += row.stored
        so_far.duplicate += row.duplicate
        so_far.refused += row.refused
        so_far.turned_away += row.turned_away
    return found
