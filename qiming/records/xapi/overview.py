"""Keys as those who run the store look at them: what each is for, how it is used, what was refused. Figures only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from qiming.kernel import time
from qiming.records.xapi import keys, usage
from qiming.records.xapi.keys import KeyRow

SHOWN_DAYS: Final = 30
QUIET: Final = timedelta(days=30)
SCOPE_WORDS: Final = {keys.WRITE: "送来", keys.READ_OWN: "读自己送的", keys.READ: "读全部"}
# From one refused in twenty on, somebody should look.
TROUBLE: Final = 0.05


class State(StrEnum):
    """How a key is."""

    TROUBLED = "trouble"
    FINE = "fine"
    QUIET = "quiet"
    UNUSED = "unused"
    REVOKED = "revoked"

    @property
    def zh(self) -> str:
        return {
            "trouble": "退回的多",
            "fine": "在用",
            "quiet": "一个月没用",
            "unused": "还没用过",
            "revoked": "已收回",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Line:
    """One key; counts of the last days shown."""

    row: KeyRow
    state: State
    last_at: datetime | None
    stored: int
    duplicate: int
    refused: int
    turned_away: int
    old_opens: bool

    @property
    def scopes(self) -> str:
        return "、".join(SCOPE_WORDS[one] for one in self.row.scope.split(","))

    @property
    def brings(self) -> bool:
        """Whether limits and retention mean anything for it."""
        return keys.WRITE in self.row.scope.split(",")

    @property
    def bounds(self) -> list[str]:
        """What it may bring, in words; empty: everything."""
        limits = self.row.limits
        said = []
        if limits.verbs:
            names = "、".join(one.rstrip("/").rsplit("/", 1)[-1] for one in limits.verbs)
            said.append(f"只收动词 {names}")
        if limits.activities:
            said.append(f"只收活动 {'、'.join(limits.activities)} 开头")
        if limits.max_statement_bytes:
            said.append(f"每条不超过{limits.max_statement_bytes}字节")
        if limits.per_minute:
            said.append(f"每分钟不超过{limits.per_minute}条")
        return said


def lines() -> list[Line]:
    """Every key, those that need somebody first, those taken back last."""
    last, counts = usage.last_used(), usage.recent(SHOWN_DAYS)
    found = []
    for row in keys.listed():
        came = counts.get(row.id, usage.Came())
        at = last.get(row.id)
        is_old_open = row.old_until is not None and row.old_until > time.now()
        found.append(
            Line(
                row,
                _state(row, at, came),
                at,
                came.stored,
                came.duplicate,
                came.refused,
                came.turned_away,
                is_old_open,
            )
        )
    order = list(State)
    return sorted(found, key=lambda one: (order.index(one.state), one.row.name))


def _state(row: KeyRow, at: datetime | None, came: usage.Came) -> State:
    if row.revoked_at is not None:
        return State.REVOKED
    if at is None:
        return State.UNUSED
    bad = came.refused + came.turned_away
    if bad and bad >= TROUBLE * (came.stored + came.duplicate + bad):
        return State.TROUBLED
    return State.QUIET if time.now() - at > QUIET else State.FINE
