"""Limits of time from data/clocks.yaml, and due days counted on the school calendar."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

import yaml

from qiming.kernel import time
from qiming.registry import queries as registry

_FILE = Path(__file__).parent / "data" / "clocks.yaml"
# Holidays stop a clock, but not for ever: after so many days it is due all the same.
LONGEST_PAUSE = timedelta(days=75)


@dataclass(frozen=True, slots=True)
class Clock:
    """One limit as it holds from a day on."""

    since: date
    value: int
    unit: str
    source: str
    verified: bool


@cache
def _clocks() -> dict[str, tuple[Clock, ...]]:
    said = yaml.safe_load(_FILE.read_text(encoding="utf-8"))["clocks"]
    return {
        key: tuple(
            Clock(one["from"], one["value"], one["unit"], one["source"], one["verified"]) for one in rows
        )
        for key, rows in said.items()
    }


def clock(key: str, on: date | None = None) -> Clock:
    """The limit `key` as it holds on a day (today); before the first, the first."""
    rows = _clocks()[key]
    begun = [row for row in rows if row.since <= (on or time.today())]
    return begun[-1] if begun else rows[0]


def school_days_after(place_id: UUID, start: date, days: int) -> date:
    """The day that is `days` school days after `start` at a place; holidays don't count."""
    last = start + LONGEST_PAUSE
    taught = sorted({slot.date for slot in registry.school_slots(place_id, start + timedelta(days=1), last)})
    return taught[days - 1] if len(taught) >= days else last
