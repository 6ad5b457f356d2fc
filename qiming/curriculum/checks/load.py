"""How much a child must read: characters a screen, length of sentences, characters that are rare.

Which characters are common is read from 《通用规范汉字表》 (State Council, 国发〔2013〕23号; `characters.txt` holds its first
two levels). No document sets limits per screen or sentence: those below are the course group's own proposal, and every
finding says so. Only the limit of the youngest refuses a lesson; the others are worth a look.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from qiming.curriculum.reading import CourseFolder, LessonFolder
from qiming.kernel.content import Document, Place, Problem
from qiming.kernel.content_words import Words

BASIS = "启明课程组的建议值，没有文件规定"
TABLE = "《通用规范汉字表》"
PIECES = ("options", "entries", "left", "right", "bins")
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_CODE = re.compile(r"```.*?```|`[^`]*`|\$[^$]*\$", re.DOTALL)
_HAN = re.compile(r"[\u3400-\u9fff]")
_OTHER_WORD = re.compile(r"[A-Za-z]+|\d+(?:[.:/]\d+)*")
_END = re.compile(r"[。！？；?!;\n|]|\s[-*]\s|：(?=\n)")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one band of grades may be asked to read. `period` None: not limited as a whole."""

    last_grade: int
    screen: int
    sentence: int
    common: int  # characters beyond this level of the table are rare for the band
    period: int | None = None


BANDS = (
    Limits(last_grade=2, screen=30, sentence=16, common=1, period=60),
    Limits(last_grade=4, screen=140, sentence=35, common=1),
    Limits(last_grade=6, screen=220, sentence=45, common=2),
    Limits(last_grade=9, screen=320, sentence=60, common=2),
    Limits(last_grade=12, screen=480, sentence=75, common=2),
)


def limits_for(grade: int) -> Limits:
    return next((band for band in BANDS if grade <= band.last_grade), BANDS[-1])


