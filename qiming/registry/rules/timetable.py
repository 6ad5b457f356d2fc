"""Reading a timetable: each row becomes a weekly lesson or says, cell by cell, what is wrong with it."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from qiming.registry.rules.names import read_class_no, read_grade, small_number

CLASS, DAY, SLOT, COURSE, TEACHER, WEEKS = "班级", "星期", "节次", "课程", "教师", "周次"
COLUMNS = (CLASS, DAY, SLOT, COURSE, TEACHER, WEEKS)
NEEDED = (CLASS, DAY, SLOT, COURSE)
_SYNONYMS = {
    "班": CLASS, "班别": CLASS, "教学班": CLASS, "星期几": DAY, "周几": DAY, "节": SLOT, "第几节": SLOT,
    "科目": COURSE, "学科": COURSE, "课程名称": COURSE, "老师": TEACHER, "任课教师": TEACHER, "任课老师": TEACHER,
    "单双周": WEEKS, "周": WEEKS,
}  # fmt: skip
LAST_WEEK = 30
_DAY_WORDS = {word: no for no, word in enumerate("一二三四五六日", 1)} | {"天": 7}
_SPAN = re.compile(r"(\d{1,2})(?:[-~—–至到](\d{1,2}))?(单|双)?")


@dataclass(frozen=True, slots=True)
class Weeks:
    """The teaching weeks of a term in which a lesson is held: first, last, and `odd`, `even` or every."""

    first: int = 1
    last: int = LAST_WEEK
    parity: str = ""

    def has(self, week: int) -> bool:
        fits = not self.parity or (week % 2 == 1) == (self.parity == "odd")
        return self.first <= week <= self.last and fits

    def meets(self, other: "Weeks") -> bool:
        """Whether some week belongs to both."""
        span = range(max(self.first, other.first), min(self.last, other.last) + 1)
        return any(self.has(week) and other.has(week) for week in span)

    @property
    def words(self) -> str:
        turn = {"odd": "单周", "even": "双周"}.get(self.parity, "")
        if (self.first, self.last) == (1, LAST_WEEK):
            return turn or "每周"
        return f"第{self.first}—{self.last}周{turn}"


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """A class or group a row may name, with the periods of its day."""

    id: UUID
    name: str
    grade: int | None
    class_no: int | None
    slots: Collection[int]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson a week."""

    line: int
    place_id: UUID
    weekday: int
    slot_no: int
    course: str
    teacher_id: UUID | None
    weeks: Weeks

    @property
    def at(self) -> tuple[int, int]:
        return self.weekday, self.slot_no

    def meets(self, other: "Lesson") -> bool:
        return self.at == other.at and self.weeks.meets(other.weeks)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell of one line."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    lessons: tuple[Lesson, ...]
    problems: tuple[Problem, ...]


def column_of(heading: str) -> str:
    """The column a heading means."""
    flat = unicodedata.normalize("NFKC", heading).replace(" ", "")
    return _SYNONYMS.get(flat, flat)


def read_weekday(text: str) -> int | None:
    """星期二, 周2, 二, 2 as 1–7; None when it is none."""
    flat = _flat(text).removeprefix("星期").removeprefix("礼拜").removeprefix("周")
    if flat in _DAY_WORDS:
        return _DAY_WORDS[flat]
    return int(flat) if flat.isascii() and flat.isdigit() and 1 <= int(flat) <= 7 else None


def read_slot(text: str) -> int | None:
    """第3节, 3, 三 as a period's number; None when it is none."""
    return small_number(_flat(text).removeprefix("第").removesuffix("课").removesuffix("节"))


def read_weeks(text: str) -> Weeks | None:
    """单, 双周, 1-8, 第2至10周双 as weeks; empty is every week; None when it is none."""
    flat = _flat(text).replace("周", "").replace("第", "").replace("全", "").removeprefix("每")
    if not flat:
        return Weeks()
    if flat in {"单", "双"}:
        return Weeks(parity="odd" if flat == "单" else "even")
    found = _SPAN.fullmatch(flat)
    if found is None:
        return None
    first = int(found[1])
    last = int(found[2] or found[1])
    parity = {"单": "odd", "双": "even"}.get(found[3] or "", "")
    return Weeks(first, last, parity) if 1 <= first <= last <= LAST_WEEK else None


