"""The words of a plan, all of them the course's own: questions, what three groups do, what lies ready."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from qiming.assist.planner.rules import needs
from qiming.assist.planner.rules.steps import BEFORE_TITLE, Stretch, is_for_pupils, items_of, steps_of
from qiming.assist.planner.types import (
    Block,
    ClassFacts,
    ConceptFacts,
    Confusion,
    Group,
    LessonFacts,
    Question,
    Role,
    Source,
    Wish,
)

ASK_ANYWAY = "这样做对谁好，对谁不公平，该由谁来负责？"
_ASKED = re.compile(r"[^。！？?!\n]*[？?]")
_NUMBERED = re.compile(r"^(?:\d+[.、]|[-•])\s*")
_MARKS = re.compile(r"[*_`>#\[\]]|!\[[^\]]*\]\([^)]*\)|\([^)]*\)")


def before_step(concept: ConceptFacts, minutes: int) -> dict[str, Any]:
    """A quiz on what an earlier lesson taught; its items get their keys when it is taken."""
    return {
        "title": BEFORE_TITLE,
        "kind": "quiz",
        "minutes": minutes,
        "text": f"先想一想前面学过的“{concept.title}”，再答题。",
        "teacher": f"看全班答得怎样：多数人对了就往下走；没对，请一个对的人说一句理由。{concept.note}"[:200],
        "items": [],
    }


def unplugged_title(title: str) -> str:
    """At most ten characters, as the lesson format has it."""
    return f"{title[:4]}（不用电脑）"


def unplugged_step(lab: Stretch, said: str) -> dict[str, Any]:
    """What the lesson says to do without devices, as a step."""
    told = said or f"看老师在大屏上做“{lab.title}”，先猜，再看，再说一句为什么。"
    return {
        "title": unplugged_title(lab.title),
        "kind": "unplugged",
        "minutes": lab.wish,
        "text": told,
        "teacher": f"目标和“{lab.title}”一样。" if said else "老师的电脑接大屏，请学生先猜再看。",
        "record": [],
    }


def first_question(text: str) -> str:
    """The first question in a text of the course, without its marks."""
    found = _ASKED.search(_MARKS.sub("", without_tables(text)))
    return _NUMBERED.sub("", found[0].strip()) if found else ""


def without_tables(text: str) -> str:
    """The text without rows of tables, which are no sentence."""
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("|"))


def question_of(step: Mapping[str, Any]) -> str:
    """What a step asks: its prompt, or the first question in its text."""
    prompt = str(step.get("prompt") or "").strip()
    return prompt or first_question(str(step.get("text") or ""))


def questions(
    lesson: LessonFacts, blocks: Sequence[Block], confusions: Sequence[Confusion]
) -> list[Question]:
    """One question to begin with, one for each misconception held, one of the main activity, of ethics, of the check."""
    found: list[Question] = []
    inside = [one for one in blocks if one.role is not Role.HOST]
    if not inside:
        return found
    opening = next((one for one in inside if one.role is not Role.BEFORE), inside[0])
    found.append(Question(opening.title, str(lesson.facts["question"]), lesson.here))
    core = next((one for one in inside if one.role is Role.CORE), opening)
    asked = question_of(core.step or {})
    if asked:
        found.append(Question(core.title, asked, core.sources[0]))
    for one in confusions[:3]:
        at = next((block for block in inside if block.concept == one.concept), core)
        found.append(Question(at.title, one.remedy, Source("misconception", f"误解：{one.text}", one.id)))
    for block in inside:
        if block.role is Role.ETHICS:
            words = question_of(block.step or {}) or ASK_ANYWAY
            found.append(Question(block.title, words, block.sources[0]))
        elif block.role is Role.CHECK and block is _last_check(inside):
            found += _of_check(lesson, block)
    return list({one.text: one for one in found}.values())


def _last_check(blocks: Sequence[Block]) -> Block:
    return [one for one in blocks if one.role is Role.CHECK][-1]


def _of_check(lesson: LessonFacts, block: Block) -> list[Question]:
    known = items_of(lesson.parts)
    asked = [known[key] for key in (block.step or {}).get("items", ()) if key in known]
    if not asked:
        return []
    hardest = max(asked, key=lambda item: int(item["difficulty"]))
    stem = " ".join(_MARKS.sub("", without_tables(str(hardest["stem"]))).split())
    source = Source("item", f"题目{hardest['id']}", str(hardest["id"]))
    return [Question(block.title, f"{stem} 请说出理由。", source)]


def groups(lesson: LessonFacts, blocks: Sequence[Block], known: ClassFacts) -> list[Group]:
    """Three groups by what is believed of them; who is in which is shown elsewhere, to the class's teacher."""
    practise, nearly, mastered, unsure = needs.split(lesson, known)
    core = next((one.title for one in blocks if one.role is Role.CORE), "主要活动")
    check = next((one.title for one in blocks if one.role is Role.CHECK), "检查")
    easy, hard = _of_difficulty(lesson, 1), _of_difficulty(lesson, 3)
    confusions = needs.confusions_here(lesson, known)
    first = [f"做“{core}”前，先和老师一起做第一步。"]
    if confusions:
        first.append(f"针对“{confusions[0].text}”：{confusions[0].remedy}")
    if easy:
        first.append(f"“{check}”时先答{_named(lesson, easy)}，可以看一级提示。")
    middle = [f"照原来的做“{core}”。", f"“{check}”答完，和同桌互相说一句“为什么选它”。"]
    ahead = [_more(lesson, blocks, core)]
    if hard:
        ahead.append(f"答{_named(lesson, hard)}，写出理由。")
    return [
        Group("practise", "还要练的", practise, "\n".join(first), _sources(easy)),
        Group("nearly", "快了和看不准的", nearly + unsure, "\n".join(middle)),
        Group("known", "已经掌握的", mastered, "\n".join(ahead), _sources(hard)),
    ]


