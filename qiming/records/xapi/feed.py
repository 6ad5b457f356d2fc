"""The feed: statements in the order in which they were stored, from a cursor on.

Nothing is given that a batch still under way could come before (`store.consistent_through`), so whoever goes on from
the cursor misses nothing; whoever loses a cursor starts from an older one and gets some again.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from qiming.records.xapi import find, shape, store
from qiming.records.xapi.find import Asked, Row

Position = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Page:
    """Statements, whether more are there already, where the next page begins, and up to when all was seen."""

    rows: list[Row]
    has_more: bool
    after: Position | None
    through: datetime


def page(after: Position | None, *, key: UUID | None, limit: int, agent: str | None = None) -> Page:
    """What was stored after a position: of one key, or (None) of all. What is voided by now is left out."""
    through = store.consistent_through()
    asked = Asked(ascending=True, after=after, key=key, limit=limit, agent=agent)
    rows, has_more = find.search(replace(asked, until=through))
    return Page(rows, has_more, (rows[-1].stored, rows[-1].id) if rows else after, through)


def written(after: Position | None) -> str:
    """A position as a cursor: for us to read, for others to keep."""
    if after is None:
        return ""
    return _text(f"s_{shape.stamp(after[0])}_{after[1]}")


def read(cursor: str) -> Position | None:
    """Raises `ValueError` for what is no cursor of ours."""
    if not cursor:
        return None
    kind, moment, statement_id = _plain(cursor).split("_")
    if kind != "s":
        raise ValueError("a cursor of another kind")
    return datetime.fromisoformat(moment), UUID(statement_id)


def _text(plain: str) -> str:
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _plain(cursor: str) -> str:
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode(
            "ascii"
        )
    except (binascii.Error, UnicodeError) as error:
        raise ValueError("not a cursor") from error


def written_number(change: int) -> str:
    """A number of a change as a cursor."""
    return _text(f"c_{change}")


def read_number(cursor: str) -> int:
    """Raises `ValueError` for what is no cursor of ours."""
    kind, number = _plain(cursor).split("_") if cursor else ("c", "0")
    if kind != "c" or not number.isdigit() or len(number) > 18:
        raise ValueError("a cursor of another kind")
    return int(number)
