"""Limits of time from data/clocks.yaml."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from qiming.kernel import time

_FILE = Path(__file__).parent / "data" / "clocks.yaml"


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
