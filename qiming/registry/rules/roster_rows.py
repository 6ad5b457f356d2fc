"""Reading a class roster: from the cells people typed to rows that mean something, or to what is wrong and why."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from qiming.registry.rules.names import class_name, read_class_no, read_grade, small_number
from qiming.registry.types import STAGE_NAMES, Stage, stage_of_grade

MAX_ROWS = 5000
MAX_NAME = 30
MAX_SEAT = 99

SCHOOL, GRADE, CLASS, SEAT, NAME, NUMBER = "学校", "年级", "班级", "座号", "姓名", "学籍号"
COLUMNS = (SCHOOL, GRADE, CLASS, SEAT, NAME, NUMBER)
REQUIRED = (GRADE, CLASS, SEAT, NAME)
_ALIASES = {
    "学校名称": SCHOOL,
    "所在年级": GRADE,
    "班": CLASS,
    "班号": CLASS,
    "班级名称": CLASS,
    "座位号": SEAT,
    "班内学号": SEAT,
    "学生姓名": NAME,
    "名字": NAME,
    "全国学籍号": NUMBER,
    "学籍号码": NUMBER,
}
_PUPIL_NUMBER = re.compile(r"[GJ]\d{17}[\dX]|L\d{18}")
_EMPTY = "这一格是空的；如果是公式或合并单元格，请改成直接填写的文字"


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One pupil of a roster file. The outside number is kept as digest and last four characters only."""

    line: int
    grade: int
    class_no: int
    seat_no: int
    name: str
    number_digest: str | None = None
    number_tail: str = ""

    @property
    def class_key(self) -> tuple[int, int]:
        return self.grade, self.class_no

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell: where, what was read, why it cannot be taken."""

    line: int
    column: str
    value: str
    reason: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Reading:
    """A roster file as understood. `touched` are the classes that some wrong row speaks of, None among them
    when a wrong row doesn't even say which class."""

    rows: tuple[RosterRow, ...]
    problems: tuple[Problem, ...]
    touched_by_wrong: frozenset[tuple[int, int] | None]


def column_of(heading: str) -> str:
    """The column a heading means: 学生姓名 → 姓名; other headings stay as they are."""
    flat = unicodedata.normalize("NFKC", heading).replace(" ", "")
    flat = re.sub(r"\(.*?\)", "", flat)
    return _ALIASES.get(flat, flat)


def heading_problems(headings: Sequence[str]) -> list[str]:
    """What is wrong with the first line of a roster file."""
    columns = [column_of(heading) for heading in headings]
    said = [f"缺少“{column}”这一列" for column in REQUIRED if column not in columns]
    said += [
        f"“{column}”出现了不止一列" for column, n in Counter(columns).items() if n > 1 and column in COLUMNS
    ]
    return said


def read_rows(
    lines: Sequence[tuple[int, Mapping[str, str]]],
    *,
    school_name: str,
    stages: Collection[Stage],
    digest: Callable[[str], str],
) -> Reading:
    """Read the lines (number, cells by column) of a roster file of one school."""
    rows: list[RosterRow] = []
    problems: list[Problem] = []
    touched: set[tuple[int, int] | None] = set()
    for line, cells in lines:
        row, wrong = _read_line(line, cells, school_name, stages, digest)
        if row is not None:
            rows.append(row)
        else:
            problems += wrong
            touched.add(_class_of(cells))
    doubled = _doubled(rows)
    wrong_lines = {problem.line for problem in doubled}
    touched |= {row.class_key for row in rows if row.line in wrong_lines}
    return Reading(
        rows=tuple(row for row in rows if row.line not in wrong_lines),
        problems=tuple(sorted([*problems, *doubled], key=lambda problem: problem.line)),
        touched_by_wrong=frozenset(touched),
    )


def clean_name(text: str) -> str:
    """A name as it is kept: no blanks at the ends or invisible characters, one kind of middle dot."""
    kept = "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf"))
    kept = re.sub(r"[•‧∙⋅・･．]", "·", kept)
    if any("一" <= char <= "鿿" for char in kept):
        kept = re.sub(r"\s+", "", kept)
    return re.sub(r"\s+", " ", kept).strip()


def name_problem(name: str) -> str | None:
    """Why a cleaned name cannot be taken; None when it can."""
    if not name:
        return _EMPTY
    if len(name) > MAX_NAME:
        return f"姓名最多{MAX_NAME}个字，这里有{len(name)}个"
    if "\ufffd" in name or "?" in name or "？" in name:
        return "有认不出的字：多半是存成 .csv 时丢了生僻字，请改存 .xlsx 再传"
    if any(unicodedata.category(char) == "Co" for char in name):
        return "用了自造字，换一台设备就显示不出来；请改用标准字库里的字"
    if not all(char.isalpha() or char in "·-' 〇" for char in name) or not any(map(str.isalpha, name)):
        return "姓名里只能有文字和间隔号“·”"
    return None


