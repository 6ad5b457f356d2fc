"""One line of results against the items of its paper and the class's roster: what it says, and what is doubtful."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from qiming.insight.exams.columns import decimal_of
from qiming.insight.exams.reading import ItemRead, LineRead
from qiming.kernel.text import fold
from qiming.registry.types import PupilRef

ABSENT = {
    fold(one)
    for one in (
        "缺考",
        "缺",
        "旷考",
        "免考",
        "未考",
        "病假",
        "请假",
        "事假",
        "缓考",
        "休学",
        "abs",
        "-",
        "—",
        "/",
        "\\",
    )
}
_DOTS = re.compile(r"[·•・．.\s]")
_LETTERS = re.compile(r"[A-H]{1,8}")
_TICKS = {"√": True, "✓": True, "对": True, "×": False, "✗": False, "错": False, "x": False}
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Marked:
    """What a line's cells mean. `bad` are the positions that mean nothing; `total` is the marks' sum, or as typed
    where there are no items."""

    is_absent: bool
    marks: tuple[Decimal | None, ...]
    chosen: tuple[str, ...]
    total: Decimal | None
    bad: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()


def marked(line: LineRead, items: Sequence[ItemRead], full: Decimal | None = None) -> Marked:
    """Read a line's cells: marks, letters held against the key, absence. An empty cell is no mark, not nought."""
    said = [fold(cell) for cell in line.cells]
    nothing = all(cell == "" or cell in ABSENT for cell in said)
    total = decimal_of(line.total)
    if fold(line.status) in ABSENT or fold(line.total) in ABSENT or (nothing and total is None):
        return Marked(True, tuple(None for _ in items), tuple("" for _ in items), None)
    marks: list[Decimal | None] = []
    chosen: list[str] = []
    bad: list[int] = []
    reasons: list[str] = []
    for at, (cell, item) in enumerate(zip(line.cells, items, strict=True)):
        mark, letters, why = _cell(cell, item)
        marks.append(mark)
        chosen.append(letters)
        if why:
            bad.append(at)
            reasons.append(f"第{item.label}题“{cell}”：{why}")
    if not items and (total is None or (full is not None and total > full)):
        reasons.append(f"总分“{line.total}”读不出来" if total is None else f"总分{total}超过满分{full}")
    given = [mark for mark in marks if mark is not None]
    if items and not bad and total is not None and given and sum(given, ZERO) != total:
        reasons.append(f"各题加起来是{plain(sum(given, ZERO))}，总分写的是{plain(total)}")
    sum_of = total if not given else sum(given, ZERO)
    return Marked(False, tuple(marks), tuple(chosen), sum_of, tuple(bad), tuple(reasons))


def plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _cell(cell: str, item: ItemRead) -> tuple[Decimal | None, str, str]:
    flat = unicodedata.normalize("NFKC", cell).strip()
    if not flat or fold(flat) in ABSENT:
        return None, "", ""
    letters = flat.upper().replace(",", "").replace("、", "").replace(" ", "")
    if _LETTERS.fullmatch(letters):
        return _choice(letters, item)
    if fold(flat) in _TICKS and item.full is not None:
        return (item.full if _TICKS[fold(flat)] else ZERO), "", ""
    value = decimal_of(flat)
    if value is None:
        return None, "", "不是分数"
    if item.full is not None and value > item.full:
        return None, "", f"超过这道题的满分{plain(item.full)}"
    return value, "", ""


def _choice(letters: str, item: ItemRead) -> tuple[Decimal | None, str, str]:
    if not item.key:
        return None, "", "写的是选项，表里没有答案"
    if item.full is None:
        return None, "", "写的是选项，表里没有这道题的满分"
    is_right = sorted(letters) == sorted(item.key)
    return (item.full if is_right else ZERO), letters, ""


def is_other_class(words: str, group_name: str, class_no: int | None) -> bool:
    """Whether a line says it belongs to another class."""
    said = fold(words)
    if not said or said in fold(group_name) or fold(group_name) in said:
        return False
    numbers = re.findall(r"\d+", said)
    return bool(numbers) and class_no is not None and int(numbers[-1]) % 100 != class_no


def bare(name: str) -> str:
    """A name for comparison: middle dots and spaces differ from sheet to sheet."""
    return _DOTS.sub("", fold(name))


@dataclass(frozen=True, slots=True)
class Match:
    pupil_id: UUID | None
    guess_id: UUID | None = None
    why: str = ""


class Roster:
    """The pupils of a class, to be found by name and seat."""

    def __init__(self, pupils: Sequence[PupilRef]) -> None:
        self.by_name: dict[str, list[PupilRef]] = {}
        for one in pupils:
            self.by_name.setdefault(bare(one.name), []).append(one)
        self.by_seat: Mapping[int, PupilRef] = {one.seat_no: one for one in pupils}

    def match(self, name: str, seat: str) -> Match:
        """The pupil of a line. A name found once is the pupil wherever he sat that day."""
        number = int(seat) if seat.isascii() and seat.isdigit() and len(seat) < 4 else None
        here = self.by_seat.get(number) if number is not None else None
        named = self.by_name.get(bare(name), []) if name else []
        if len(named) == 1:
            return Match(named[0].id)
        if len(named) > 1:
            both = [one for one in named if here is not None and one.id == here.id]
            return (
                Match(both[0].id)
                if both
                else Match(None, None, f"班里有{len(named)}个{name}，看不出是哪一个")
            )
        guess = self._alike(name) or here
        if not name:
            return Match(None, here.id if here else None, "这一行没有姓名")
        return Match(None, guess.id if guess else None, f"班里的名单上没有“{name}”")

    def _alike(self, name: str) -> PupilRef | None:
        """The only pupil whose name differs in one character."""
        said = bare(name)
        near = [
            many[0]
            for known, many in self.by_name.items()
            if len(known) == len(said) > 1 and sum(a != b for a, b in zip(known, said, strict=True)) == 1
        ]
        return near[0] if len(near) == 1 else None


def observed_full(item: ItemRead, cells: Sequence[str]) -> Decimal | None:
    """Where nobody wrote full marks: the most anybody had."""
    return max((value for cell in cells if (value := decimal_of(cell)) is not None), default=None)


def twice(ids: Sequence[UUID]) -> set[UUID]:
    return {one for one, n in Counter(ids).items() if n > 1}
