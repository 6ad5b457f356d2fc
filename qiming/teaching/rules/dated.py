"""Limits that policy may change: dated, with their source, and whether the source was read itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Dated:
    since: date
    value: int
    source: str
    verified: bool


# School days after a period within which its teacher confirms it.
CONFIRM_WITHIN_DAYS = (Dated(date(2025, 9, 1), 3, "启明课程组的约定，供学校参照", verified=False),)

# Periods are counted from the term in which the city's eight periods a year began.
COUNTED_SINCE = date(2025, 9, 1)


def in_force(rows: tuple[Dated, ...], on: date) -> Dated:
    """The row that holds on a day; before the first, the first."""
    held = [row for row in rows if row.since <= on]
    return max(held, key=lambda row: row.since) if held else rows[0]


def is_late(planned: date, confirmed: date, school_days: list[date]) -> bool:
    """Whether more school days lie after the period, up to the day of confirming, than are allowed."""
    allowed = in_force(CONFIRM_WITHIN_DAYS, planned).value
    return sum(planned < day <= confirmed for day in set(school_days)) > allowed


def began(grade: int | None, year_starts: date) -> date:
    """When the class of today began its stage: the class now in grade 8 began in grade 7, a year ago. Before that
    day its pupils were elsewhere."""
    if grade is None:
        return year_starts
    first = 1 if grade <= 6 else 7 if grade <= 9 else 10
    return year_starts.replace(year=year_starts.year - (grade - first))