def masked(number: str) -> str:
    """An outside number as a page may show it."""
    return f"…{number[-4:]}" if len(number) > 4 else "…"


def _read_line(
    line: int,
    cells: Mapping[str, str],
    school_name: str,
    stages: Collection[Stage],
    digest: Callable[[str], str],
) -> tuple[RosterRow | None, list[Problem]]:
    wrong: list[Problem] = []

    def refuse(column: str, reason: str) -> None:
        value = cells.get(column, "")
        wrong.append(Problem(line, column, masked(value) if column == NUMBER else value[:60], reason))

    _check_school(cells, school_name, refuse)
    grade = _read_grade(cells, stages, refuse)
    class_no = _read_number(cells, CLASS, read_class_no, "看不出是几班；请写成 3 或 3班", refuse)
    seat_no = _read_number(cells, SEAT, _seat, f"座号要是 1 到 {MAX_SEAT} 的整数", refuse)
    name = clean_name(cells.get(NAME, ""))
    if (reason := name_problem(name)) is not None:
        refuse(NAME, reason)
    number = _read_pupil_number(cells, refuse)
    if wrong or grade is None or class_no is None or seat_no is None:
        return None, wrong
    kept = (digest(number), number[-4:]) if number else (None, "")
    return RosterRow(line, grade, class_no, seat_no, name, *kept), []


Refuse = Callable[[str, str], None]


def _check_school(cells: Mapping[str, str], school_name: str, refuse: Refuse) -> None:
    given = cells.get(SCHOOL, "")
    if given and _flat(given) != _flat(school_name):
        refuse(SCHOOL, f"这里只收{school_name}的学生")


def _read_grade(cells: Mapping[str, str], stages: Collection[Stage], refuse: Refuse) -> int | None:
    grade = _read_number(cells, GRADE, read_grade, "看不出是几年级；请写成 七年级、初一 或 7", refuse)
    if grade is not None and stages and stage_of_grade(grade) not in stages:
        has = "、".join(STAGE_NAMES[stage] for stage in stages)
        refuse(GRADE, f"学校只有{has}，没有这个年级")
        return None
    return grade


def _read_number(
    cells: Mapping[str, str], column: str, read: Callable[[str], int | None], reason: str, refuse: Refuse
) -> int | None:
    text = cells.get(column, "")
    number = read(text) if text else None
    if number is None:
        refuse(column, reason if text else _EMPTY)
    return number


def _seat(text: str) -> int | None:
    number = small_number(text.removesuffix("号"))
    return number if number is not None and 1 <= number <= MAX_SEAT else None


def _read_pupil_number(cells: Mapping[str, str], refuse: Refuse) -> str:
    number = unicodedata.normalize("NFKC", cells.get(NUMBER, "")).replace(" ", "").upper()
    if number and not _PUPIL_NUMBER.fullmatch(number):
        refuse(NUMBER, "学籍号应是 G、J 或 L 开头的 19 位；没有就空着")
        return ""
    return number


def _class_of(cells: Mapping[str, str]) -> tuple[int, int] | None:
    grade, class_no = read_grade(cells.get(GRADE, "")), read_class_no(cells.get(CLASS, ""))
    return (grade, class_no) if grade and class_no else None


def _doubled(rows: Sequence[RosterRow]) -> list[Problem]:
    """Rows that claim the same seat or carry the same number: nobody can say which one is right."""
    problems: list[Problem] = []
    for lines in _sharing(rows, lambda row: (*row.class_key, row.seat_no)).values():
        for row in lines:
            where = class_name(*row.class_key)
            reason = f"{where}{row.seat_no}号{_elsewhere(row, lines)}也写了，请改成各自的座号"
            problems.append(Problem(row.line, SEAT, str(row.seat_no), reason))
    for lines in _sharing(rows, lambda row: row.number_digest).values():
        for row in lines:
            reason = f"同一个学籍号{_elsewhere(row, lines)}也有"
            problems.append(Problem(row.line, NUMBER, f"…{row.number_tail}", reason))
    return problems


def _sharing(rows: Sequence[RosterRow], key: Callable[[RosterRow], Any]) -> dict[Any, list[RosterRow]]:
    groups: dict[Any, list[RosterRow]] = {}
    for row in rows:
        if (value := key(row)) is not None:
            groups.setdefault(value, []).append(row)
    return {value: group for value, group in groups.items() if len(group) > 1}


def _elsewhere(row: RosterRow, lines: Sequence[RosterRow]) -> str:
    others = [str(other.line) for other in lines if other.line != row.line]
    return f"第{'、'.join(others[:3])}行"


def _flat(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
