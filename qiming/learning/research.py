"""Which answers may leave for research, and how they look then. Pure: no database, no clock, no file."""

import csv
import hashlib
import hmac
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

LEAST = 10  # pupils of a grade; fewer would let one be guessed
# Kinds whose response is a choice among ours; what a pupil wrote or typed never leaves.
CHOSEN = frozenset({"single", "multiple", "order", "match", "classify", "hotspot"})
COLUMNS = (
    "pupil",
    "grade",
    "no",
    "day",
    "context",
    "item",
    "item_version",
    "kind",
    "concept",
    "try_no",
    "response",
    "correct",
    "score",
    "hints_used",
    "solution_shown",
    "misconceptions",
)


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer as it is read for an extract."""

    day: date
    context: str
    item: str
    item_version: str
    kind: str
    concept: str
    try_no: int
    response: Mapping[str, Any]
    correct: bool | None
    score: float | None
    hints_used: int
    solution_shown: bool
    misconceptions: Sequence[str]


def pseudonym(key: bytes, pupil_id: UUID) -> str:
    """A number for one pupil in one extract; with the key thrown away nobody finds the way back."""
    return hmac.new(key, pupil_id.bytes, hashlib.sha256).hexdigest()[:16]


def large_enough(grades: Mapping[UUID, int]) -> tuple[dict[UUID, int], dict[int, int]]:
    """The pupils of grades with at least `LEAST` of them, and what was left out: grade → pupils."""
    sizes: dict[int, int] = {}
    for grade in grades.values():
        sizes[grade] = sizes.get(grade, 0) + 1
    kept = {pupil: grade for pupil, grade in grades.items() if sizes[grade] >= LEAST}
    return kept, {grade: size for grade, size in sorted(sizes.items()) if size < LEAST}


def line(number: str, grade: int, no: int, answer: Answered) -> list[str]:
    """One answer as a line of the extract, in the order of `COLUMNS`."""
    response = (
        json.dumps(answer.response, ensure_ascii=False, sort_keys=True) if answer.kind in CHOSEN else ""
    )
    return [
        number,
        str(grade),
        str(no),
        answer.day.isoformat(),
        answer.context,
        answer.item,
        answer.item_version,
        answer.kind,
        answer.concept,
        str(answer.try_no),
        response,
        "" if answer.correct is None else str(int(answer.correct)),
        "" if answer.score is None else f"{answer.score:.3f}",
        str(answer.hints_used),
        str(int(answer.solution_shown)),
        " ".join(answer.misconceptions),
    ]


def as_csv(lines: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(lines)
    return out.getvalue()


def readme(facts: Mapping[str, object], left_out: Mapping[int, int], made: datetime) -> str:
    """What lies beside the table: what it is, what was left out, what may be done with it."""
    dropped = "，".join(f"{grade}年级{size}人" for grade, size in left_out.items()) or "没有"
    return f"""# 研究用作答抽取

{facts["label"]}
- 研究目的：{facts["reason"]}
- 申请人：{facts["asked_by"]}
- 抽取时间：{made:%Y-%m-%d %H:%M}，作答日期 {facts["from"]} 至 {facts["to"]}
- {facts["pupils"]}名学生，{facts["attempts"]}次作答；只含抽取当时同意“用于教育研究”的学生
- 一个年级同意的学生少于{LEAST}人，整个年级不抽。这次没有抽的：{dropped}
- attempts.csv 的 SHA-256：{facts["sha256"]}

## 各列

pupil 只在这一次抽取里有效的随机编号，对应办法已经丢弃；no 该学生第几次作答；day 日期；context class 课上、
homework 作业、practice 练习、own 自己学；item 题号，item_version 题目内容的散列；response 选的是哪几项（自己写的话
和数不抽）；correct 1 对 0 错，空为等人批改；score 0 到 1；hints_used 看了几步提示；solution_shown 看过解答；
misconceptions 显出的典型误解。

## 使用约定

不得设法认出任何人，不得与别的数据合并来认人，用完删除。有学生撤回同意，以后的抽取不再含其作答。
"""
