"""A draft as read becomes one that fits our format as far as it goes: keys, numbers, and a list of what is yet to be added."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from qiming.curriculum.exchange.model import DraftCourse, DraftLesson, Level
from qiming.kernel.content import Document, against, hash_data, validator

OURS = re.compile(r"([a-z][a-z0-9]+)-q[0-9]{2,3}")
# In the order in which our files say them.
ORDER = [
    "id",
    "kind",
    "concept",
    "difficulty",
    "use",
    "stem",
    "picture",
    "picture_alt",
    "size",
    "least",
    "most",
    "options",
    "entries",
    "left",
    "right",
    "pairs",
    "bins",
    "answer",
    "accept",
    "rubric",
    "sample",
    "traps",
    "otherwise",
    "hints",
    "solution",
]


def settle(course: DraftCourse, name: str) -> None:
    """Give lessons and items keys of ours (they keep the ones they have from us) and say what is missing yet."""
    stem = "x" + hash_data([name, course.title, [item.where for item in course.items]])[:6]
    taken: set[str] = set()
    for n, lesson in enumerate(course.lessons, start=1):
        own = _own_key(lesson)
        lesson.key = own if own and own not in taken else f"{stem}l{n}"
        taken.add(lesson.key)
        _number(lesson)
        for item in lesson.items:
            item.spec = {key: item.spec[key] for key in ORDER if key in item.spec}
        course.report.counts["pictures"] += len(lesson.media)
    course.report.counts["lessons"] = len(course.lessons)
    for item in course.items:
        course.report.counts[f"kind_{item.spec['kind']}"] += 1


def say_missing(course: DraftCourse, schemas: Path) -> None:
    """What our format asks for and the drafts have not, counted by kind of lack."""
    check = validator(schemas / "items.schema.json")
    lacks: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for item in course.items:
        found = against(Document(item.where, [item.spec], {}), check)
        for said in sorted({_lack(problem.words.zh, problem.where) for problem in found}):
            lacks[said] += 1
            examples.setdefault(said, item.spec["id"])
    for said, times in lacks.most_common():
        course.report.add(Level.TO_DO, f"{times}道题，如 {examples[said]}", said)


_FIELDS: Mapping[str, str] = {
    "concept": "没有写考查哪个知识点",
    "hints": "没有提示",
    "solution": "没有解答",
    "misconception": "错误选项后面是什么误解没有写",
    "reply": "有的选项没有写选了它时说的话",
    "rubric": "没有评分点",
    "sample": "没有满分回答的例子",
}


def _lack(zh: str, where: str) -> str:
    for field, says in _FIELDS.items():
        if f"“{field}”" in zh or where.rpartition(".")[2] == field:
            return says
    part = re.sub(r"\[\d+\]", "", where).lstrip(".")
    return f"{part}：{zh}" if part else zh


def _own_key(lesson: DraftLesson) -> str:
    """The lesson's key when all its items carry numbers that we gave, each once."""
    found = [OURS.fullmatch(item.spec["id"]) for item in lesson.items]
    keys = {match.group(1) for match in found if match}
    ids = {item.spec["id"] for item in lesson.items}
    return keys.pop() if len(keys) == 1 and all(found) and len(ids) == len(lesson.items) else ""


def _number(lesson: DraftLesson) -> None:
    new: dict[str, str] = {}
    for n, item in enumerate(lesson.items, start=1):
        own = OURS.fullmatch(item.spec["id"])
        old = item.spec["id"]
        if own is None or own.group(1) != lesson.key:
            item.spec["id"] = f"{lesson.key}-q{n:02d}"
        new.setdefault(old, item.spec["id"])
    for step in lesson.steps:
        if "items" in step.data:
            step.data["items"] = [new.get(key, key) for key in step.data["items"]]
