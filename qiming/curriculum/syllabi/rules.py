"""Reading a syllabus from a sheet: which column is what, each row an outcome or, cell by cell, what is wrong with it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MAX_TEXT, MAX_SHORT = 500, 120
STAGES = {"primary": "小学", "junior": "初中", "senior": "高中"}
# field: words on the page, whether it must be there, headings that mean it
FIELDS: Mapping[str, tuple[str, bool, tuple[str, ...]]] = {
    "text": ("学习结果", True, ("学习结果", "学习要求", "内容要求", "学业要求", "条目", "要求", "目标", "内容", "outcome", "text")),
    "stage": ("学段", False, ("学段", "阶段", "stage")),
    "grade": ("年级", False, ("年级", "grade")),
    "theme": ("主题", False, ("主题", "模块", "内容模块", "单元", "theme")),
    "source": ("哪里读到", False, ("来源", "出处", "页码", "哪里读到", "source")),
    "lesson": ("对应的课", False, ("对应的课", "对应课", "课", "课时", "课例", "lesson")),
    "note": ("说明", False, ("说明", "备注", "note")),
}  # fmt: skip
_STAGE_WORDS = {
    "小学": "primary", "小学低段": "primary", "小学高段": "primary", "小学低年级": "primary", "小学高年级": "primary",
    "初中": "junior", "高中": "senior", "普通高中": "senior", **{key: key for key in STAGES},
}  # fmt: skip
_GRADE_WORDS = {f"{word}年级": no for no, word in enumerate("一二三四五六七八九", 1)} | {
    "初一": 7, "初二": 8, "初三": 9, "高一": 10, "高二": 11, "高三": 12, "十年级": 10, "十一年级": 11, "十二年级": 12,
}  # fmt: skip
_BETWEEN, _COMMAS = re.compile(r"[、;；\n]+"), re.compile(r"[,，]+")


@dataclass(frozen=True, slots=True)
class LessonFact:
    """A lesson a row may name: by key, by title, or as 《course》第n课."""

    key: str
    title: str
    course: str
    position: int


@dataclass(frozen=True, slots=True)
class Read:
    """One row as an outcome."""

    line: int
    text: str
    stage: str
    grade: int | None
    theme: str
    source: str
    lessons: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell; `column` is the sheet's own heading, or the field's word where it has none."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    outcomes: tuple[Read, ...]
    problems: tuple[Problem, ...]


Rows = Sequence[tuple[int, Mapping[str, str]]]


def guess(headings: Sequence[str]) -> dict[str, str]:
    """Which heading probably means which field: the same word first, then one that begins or ends with it."""
    found: dict[str, str] = {}
    for is_meant in (_is_word, _holds_word):
        for field, (_, _, words) in FIELDS.items():
            for heading in headings:
                free = field not in found and heading not in found.values()
                if free and any(is_meant(_flat(heading), word) for word in words):
                    found[field] = heading
    return found


def _is_word(heading: str, word: str) -> bool:
    return heading == word


def _holds_word(heading: str, word: str) -> bool:
    return len(word) > 1 and (heading.startswith(word) or heading.endswith(word))


def read_rows(
    rows: Rows,
    columns: Mapping[str, str],
    lessons: Sequence[LessonFact],
    *,
    stage: str = "",
    source: str = "",
) -> Reading:
    """Every row; `stage` and `source` stand where the sheet has no such column or leaves the cell empty."""
    known = _names(lessons)
    outcomes, problems, seen = [], [], dict[tuple[str, str], int]()
    for line, cells in rows:
        given = {field: cells.get(columns.get(field, ""), "").strip() for field in FIELDS}
        wrong = list(_wrong(given, known, stage, source))
        key = (_flat(given["text"]), _stage(given, stage))
        if not wrong and key in seen:
            wrong.append(("text", f"和第{seen[key]}行一样"))
        if wrong:
            problems += [
                Problem(line, columns.get(field) or FIELDS[field][0], given[field], why)
                for field, why in wrong
            ]
            continue
        seen[key] = line
        outcomes.append(_read(line, given, known, stage, source))
    return Reading(tuple(outcomes), tuple(problems))


Wrong = list[tuple[str, str]]


def _wrong(given: Mapping[str, str], known: Mapping[str, str | None], stage: str, source: str) -> Wrong:
    """The fields of one row that can't be taken, with the reasons."""
    found = _wrong_words(given) + _wrong_stage(given, stage)
    if not (given["source"] or source):
        found.append(("source", "没有写在哪里读到"))
    for name in _split(given["lesson"], known):
        if known.get(_flat(name), "") is None:
            found.append(("lesson", f"“{name}”有好几课叫这个名字，写成《课程》第几课"))
        elif _flat(name) not in known:
            found.append(("lesson", f"没有“{name}”这一课"))
    return found


