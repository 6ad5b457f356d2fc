"""Reading a sheet of past periods: each row becomes facts or says what is wrong with it, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from qiming.kernel.text import fold
from qiming.teaching.rules.dated import COUNTED_SINCE

CLASS, DAY, SLOT, TITLE = "班级", "日期", "节次", "上了什么"
MATERIALS, MINUTES, LENGTH, ABSENT, NOTE = (
    "用的材料",
    "人工智能用时（分钟）",
    "这节课多少分钟",
    "缺勤座号",
    "说明",
)
HEADINGS = (CLASS, DAY, SLOT, TITLE, MATERIALS, MINUTES, LENGTH, ABSENT, NOTE)
NEEDED = (CLASS, DAY, TITLE)
EXAMPLE = "示例行，请删掉"  # the note by which the template's example is known, should it be left in


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What a row may refer to: the class, its lengths of period by number, the seats of its pupils."""

    class_id: UUID
    name: str
    minutes_of_slot: Mapping[int, int]
    default_minutes: int
    seats: frozenset[int]


@dataclass(frozen=True, slots=True)
class PastRow:
    line: int
    class_id: UUID
    class_name: str
    on: date
    slot_no: int | None
    title: str
    materials: str
    credited_minutes: int
    period_minutes: int
    absent_seats: tuple[int, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    line: int
    cells: Mapping[str, str]


def read_sheet(
    rows: Sequence[SheetRow], classes: Sequence[ClassFacts], today: date
) -> tuple[list[PastRow], list[Problem]]:
    """Good rows and the problems of the others; a row that appears twice is taken once."""
    by_name: dict[str, list[ClassFacts]] = {}
    for one in classes:
        by_name.setdefault(fold(one.name), []).append(one)
    good: list[PastRow] = []
    problems: list[Problem] = []
    seen: dict[tuple[UUID, date, int | None, str], int] = {}
    for row in rows:
        if row.cells.get(NOTE, "").strip() == EXAMPLE:
            problems.append(Problem(row.line, NOTE, "这是模板里的示例行，没有记"))
            continue
        reader = _Reader(row, by_name, today)
        past = reader.read()
        problems += reader.problems
        if past is None:
            continue
        key = (past.class_id, past.on, past.slot_no, "" if past.slot_no else fold(past.title))
        if key in seen:
            problems.append(Problem(row.line, DAY, f"和第{seen[key]}行是同一节课"))
            continue
        seen[key] = row.line
        good.append(past)
    return good, problems


class _Reader:
    def __init__(self, row: SheetRow, classes: Mapping[str, Sequence[ClassFacts]], today: date) -> None:
        self.row, self.classes, self.today = row, classes, today
        self.problems: list[Problem] = []

    def read(self) -> PastRow | None:
        place = self._class()
        on = self._day()
        title = self._words(TITLE, 2, 120)
        slot_no = self._slot(place)
        usual = place.default_minutes if place else 45
        if place and slot_no:
            usual = place.minutes_of_slot.get(slot_no, usual)
        length = self._number(LENGTH, usual, 20, 90)
        minutes = self._number(MINUTES, length, 1, length)
        absent = self._seats(place)
        materials, note = self._words(MATERIALS, 0, 200), self._words(NOTE, 0, 500)
        if self.problems or place is None or on is None:
            return None
        return PastRow(
            self.row.line,
            place.class_id,
            place.name,
            on,
            slot_no,
            title,
            materials,
            minutes,
            length,
            absent,
            note,
        )

    def _cell(self, column: str) -> str:
        return self.row.cells.get(column, "").strip()

    def _bad(self, column: str, text: str) -> None:
        self.problems.append(Problem(self.row.line, column, text))

    def _class(self) -> ClassFacts | None:
        said = self._cell(CLASS)
        found = self.classes.get(fold(said), ())
        if not found:
            self._bad(CLASS, f"没有找到“{said[:20]}”这个班，或者它不归你教" if said else "没有写班级")
        elif len(found) > 1:
            self._bad(CLASS, f"你在{len(found)}所学校都有“{said[:20]}”，分不清是哪一个，请用“补记一节”")
        return found[0] if len(found) == 1 else None

    def _day(self) -> date | None:
        said = self._cell(DAY)
        match = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s.*)?", said)
        try:
            day = date(int(match[1]), int(match[2]), int(match[3])) if match else None
        except ValueError:
            day = None
        if day is None:
            self._bad(DAY, "日期写成 2025-10-15 这样" if said else "没有写日期")
        elif day > self.today:
            self._bad(DAY, "还没有到这一天")
        elif day < COUNTED_SINCE:
            self._bad(DAY, f"只记{COUNTED_SINCE}以后的课")
        else:
            return day
        return None

    def _slot(self, place: ClassFacts | None) -> int | None:
        said = re.sub(r"[第节]", "", self._cell(SLOT))
        if not said:
            return None
        if not said.isdecimal() or not 1 <= int(said) <= 14:
            self._bad(SLOT, "节次写1到14的数字，不知道就空着")
            return None
        if place and int(said) not in place.minutes_of_slot:
            self._bad(SLOT, f"{place.name}的节次表里没有第{int(said)}节")
        return int(said)

    def _number(self, column: str, default: int, low: int, high: int) -> int:
        said = re.sub(r"分钟?", "", self._cell(column)).strip()
        if not said:
            return default
        if not said.isdecimal() or not low <= int(said) <= high:
            self._bad(column, f"写{low}到{high}的整数，不写就算{default}")
            return default
        return int(said)

    def _seats(self, place: ClassFacts | None) -> tuple[int, ...]:
        said = self._cell(ABSENT)
        parts = [one for one in re.split(r"[\s,，、;；]+", said.replace("号", "")) if one]
        if any(not one.isdecimal() for one in parts):
            self._bad(ABSENT, "写座号，用顿号或逗号隔开，如 3、17；全到就空着")
            return ()
        seats = tuple(sorted({int(one) for one in parts}))
        if place:
            unknown = [str(seat) for seat in seats if seat not in place.seats]
            if unknown:
                self._bad(ABSENT, f"{place.name}没有{'、'.join(unknown)}号")
        return seats

    def _words(self, column: str, least: int, most: int) -> str:
        said = self._cell(column)
        if len(said) < least:
            self._bad(column, f"没有写“{column}”" if not said else f"“{column}”太短了")
        elif len(said) > most:
            self._bad(column, f"最多{most}字")
        return said
