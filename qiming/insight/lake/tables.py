"""What lies in the lake: tables, their columns with type and default, the parts they are cut into.

A column is never renamed or given another type. A new one is appended with a default: files that were written before
it are read with that default and get it when they are next rewritten.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

FORMAT = "qiming-lake/1"
NO_DISTRICT = "none"  # what happened outside any district: a school of the city itself
MOMENT = pa.timestamp("ms", tz="UTC")
TEXT, FLAG, DAY = pa.string(), pa.bool_(), pa.date32()
TINY, SMALL, INT, LONG = pa.int8(), pa.int16(), pa.int32(), pa.int64()


@dataclass(frozen=True, slots=True)
class Column:
    """`default` stands where an older file has no such column; None means that it may be empty."""

    type: pa.DataType
    default: int | str | bool | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """`parts`: the folders a table is cut into. `kept`: "added" grows by what is new, "replaced" is written anew part by
    part when it changed, "derived" is worked out of another table and can be thrown away. `person` names the column
    with pseudonymous numbers of people, "" where there is none."""

    name: str
    columns: Mapping[str, Column]
    parts: tuple[str, ...]
    kept: str
    order: tuple[str, ...]
    person: str = "person"

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([pa.field(name, one.type) for name, one in self.columns.items()])


def _columns(**kinds: pa.DataType | Column) -> dict[str, Column]:
    return {name: one if isinstance(one, Column) else Column(one) for name, one in kinds.items()}


BY_MONTH = ("month", "district")
PLACE = {"grade": TINY, "school": LONG, "class_group": LONG}

STATEMENTS = Table(
    "statements",
    _columns(
        person=LONG, at=MOMENT, day=DAY, week=DAY, verb=TEXT, kind=TEXT, thing=TEXT, lesson=TEXT, course=TEXT,
        concept=TEXT, period=LONG, attempt=LONG, given_in=TEXT, try_no=SMALL, hints=SMALL, solution=FLAG,
        success=FLAG, score_milli=SMALL, duration_s=INT, **PLACE, number=LONG,
    ),
    BY_MONTH, "added", ("person", "at"),
)  # fmt: skip
PERIODS = Table(
    "periods",
    _columns(
        period=LONG, day=DAY, school_year=TEXT, subject=TEXT, state=TEXT, mode=TEXT, evidence=TEXT,
        credited_minutes=SMALL, period_minutes=SMALL, **PLACE,
    ),
    BY_MONTH, "replaced", ("day", "period"), person="",
)  # fmt: skip
CREDITS = Table(
    "credits",
    _columns(
        person=LONG, period=LONG, day=DAY, school_year=TEXT, mode=TEXT, basis=TEXT, credited_minutes=SMALL,
        period_minutes=SMALL, **PLACE,
    ),
    BY_MONTH, "replaced", ("person", "period"),
)  # fmt: skip
PUPILS = Table(
    "pupils", _columns(person=LONG, **PLACE, required=TINY), ("district",), "replaced", ("person",)
)
MASTERY = Table(
    "mastery",
    _columns(person=LONG, concept=TEXT, answers=INT, band=TEXT, **PLACE),
    ("district",), "replaced", ("person", "concept"),
)  # fmt: skip
PUPIL_WEEKS = Table(
    "pupil_weeks",
    _columns(
        person=LONG, week=DAY, school=LONG, grade=TINY, acts=INT, answers=INT, first_answers=INT, first_right=INT,
        hints=INT, solutions=INT, completed=INT, attended=INT, practised=INT,
    ),
    BY_MONTH, "derived", ("person", "week"),
)  # fmt: skip
ITEM_WEEKS = Table(
    "item_weeks",
    _columns(
        week=DAY, grade=TINY, item=TEXT, concept=TEXT, first_answers=LONG, right=LONG, hinted=LONG,
        score_milli=LONG, score_milli_squared=LONG,
    ),
    BY_MONTH, "derived", ("item", "week"), person="",
)  # fmt: skip
TABLES = {one.name: one for one in (STATEMENTS, PERIODS, CREDITS, PUPILS, MASTERY, PUPIL_WEEKS, ITEM_WEEKS)}


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> str:
    """The part a day lies in: the month in which its week begins, so that no week is cut in two."""
    return f"{week_of(day):%Y-%m}"


def upgraded(found: pa.Table, table: Table) -> pa.Table:
    """The rows of a file of any age with today's columns: what it lacks gets its default."""
    arrays = []
    for name, column in table.columns.items():
        if name in found.column_names:
            arrays.append(found[name].cast(column.type))
        else:
            arrays.append(pa.repeat(pa.scalar(column.default, column.type), found.num_rows))
    return pa.table(arrays, schema=table.schema)
