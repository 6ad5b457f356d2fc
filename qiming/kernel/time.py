"""Time: UTC in the database, school days in Shanghai. The only place that reads the clock.

QIMING_CLOCK=2026-11-20T09:55:00+08:00 lets a whole installation's clock go on from another moment: to look at a
demo city on a school day, and for the browser tests. It never belongs into an installation with real pupils.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _shift_of_installation() -> timedelta | None:
    moment = os.environ.get("QIMING_CLOCK")
    return datetime.fromisoformat(moment) - datetime.now(UTC) if moment else None


_installed = _shift_of_installation()
_shift: ContextVar[timedelta | None] = ContextVar("clock_shift", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    shift = _shift.get() or _installed
    real = datetime.now(UTC)
    return real + shift if shift else real


def shared() -> datetime:
    """The moment as other machines see it: what systems sign for each other is dated by it, never by a demo's clock."""
    real = datetime.now(UTC)
    shift = _shift.get()
    return real + shift if shift else real


def today() -> date:
    """Today's date as a school in Shanghai's time zone sees it."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """`moment` on the clock of the school wall."""
    return moment.astimezone(SHANGHAI)


def at_local(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The moment at which the school wall clock shows `hour:minute` on `day`."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Let the clock go on from `at` inside the block: for tests and for building the demo city's past."""
    token = _shift.set(at - datetime.now(UTC))
    try:
        yield
    finally:
        _shift.reset(token)
