"""What a stage asks of a course and of its lessons beyond their form: enough periods, how generative tools are used."""

from collections.abc import Iterator
from typing import Any

from qiming.curriculum.checks.known import Known
from qiming.curriculum.reading import CourseFolder, LessonFolder
from qiming.curriculum.types import GENAI_WORDS
from qiming.kernel.content import Problem
from qiming.kernel.content_words import Words
from qiming.kernel.text import fold

# What a rule asks to come with the use of generative tools → words by which a guide shows that it does.
ASKED = {
    "verification": ("核验", ("核验", "核对", "核实", "查证", "验证", "再查", "检查")),
    "labelling": ("标注来源", ("标注", "注明", "来源", "署名")),
    "self_assessment": ("自评", ("自评", "自己评", "自查", "反思")),
}


def check_periods(read: CourseFolder, known: Known) -> Iterator[Problem]:
    """An AI course alone fills the periods that a school year asks; another subject's isn't asked."""
    if not read.course or read.course.data.get("subject", "ai") != "ai":
        return
    rules = known.stage_rules[read.course.data["stage"]]
    there = len(read.course.data["lessons"])
    if there < rules.periods_per_year:
        words = _few_periods(there, rules.periods_per_year)
        yield read.course.problem(("lessons",), words, warns=True, rule="periods-per-year")


def check_generative(read: LessonFolder, course: CourseFolder, known: Known) -> Iterator[Problem]:
    """Where generative tools are used, the lesson says how: what the stage's rule asks stands in guide or steps."""
    if not read.lesson or not course.course or course.course.data.get("subject", "ai") != "ai":
        return
    use = read.lesson.data["genai_use"]
    if use in ("none", "teacher_demo"):
        return
    said = read.texts.get("guide.md", "") + "".join(_said(step) for step in read.lesson.data["activities"])
    for asked in known.stage_rules[course.course.data["stage"]].genai_requires:
        name, words = ASKED.get(asked, (asked, (asked,)))
        if not any(word in said for word in words):
            yield read.lesson.problem(("genai_use",), _how(use, name), warns=True, rule="genai-how")


def check_ladders(read: LessonFolder) -> Iterator[Problem]:
    """Each rung of an item's ladder leads on: none repeats another or the question."""
    for at, item in enumerate(read.items.data if read.items else ()):
        assert read.items is not None
        seen = {fold(item["stem"])}
        for n, hint in enumerate(item["hints"]):
            if fold(hint) in seen:
                yield read.items.problem((at, "hints", n), _NO_STEP, rule="hint-ladder")
            seen.add(fold(hint))


def _said(step: dict[str, Any]) -> str:
    return str(step["text"]) + str(step.get("teacher", "")) + str(step.get("prompt", ""))


def _few_periods(there: int, need: int) -> Words:
    return Words(
        f"这门课只有{there}课，每学年要{need}课时：单靠它不够一学年。",
        f"This course has {there} lessons; a school year asks {need} periods.",
        "补足课，或在课程说明里写明和哪门课合着上。",
        "Add lessons or say with which course it goes together.",
    )


def _how(use: str, name: str) -> Words:
    return Words(
        f"这一课是“{GENAI_WORDS[use]}”，这个学段要求同时“{name}”，教案和环节里没有写怎样做。",
        f"Generative use '{use}' must come with {name}; neither guide nor steps say how.",
        "在教案的步骤里写清学生怎样做。",
        "Say in the guide's steps how pupils do it.",
    )


_NO_STEP = Words(
    "这一步提示和题干或前面的提示一样，学生走不下去。",
    "This rung repeats the question or an earlier rung.",
    "写一个新的小步。",
    "Write the next small step.",
)