@lru_cache(maxsize=1)
def levels() -> dict[str, int]:
    """Character → level 1 or 2 of the table; what is not in it is rarer."""
    found: dict[str, int] = {}
    level = 0
    for line in (Path(__file__).parent / "characters.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("=="):
            level = int(line.removeprefix("==").strip())
        elif not line.startswith("#"):
            found.update(dict.fromkeys(line, level))
    return found


def plain(text: str) -> str:
    """Markdown without what is not read: pictures, addresses, code and formulas."""
    return _LINK.sub(r"\1", _CODE.sub(" ", _PICTURE.sub(" ", text)))


def count(text: str) -> int:
    """Characters to read; a number or a word of letters counts as one."""
    bare = plain(text)
    return len(_HAN.findall(bare)) + len(_OTHER_WORD.findall(bare))


def sentences(text: str) -> list[str]:
    return [one.strip() for one in _END.split(plain(text)) if one.strip()]


def rare(text: str, common: int, known: Iterable[str] = ()) -> list[str]:
    """Characters beyond level `common` of the table, but for those of words the lesson explains."""
    explained = set("".join(known))
    table = levels()
    found = dict.fromkeys(_HAN.findall(plain(text)))
    return [one for one in found if table.get(one, 3) > common and one not in explained]


def check_load(read: LessonFolder, course: CourseFolder) -> Iterator[Problem]:
    """Reading load of a lesson, screen by screen: a step is a screen, an item is a screen."""
    if not read.lesson or not course.course:
        return
    grade = min(course.course.data["grades"])
    limits = limits_for(grade)
    explained = [word["word"] for word in read.lesson.data.get("new_words", ())]
    for document, place, text in screens(read):
        yield from _screen(document, place, text, grade=grade, limits=limits, explained=explained)
    if limits.period is not None:
        total = sum(count(text) for text in period_texts(read))
        if total >= limits.period:
            yield read.lesson.problem(
                ("activities",), _too_much(total, limits.period, grade), rule="reading-period"
            )


def check_tests_load(course: CourseFolder) -> Iterator[Problem]:
    """The same of the items of a course's tests: each is a screen."""
    if not course.course:
        return
    grade = min(course.course.data["grades"])
    for document in course.tests.values():
        for at, item in enumerate(document.data):
            yield from _screen(
                document, (at, "stem"), item_text(item), grade=grade, limits=limits_for(grade), explained=[]
            )


def screens(read: LessonFolder) -> Iterator[tuple[Document, Place, str]]:
    """What stands on one screen, with its place: the steps, then the items."""
    if read.lesson:
        for at, step in enumerate(read.lesson.data["activities"]):
            yield read.lesson, ("activities", at, "text"), step_text(step)
    if read.items:
        for at, item in enumerate(read.items.data):
            yield read.items, (at, "stem"), item_text(item)


def period_texts(read: LessonFolder) -> Iterator[str]:
    """What a pupil must read in the period itself: its steps, what to choose from, the items asked in them. What is
    talked about (`prompt`) the teacher says."""
    if not read.lesson:
        return
    asked: set[str] = set()
    for step in read.lesson.data["activities"]:
        if not step.get("extra"):
            asked.update(step.get("items", ()))
            yield step["text"]
            yield from (choice["text"] for choice in step.get("choices", ()))
    for item in read.items.data if read.items else ():
        if item["id"] in asked:
            yield item_text(item)


def step_text(step: dict[str, Any]) -> str:
    parts = [step["text"], step.get("prompt", ""), *step.get("starters", ())]
    parts += [choice["text"] for choice in step.get("choices", ())]
    parts += [field["label"] for field in step.get("record", ())]
    return "\n".join(parts)


def item_text(item: dict[str, Any]) -> str:
    if item["kind"] == "hotspot":
        # The names of the areas are for those who cannot see the picture.
        return str(item["stem"])
    return "\n".join([item["stem"], *(piece["text"] for part in PIECES for piece in item.get(part, ()))])


def _screen(
    document: Document, place: Place, text: str, *, grade: int, limits: Limits, explained: list[str]
) -> Iterator[Problem]:
    there = count(text)
    if there > limits.screen:
        yield document.problem(
            place, _long_screen(there, limits.screen, grade), warns=True, rule="reading-screen"
        )
    longest = max(sentences(text), key=count, default="")
    if count(longest) > limits.sentence:
        words = _long_sentence(longest, count(longest), limits.sentence, grade)
        yield document.problem(place, words, warns=True, rule="reading-sentence")
    strange = rare(text, limits.common, explained)
    if strange:
        yield document.problem(
            place, _rare(strange, limits.common, grade), warns=True, rule="reading-characters"
        )


def _too_much(there: int, most: int, grade: int) -> Words:
    return Words(
        f"这一课时学生要读{there}个字，{grade}年级要少于{most}个：认字还少，读会盖过想。",
        f"Pupils must read {there} characters in this period; in grade {grade} fewer than {most}.",
        "换成图，或由老师说（teacher）；题干只留一句短话。",
        "Use pictures or let the teacher say it; keep a stem to one short sentence.",
    )


def _long_screen(there: int, most: int, grade: int) -> Words:
    return Words(
        f"这一屏要读{there}个字，{grade}年级建议不超过{most}个（{BASIS}）。",
        f"This screen holds {there} characters; for grade {grade} at most {most} are proposed.",
        "分成两步，或删去不影响做题的话。",
        "Split it or cut what the task doesn't need.",
    )


def _long_sentence(sentence: str, there: int, most: int, grade: int) -> Words:
    shown = sentence[:18].replace("\n", " ")
    return Words(
        f"“{shown}…”这一句有{there}个字，{grade}年级建议不超过{most}个（{BASIS}）。",
        f"A sentence of {there} characters; for grade {grade} at most {most} are proposed.",
        "断成两句。",
        "Break it in two.",
    )


def _rare(strange: list[str], common: int, grade: int) -> Words:
    level = "一级字" if common == 1 else "一、二级字"
    return Words(
        f"有不在{TABLE}{level}里的字：{'、'.join(strange[:8])}。{grade}年级的学生可能不认得（按表判断是{BASIS}）。",
        f"Characters beyond level {common} of the general table: {', '.join(strange[:8])}.",
        "换一个常用的说法，或写进 new_words 解释。",
        "Say it otherwise or explain it in new_words.",
    )