def _of_difficulty(lesson: LessonFacts, level: int) -> list[Mapping[str, Any]]:
    found = [item for item in items_of(lesson.parts).values() if item["difficulty"] == level]
    return [item for item in found if "class" in item["use"] or "practice" in item["use"]][:2]


def _named(lesson: LessonFacts, items: Sequence[Mapping[str, Any]]) -> str:
    order = list(items_of(lesson.parts))
    return "、".join(f"第{order.index(str(item['id'])) + 1}题" for item in items)


def _sources(items: Sequence[Mapping[str, Any]]) -> tuple[Source, ...]:
    return tuple(Source("item", f"题目{item['id']}", str(item["id"])) for item in items)


def _more(lesson: LessonFacts, blocks: Sequence[Block], core: str) -> str:
    """What those do who have mastered it: a spare step that is not in the period, else to explain."""
    there = {one.key for one in blocks}
    labs = any(one.step is not None and is_for_pupils(one.step) for one in blocks)
    for step in steps_of(lesson.parts):
        if step.get("extra") and step["key"] not in there and (labs or not is_for_pupils(step)):
            return f"做完“{core}”，接着做备用的“{step['title']}”。"
    return f"做完“{core}”，换一个条件再试一次，准备讲给别人听。"


def materials(lesson: LessonFacts, blocks: Sequence[Block], wish: Wish) -> list[str]:
    """What lies ready before the period."""
    found = []
    if not wish.has_computers:
        found.append("没有电脑：答题改用纸或举牌，任务单每人一份")
    elif lesson.facts.get("devices"):
        found.append(str(lesson.facts["devices"]))
    if "text/tasksheet" in lesson.parts and wish.has_computers:
        found.append("任务单每人一份")
    words = [str(one["word"]) for one in lesson.facts.get("new_words", ())]
    if words:
        found.append(f"新词卡：{'、'.join(words)}")
    if any(one.role is Role.BEFORE for one in blocks):
        found.append("“先补一补”的题已在课里，发环节时第一个发")
    return found


def groups_markdown(made: Sequence[Group]) -> str:
    """The guide's section; it names no figures of a class, since colleagues will read it for theirs."""
    return "\n\n".join(
        f"**{one.title}**\n\n" + "\n".join(f"- {line}" for line in one.text.split("\n")) for one in made
    )


def questions_markdown(made: Sequence[Question]) -> str:
    return "\n".join(f"{n}. （{one.at}）{one.text}" for n, one in enumerate(made, start=1))
