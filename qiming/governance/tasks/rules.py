"""Dated tasks, pure: reading a plan's sheet, where a task stands on a day, when somebody above is told."""

import calendar
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from qiming.kernel.text import fold

NUMBER, TITLE, LEAD, SUPPORT, DUE, DONE, DONE_ON, PROGRESS = (
    "序号",
    "任务",
    "牵头单位",
    "配合单位",
    "完成时限",
    "状态",
    "完成日期",
    "进展",
)
HEADINGS = (NUMBER, TITLE, LEAD, SUPPORT, DUE, DONE, DONE_ON, PROGRESS)
NEEDED = (TITLE, LEAD, DUE)
EXAMPLE = "示例行，请删掉"  # the title by which the template's example is known, should it be left in

SOON = timedelta(days=14)
ABOVE_AFTER = timedelta(days=14)  # so long late, and the place above the plan's office is told too
MAX_TITLE, MAX_UNIT, MAX_UNITS, MAX_WORDS = 200, 40, 12, 2000
EARLIEST, LATEST = 2015, 2050

_DATE = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?前?$")
_MONTH = re.compile(r"^(\d{4})[-/.年](\d{1,2})月?(?:底|末)?(?:前)?$")
_YEAR = re.compile(r"^(\d{4})年?(?:底|末|全年)(?:前)?$")
_SPLIT = re.compile(r"[、，,；;/\n]+")
_FINISHED = frozenset({"已完成", "完成", "是", "办结", "已办结"})
_UNFINISHED = frozenset({"", "进行中", "推进中", "未完成", "未启动", "未开始", "否", "持续推进"})


class Standing(StrEnum):
    """Where a task stands on a day."""

    LATE = "late"
    SOON = "soon"
    OPEN = "open"
    REPORTED = "reported"
    DONE = "done"
    DONE_LATE = "done_late"
    DROPPED = "dropped"

    @property
    def zh(self) -> str:
        return _ZH[self]

    @property
    def is_over(self) -> bool:
        return self in {Standing.DONE, Standing.DONE_LATE, Standing.DROPPED}


_ZH = {
    Standing.LATE: "过期",
    Standing.SOON: "两周内到期",
    Standing.OPEN: "在办",
    Standing.REPORTED: "等核对",
    Standing.DONE: "已完成",
    Standing.DONE_LATE: "完成，晚于时限",
    Standing.DROPPED: "不再办",
}


def standing(state: str, due_on: date, done_on: date | None, today: date) -> Standing:
    """`state` is the workflow's. The day it is due still is in time; a task that was reported waits for its check and
    is not late: lateness is counted by the day on which the lead unit reported."""
    if state == "dropped":
        return Standing.DROPPED
    if state == "done":
        return Standing.DONE_LATE if done_on is not None and done_on > due_on else Standing.DONE
    if state == "reported":
        return Standing.REPORTED
    if today > due_on:
        return Standing.LATE
    return Standing.SOON if due_on - today <= SOON else Standing.OPEN


def level(state: str, due_on: date, today: date) -> int:
    """Who must have been told: 0 nobody, 1 the lead unit and the plan's office, 2 the place above the office too."""
    if state != "doing" or today <= due_on:
        return 0
    return 2 if today > due_on + ABOVE_AFTER else 1


# What the history says when a level was told.
TOLD = {1: "已告知牵头单位和计划的主管单位", 2: f"已超过{ABOVE_AFTER.days}天，已告知上一级"}


def concerns(task_path: str, plan_path: str, told: int, held: Iterable[str]) -> bool:
    """Whether a late task is brought before somebody whose roles are held at `held`: the lead unit's and the plan's
    office's people at once, those above when it was told to them."""
    return told >= 2 or any(path in (task_path, plan_path) for path in held)


@dataclass(frozen=True, slots=True)
class Count:
    """Tasks by where they stand; `total` leaves out what was dropped."""

    total: int
    late: int
    soon: int
    reported: int
    done: int


def count(standings: Iterable[Standing]) -> Count:
    found = list(standings)
    return Count(
        total=sum(one is not Standing.DROPPED for one in found),
        late=found.count(Standing.LATE),
        soon=found.count(Standing.SOON),
        reported=found.count(Standing.REPORTED),
        done=sum(one in {Standing.DONE, Standing.DONE_LATE} for one in found),
    )


