"""Up to when every statement can be seen: a long transaction may commit a row that was stored long before.

A moment is safe when every transaction that was running at that moment (or had begun before) has ended; PostgreSQL's
snapshots say so by transaction numbers, whatever the clocks of the machines say. What cannot be said now is
remembered (`Marks`), and the next run asks again.
"""

import time as clock
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from qiming.kernel import time

MARGIN = timedelta(
    seconds=60
)  # clocks of several machines, and what a statement needs from its stamp to its row
PAUSE_S = 0.25
_OLDEST = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"  # of the transactions still running


@dataclass(frozen=True, slots=True)
class Horizon:
    """`safe`: nothing stored up to then will still appear; None: not known yet. What waits: `asked` will be safe when
    every transaction below `number` has ended."""

    safe: datetime | None
    asked: str = ""
    number: str = ""


def look(asked: str, number: str, *, wait_s: float = 20) -> Horizon:
    """The newest safe moment; `asked` and `number` are what the run before left waiting."""
    moment = time.now() - MARGIN
    newest = _asked("SELECT pg_current_xact_id()::text::bigint")  # larger than any that was given out before
    deadline = clock.monotonic() + wait_s
    while (oldest := _asked(_OLDEST)) < newest:
        if clock.monotonic() >= deadline:
            break
        clock.sleep(PAUSE_S)
    if oldest >= newest:
        return Horizon(moment)
    if asked and oldest >= int(number):
        return Horizon(datetime.fromisoformat(asked), moment.isoformat(), str(newest))
    return Horizon(None, asked or moment.isoformat(), number or str(newest))


def _asked(question: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return int(cursor.fetchone()[0])