def read_rows(
    rows: Sequence[tuple[int, Mapping[str, str]]],
    places: Sequence[PlaceFacts],
    teachers: Mapping[str, Sequence[UUID]],
) -> Reading:
    """Every row as a lesson or as its problems; then what two rows want of one class or teacher at one time.

    `teachers` maps a name, and an account name, to the people of the school it may mean.
    """
    lessons: list[Lesson] = []
    problems: list[Problem] = []
    for line, cells in rows:
        lesson, wrong = _read_row(line, cells, places, teachers)
        problems += wrong
        if lesson is not None:
            lessons.append(lesson)
    clashes = _clashes(lessons, dict(rows))
    lines = {one.line for one in clashes}
    return Reading(
        tuple(one for one in lessons if one.line not in lines),
        tuple(sorted([*problems, *clashes], key=lambda one: one.line)),
    )


def _read_row(
    line: int,
    cells: Mapping[str, str],
    places: Sequence[PlaceFacts],
    teachers: Mapping[str, Sequence[UUID]],
) -> tuple[Lesson | None, list[Problem]]:
    wrong: list[Problem] = []

    def refuse(column: str, reason: str) -> None:
        wrong.append(Problem(line, column, cells.get(column, ""), reason))

    place = _place(cells.get(CLASS, ""), places)
    if place is None:
        refuse(CLASS, "学校里没有这个班")
    weekday = read_weekday(cells.get(DAY, ""))
    if weekday is None:
        refuse(DAY, "看不出是星期几，写“星期二”或 2")
    slot_no = read_slot(cells.get(SLOT, ""))
    if slot_no is None or (place is not None and slot_no not in place.slots):
        refuse(SLOT, "节次表里没有这一节")
    course = " ".join(cells.get(COURSE, "").split())
    if not 1 <= len(course) <= 60:
        refuse(COURSE, "课程还没有填" if not course else "课程名要在60字以内")
    teacher, said = _teacher(cells.get(TEACHER, ""), teachers)
    if said:
        refuse(TEACHER, said)
    weeks = read_weeks(cells.get(WEEKS, ""))
    if weeks is None:
        refuse(WEEKS, f"看不懂；写“单”“双”或“1-8”，最多{LAST_WEEK}周")
    if wrong or place is None or weekday is None or slot_no is None or weeks is None:
        return None, wrong
    return Lesson(line, place.id, weekday, slot_no, course, teacher, weeks), []


def _place(text: str, places: Sequence[PlaceFacts]) -> PlaceFacts | None:
    """By its name as it stands; else by grade and number, however they are written."""
    flat = _flat(text)
    exact = next((one for one in places if flat and _flat(one.name) == flat), None)
    if exact is not None:
        return exact
    head, mark, _ = flat.partition("级")
    grade, class_no = read_grade(head + mark), read_class_no(flat)
    if grade is None and (
        short := re.fullmatch(r"([初高]?[一二三四五六七八九\d])[(]?(\d{1,2})[)]?班?", flat)
    ):
        grade, class_no = read_grade(short[1]), int(short[2])
    if grade is None or class_no is None:
        return None
    return next((one for one in places if (one.grade, one.class_no) == (grade, class_no)), None)


def _teacher(text: str, teachers: Mapping[str, Sequence[UUID]]) -> tuple[UUID | None, str]:
    name = unicodedata.normalize("NFKC", text).strip()
    if not name:
        return None, ""
    found = teachers.get(name) or teachers.get(name.casefold()) or ()
    if not found:
        return None, "本校没有这位老师；先建账号，或留空"
    return (found[0], "") if len(found) == 1 else (None, "有几位老师同名，请改写账号")


def _clashes(lessons: Sequence[Lesson], cells: Mapping[int, Mapping[str, str]]) -> list[Problem]:
    """Of two rows that cannot both be held, the later one is told about the earlier."""
    problems: list[Problem] = []
    at: dict[tuple[int, int], list[Lesson]] = {}
    for lesson in lessons:
        for earlier in at.get(lesson.at, ()):
            said = _against(lesson, earlier)
            if said is not None:
                column, reason = said
                value = cells[lesson.line].get(column, "")
                problems.append(Problem(lesson.line, column, value, f"{reason}（第{earlier.line}行）"))
                break
        else:
            at.setdefault(lesson.at, []).append(lesson)
    return problems


def _against(lesson: Lesson, earlier: Lesson) -> tuple[str, str] | None:
    if not lesson.meets(earlier):
        return None
    if lesson.place_id == earlier.place_id:
        if (lesson.course, lesson.teacher_id, lesson.weeks) == (
            earlier.course,
            earlier.teacher_id,
            earlier.weeks,
        ):
            return CLASS, "和前面的一行一模一样"
        return SLOT, "这个班这一节已经排了别的课"
    if lesson.teacher_id is not None and lesson.teacher_id == earlier.teacher_id:
        return TEACHER, "这位老师这一节在另一个班上课"
    return None


def _flat(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "").strip()
