"""A period plan as parts: each a change at one place of the lesson that can be taken by itself."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qiming.assist.planner.rules import texts
from qiming.assist.planner.types import (
    Act,
    Block,
    Form,
    LessonFacts,
    Part,
    Parts,
    PeriodPlan,
    Role,
    Source,
    StageFacts,
    Wish,
)

GUIDE = "text/guide"
LESSON = "lesson"
# Sections of the guide that plans write; a plan made later replaces its own section and no other.
SECTION = "oplan-"
LEVELS = ("none", "teacher_demo", "guided", "open")


def parts_of(
    lesson: LessonFacts, plan: PeriodPlan, left: Sequence[Block], stage: StageFacts, wish: Wish
) -> Iterator[Part]:
    """What differs from the lesson as it stands, in the order of the period; then the guide's sections."""
    yield from _facts(lesson, stage)
    last = ""
    for block in plan.blocks:
        if block.act is Act.NEW:
            yield _new(lesson, block, last)
        elif block.key:
            yield from _step(lesson, block)
            last = block.key
    for block in left:
        yield from _step(lesson, block)
    yield from _sections(lesson, plan, wish)


def _step(lesson: LessonFacts, block: Block) -> Iterator[Part]:
    place = f"activity/{block.key}"
    before: Mapping[str, Any] = lesson.parts[place]
    after = {**before, **({"items": block.step["items"]} if block.step and "items" in block.step else {})}
    if block.act is Act.LEAVE_OUT:
        after["hidden"] = True
    else:
        after["minutes"] = block.minutes
        for name in ("extra", "remedy_for") if block.act is Act.TAKE_IN else ():
            after.pop(name, None)
    if after != before:
        yield Part(
            key=f"step-{block.key}",
            kind="step",
            lesson_key=lesson.key,
            place=place,
            title=f"{block.act.words}：{block.title}",
            before=dict(before),
            after=after,
            reason=block.reason,
            sources=block.sources,
        )


def _new(lesson: LessonFacts, block: Block, behind: str) -> Part:
    step = {**(block.step or {}), "minutes": block.minutes}
    return Part(
        key="new-before" if block.role is Role.BEFORE else "new-unplugged",
        kind="new",
        lesson_key=lesson.key,
        place="activities",
        title=f"{block.act.words}：{block.title}",
        before=None,
        after={"step": step, "items": [dict(item) for item in block.items], "behind": behind},
        reason=block.reason,
        sources=block.sources,
    )


def _facts(lesson: LessonFacts, stage: StageFacts) -> Iterator[Part]:
    """Generative tools no further than the stage's rule: a lesson that asks for more is brought down to it."""
    use = str(lesson.facts.get("genai_use") or "none")
    if _level(use) <= _level(stage.genai_use):
        return
    before: Mapping[str, Any] = lesson.facts
    yield Part(
        key="facts-genai",
        kind="facts",
        lesson_key=lesson.key,
        place=LESSON,
        title="生成式工具的用法不超过本学段的规定",
        before=dict(before),
        after={**before, "genai_use": stage.genai_use},
        reason=f"这个学段最多“{stage.genai_words}”，这一课写的超出了。",
        sources=(Source("rule", stage.genai_source or "分学段规则", stage.genai_use),),
    )


def _sections(lesson: LessonFacts, plan: PeriodPlan, wish: Wish) -> Iterator[Part]:
    if GUIDE not in lesson.parts:
        return
    if plan.questions:
        yield section(
            lesson,
            ("questions", "本校备课：关键问题"),
            texts.questions_markdown(plan.questions),
            "按这个班的误解和这节课留下的环节，排好问什么、在哪一步问。",
            tuple(one.source for one in plan.questions),
        )
    sources = tuple(source for one in plan.groups for source in one.sources)
    yield section(
        lesson,
        ("groups", "本校备课：三组怎么教"),
        texts.groups_markdown(plan.groups),
        _why_groups(plan),
        (*sources, lesson.here),
    )
    if plan.ethics:
        yield _ethics(lesson, plan)
    if wish.form is Form.CROSS and wish.host:
        yield _cross(lesson, plan, wish)


def _why_groups(plan: PeriodPlan) -> str:
    told = [f"{one.n}人{one.title.removesuffix('的')}" for one in plan.groups if one.n]
    return f"因为这个班{'，'.join(told)}。" if told else "这个班还没有作答，三组的人数上课时再看。"


def _ethics(lesson: LessonFacts, plan: PeriodPlan) -> Part:
    carrier = next((one for one in plan.blocks if one.role is Role.ETHICS), None)
    asked = (texts.question_of(carrier.step or {}) if carrier else "") or texts.ASK_ANYWAY
    where = f"放在“{carrier.title}”这一步，{carrier.minutes}分钟。" if carrier else "在收束时说。"
    body = f"{plan.ethics}\n\n{where}问：{asked}\n\n不求一个答案；听到“谁会因此吃亏”时追问“那该怎么改”。"
    sources = (Source("lesson", f"{lesson.name}的伦理线", lesson.key), *(carrier.sources if carrier else ()))
    reason = "每一课都要有伦理与社会的内容，时间再紧也留着这一步。"
    return section(lesson, ("ethics", "本校备课：伦理与社会这条线"), body, reason, sources)


def _cross(lesson: LessonFacts, plan: PeriodPlan, wish: Wish) -> Part:
    hosts = [one for one in lesson.facts.get("hosts", ()) if isinstance(one, dict)]
    module = next((str(one["module"]) for one in hosts if one["subject"] == wish.host), "")
    own = plan.minutes - wish.host_minutes
    goals = "\n".join(f"- {goal}" for goal in lesson.facts["goals"])
    body = (
        f"共{plan.minutes}分钟：{wish.host}{wish.host_minutes}分钟，这一课{own}分钟。\n\n"
        f"**{wish.host}这边**：{module or '由学科老师定'}，由{wish.host}老师备。\n\n"
        f"**这一课这边**要达到的：\n\n{goals}\n\n"
        f"两边共用一个问题：{lesson.facts['question']}"
    )
    sources = (Source("lesson", f"{lesson.name}的可融合学科：{wish.host}", lesson.key),)
    reason = f"课程写明这一课可以和{wish.host}融合；课时只按这一课的{own}分钟折算。"
    return section(lesson, ("cross", f"本校备课：和{wish.host}一起上"), body, reason, sources)


def section(
    lesson: LessonFacts, heading: tuple[str, str], text: str, reason: str, sources: tuple[Source, ...]
) -> Part:
    """A section of the guide by `heading` (name, title); `before` is what an earlier plan wrote there."""
    name, title = heading
    key = SECTION + name
    after = {"key": key, "level": 2, "title": title, "text": text}
    return Part(
        key=f"section-{name}",
        kind="section",
        lesson_key=lesson.key,
        place=GUIDE,
        title=f"教案里加一节：{title.removeprefix('本校备课：')}",
        before=section_in(lesson.parts, key),
        after=after,
        reason=reason,
        sources=tuple(dict.fromkeys(sources)),
    )


def section_in(parts: Parts, key: str) -> dict[str, Any] | None:
    guide = parts.get(GUIDE)
    pieces = guide["sections"] if guide else ()
    return next((dict(one) for one in pieces if one["key"] == key), None)


def _level(use: str) -> int:
    return LEVELS.index(use) if use in LEVELS else len(LEVELS)
