"""What reports say, in plain Chinese: findings and groups."""

from collections.abc import Mapping
from typing import Any

from qiming.curriculum.types import ConceptRef, Misconception
from qiming.insight.types import Group, GroupKind, Members, NextStep, Remedy, StepKind
from qiming.registry.types import PupilRef

Named = Mapping[str, Misconception]
Concepts = Mapping[str, ConceptRef]


def title_of(concepts: Concepts, key: str) -> str:
    return concepts[key].title if key in concepts else key


def heading(step: NextStep, named: Named, concepts: Concepts, remedy: Remedy | None) -> str:
    """The finding, or the next act: the heading of the class report."""
    if step.kind is StepKind.MISCONCEPTION:
        held = f"{step.n}人以为「{named[step.key].text}」"
        return (
            f"下节课先用{remedy.minutes}分钟做「{remedy.title}」：{held}"
            if remedy
            else f"下节课先讲清：{held}"
        )
    if step.kind is StepKind.CONCEPT:
        return f"下节课先回到「{title_of(concepts, step.key)}」：{step.n}人还要练"
    if step.kind is StepKind.AHEAD:
        return "可以接着往下上，没有成片的问题"
    if step.kind is StepKind.WAIT:
        return f"作答还不够，先不下结论：{step.of}人里{step.n}人答过"
    return "还没有作答，上过课就有了"


def finding(step: NextStep, named: Named, concepts: Concepts) -> str:
    """The same as a line in a list of classes."""
    if step.kind is StepKind.MISCONCEPTION:
        return f"{step.n}人以为「{named[step.key].text}」"
    if step.kind is StepKind.CONCEPT:
        return f"{step.n}人「{title_of(concepts, step.key)}」还要练"
    if step.kind is StepKind.AHEAD:
        return "没有成片的问题，可以接着往下上"
    if step.kind is StepKind.WAIT:
        return "作答还不够，先不下结论"
    return "还没有作答"


def hint(step: NextStep, named: Named, concepts: Concepts, remedy: Remedy | None, lesson_key: str) -> str:
    """One sentence beside the next period: what was seen and how to begin; nothing when there is nothing."""
    if step.kind is StepKind.MISCONCEPTION:
        seen = f"到上节课为止，有{step.n}人以为「{named[step.key].text}」。"
        if remedy is None:
            return f"{seen}建议开头先讲清这一点。"
        where = "" if remedy.lesson_key == lesson_key else f"第{remedy.position}课"
        return f"{seen}建议从{where}{remedy.number}步「{remedy.title}」开始，{remedy.minutes}分钟。"
    if step.kind is StepKind.CONCEPT:
        return f"到上节课为止，有{step.n}人「{title_of(concepts, step.key)}」还要练。建议开头先回到它。"
    return ""


def remedy_name(remedy: Remedy) -> str:
    return f"第{remedy.position}课{remedy.number}步「{remedy.title}」，{remedy.minutes}分钟"


def group(members: Members, pupils: tuple[PupilRef, ...], course: Any, concepts: Concepts) -> Group:
    """A suggested group with its title and what to do with it."""
    remedy: Remedy | None = None
    if members.kind is GroupKind.MISCONCEPTION:
        one: Misconception = course.misconceptions[members.key]
        remedy = course.remedies.get(members.key)
        title, why = f"先弄清「{one.text}」", one.remedy
    elif members.kind is GroupKind.CONCEPT:
        name = title_of(concepts, members.key)
        title, why = f"先补「{name}」", _concept_why(members.key, course, concepts)
    else:
        title, why = _PLAIN[members.kind]
    return Group(members.kind, members.key, title, why, pupils, remedy)


def _concept_why(key: str, course: Any, concepts: Concepts) -> str:
    lesson = next((one for one in course.lessons if key in one.concepts), None)
    can = concepts[key].note.rstrip("。") if key in concepts else ""
    goal = f"目标：{can}。" if can else ""
    again = f"先一起回到第{lesson.position}课「{lesson.title}」，" if lesson else ""
    return f"{goal}{again}再各做两道练习；平台会按每个人挑题。"


_PLAIN: Mapping[GroupKind, tuple[str, str]] = {
    GroupKind.OWN: ("各补各的", "每人要补的不一样，凑不成一组。课后十分钟练习已经按每个人挑好了题。"),
    GroupKind.AHEAD: ("可以往下走", "判断得出的知识点都不用补。可以请他们讲讲是怎么判断的，或者先试下一步。"),
    GroupKind.UNKNOWN: ("还不知道", "作答太少，下不了结论：多半是缺课或没答完。先请他们补做上过的课里的题。"),
}