def _wrong_words(given: Mapping[str, str]) -> Wrong:
    most = {"text": MAX_TEXT, "theme": MAX_SHORT, "source": MAX_SHORT, "note": 3 * MAX_SHORT}
    found = [(field, f"超过{limit}个字") for field, limit in most.items() if len(given[field]) > limit]
    return found if given["text"] else [("text", "这一格是空的"), *found]


def _wrong_stage(given: Mapping[str, str], usual: str) -> Wrong:
    stage, grade = _stage(given, usual), read_grade(given["grade"])
    if given["grade"] and grade is None:
        return [("grade", "看不懂，写七年级、初一、7")]
    if not stage:
        return [("stage", "看不懂，写小学、初中、高中" if given["stage"] else "没有写学段")]
    if grade and stage != stage_of(grade):
        return [("grade", f"不是{STAGES[stage]}的年级")]
    return []


def _read(
    line: int, given: Mapping[str, str], known: Mapping[str, str | None], stage: str, source: str
) -> Read:
    lessons = dict.fromkeys(known[_flat(name)] or "" for name in _split(given["lesson"], known))
    return Read(
        line=line,
        text=given["text"],
        stage=_stage(given, stage),
        grade=read_grade(given["grade"]),
        theme=given["theme"] or "未分主题",
        source=given["source"] or source,
        lessons=tuple(lessons),
        note=given["note"],
    )


def read_stage(text: str) -> str | None:
    """初中, 小学（高段）, junior as a stage's key; None when it is none."""
    flat = re.sub(r"[（(）)]|阶段|学段", "", _flat(text))
    return _STAGE_WORDS.get(flat)


def read_grade(text: str) -> int | None:
    """七年级, 初一, 7 as 1–12; None when it is none."""
    flat = _flat(text)
    if flat in _GRADE_WORDS:
        return _GRADE_WORDS[flat]
    flat = flat.removesuffix("年级")
    return (
        int(flat) if flat.isascii() and flat.isdecimal() and len(flat) < 3 and 1 <= int(flat) <= 12 else None
    )


def stage_of(grade: int) -> str:
    return "primary" if grade <= 6 else "junior" if grade <= 9 else "senior"


def _stage(given: Mapping[str, str], usual: str) -> str:
    """The stage as written, else of the grade, else the one chosen for the whole sheet; "" when there is none."""
    if given["stage"]:
        return read_stage(given["stage"]) or ""
    grade = read_grade(given["grade"])
    return stage_of(grade) if grade else usual


def _names(lessons: Sequence[LessonFact]) -> dict[str, str | None]:
    """Every way to name a lesson → its key; None where two lessons share the name."""
    found: dict[str, str | None] = {}
    for one in lessons:
        titles = (one.key, one.title, f"第{one.position}课{one.title}", f"《{one.course}》第{one.position}课")
        for name in (
            *titles,
            f"{one.course}第{one.position}课",
            f"{one.course}第{one.position}课{one.title}",
        ):
            flat = _flat(name)
            found[flat] = one.key if found.get(flat, one.key) == one.key else None
    return found


def _split(text: str, known: Mapping[str, str | None]) -> list[str]:
    """A cell with several lessons; a title that has a comma of its own stays whole."""
    found: list[str] = []
    for part in [text] if _flat(text) in known else _BETWEEN.split(text):
        found += [part] if _flat(part) in known else _COMMAS.split(part)
    return [one.strip() for one in found if one.strip()]


def _flat(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()