def read_due(text: str) -> date | None:
    """A day as plans write it: 2026-12-31, 2026年12月31日前, 2026年12月(底), 2026年底; a month or year means its
    last day. None when no day is named (长期, 持续推进)."""
    folded = fold(text.strip().removesuffix(" 00:00:00"))
    for pattern in (_DATE, _MONTH, _YEAR):
        found = pattern.match(folded)
        if found is None:
            continue
        parts = [int(one) for one in found.groups()]
        year, month = parts[0], parts[1] if len(parts) > 1 else 12
        if not (EARLIEST <= year <= LATEST and 1 <= month <= 12):
            return None
        last = calendar.monthrange(year, month)[1]
        day = parts[2] if len(parts) > 2 else last
        return date(year, month, day) if 1 <= day <= last else None
    return None


def split_units(text: str) -> tuple[str, ...]:
    """The units of a cell, each once, in order."""
    return tuple(dict.fromkeys(one for part in _SPLIT.split(text) if (one := part.strip())))


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One task as the sheet says it. Units are names; whether the registry knows them is the caller's to find out."""

    line: int
    number: str
    title: str
    leads: tuple[str, ...]
    supports: tuple[str, ...]
    due_on: date
    is_done: bool
    done_on: date | None
    progress: str


def read_sheet(
    rows: Sequence[tuple[int, Mapping[str, str]]], today: date
) -> tuple[list[Line], list[Problem]]:
    """The good rows, and what is wrong with the others; a row with a fault is not among the good ones."""
    good: list[Line] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for number, cells in rows:
        if cells.get(TITLE, "") == EXAMPLE:
            continue
        faults = list(_faults(cells, today))
        title = cells.get(TITLE, "")
        if title and title in seen:
            faults.append((TITLE, f"和第{seen[title]}行是同一项"))
        seen.setdefault(title, number)
        problems += [Problem(number, column, text) for column, text in faults]
        if not faults:
            good.append(_line(number, cells))
    return good, problems


def _faults(cells: Mapping[str, str], today: date) -> Iterable[tuple[str, str]]:
    title, due = cells.get(TITLE, ""), cells.get(DUE, "")
    if not title:
        yield TITLE, "没有写任务"
    elif len(title) > MAX_TITLE:
        yield TITLE, f"最多{MAX_TITLE}个字，细节写在进展里"
    if not due:
        yield DUE, "没有写时限"
    elif read_due(due) is None:
        yield DUE, f"“{due[:20]}”不是一个日子，写成2026-12-31或2026年12月；长期的事请拆出这一年要到的一步"
    leads, supports = split_units(cells.get(LEAD, "")), split_units(cells.get(SUPPORT, ""))
    if not leads:
        yield LEAD, "没有写牵头单位"
    for column, units in ((LEAD, leads), (SUPPORT, supports)):
        if len(units) > MAX_UNITS:
            yield column, f"最多{MAX_UNITS}个单位"
        yield from (
            (column, f"“{one[:12]}…”太长，一个单位最多{MAX_UNIT}个字") for one in units if len(one) > MAX_UNIT
        )
    yield from _done_faults(cells, today)
    if len(cells.get(PROGRESS, "")) > MAX_WORDS:
        yield PROGRESS, f"最多{MAX_WORDS}个字"


def _done_faults(cells: Mapping[str, str], today: date) -> Iterable[tuple[str, str]]:
    state, on = cells.get(DONE, ""), cells.get(DONE_ON, "")
    if state not in _FINISHED | _UNFINISHED:
        yield DONE, "写“已完成”或“进行中”"
    day = read_due(on) if on else None
    if on and day is None:
        yield DONE_ON, "写成2026-12-31这样"
    if day is not None and day > today:
        yield DONE_ON, "还没有到这一天"
    if state in _FINISHED and not on:
        yield DONE_ON, "已完成的要写哪天完成"
    if on and state not in _FINISHED:
        yield DONE, "写了完成日期，状态要写“已完成”"


def _line(number: int, cells: Mapping[str, str]) -> Line:
    leads = split_units(cells[LEAD])
    due = read_due(cells[DUE])
    assert due is not None  # a row without a day is among the faulty ones
    on = cells.get(DONE_ON, "")
    return Line(
        line=number,
        number=cells.get(NUMBER, "")[:12],
        title=cells[TITLE],
        leads=leads,
        supports=tuple(one for one in split_units(cells.get(SUPPORT, "")) if one not in leads),
        due_on=due,
        is_done=cells.get(DONE, "") in _FINISHED,
        done_on=read_due(on) if on else None,
        progress=cells.get(PROGRESS, ""),
    )
