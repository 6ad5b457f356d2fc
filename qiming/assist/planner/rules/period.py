"""One period: which steps, in how many minutes, what is asked, what three groups do, where the ethics thread runs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from qiming.assist.planner.rules import needs, texts
from qiming.assist.planner.rules.fitting import fill, fit, said_of_time
from qiming.assist.planner.rules.pace import minutes_of
from qiming.assist.planner.rules.parts import parts_of
from qiming.assist.planner.rules.steps import (
    BEFORE_TITLE,
    Step,
    Stretch,
    is_for_pupils,
    items_of,
    steps_of,
    stretch,
    stretches,
)
from qiming.assist.planner.types import (
    Act,
    Block,
    ClassFacts,
    Confusion,
    Form,
    LessonFacts,
    PeriodPlan,
    Role,
    Source,
    StageFacts,
    Wish,
)

ENOUGH_FOR_BEFORE = 25  # in fewer minutes nothing of an earlier lesson is taken up again
MOST_BEFORE = 2  # items
ADDED = (Role.BEFORE, Role.MENDING, Role.MORE)

Item = Mapping[str, Any]


def plan_period(lesson: LessonFacts, known: ClassFacts, stage: StageFacts, wish: Wish) -> PeriodPlan:
    """The period as it is proposed. Raises TooShort where there is no lesson in the minutes."""
    host_minutes = wish.host_minutes if wish.form is Form.CROSS else 0
    own = wish.minutes - host_minutes
    wanted, notes = _wanted(lesson, known, stage, wish, own)
    placed, out = fit(wanted, own)
    why = _why_time(wish, own, wanted, out, lesson)
    weight, core_why = needs.weight_of_core(lesson, known)
    blocks = []
    for one, given in placed:
        reason = core_why if one.role is Role.CORE and core_why and _agrees(weight, one, given) else why
        blocks.append(_block(said_of_time(one, given, reason), given))
    blocks = [_checked(block, lesson, known, stage) for block in blocks]
    left = [_left_out(one, why) for one in out if one.act is Act.KEEP]
    left += _labs_left(lesson, wish)
    if host_minutes:
        blocks.insert(0, _host(lesson, wish))
    ethics = str(lesson.facts.get("ethics") or "")
    questions = texts.questions(lesson, blocks, needs.confusions_here(lesson, known))
    groups = texts.groups(lesson, blocks, known)
    made = PeriodPlan(
        minutes=wish.minutes,
        blocks=tuple(blocks),
        questions=tuple(questions),
        groups=tuple(groups),
        ethics=ethics,
        materials=tuple(texts.materials(lesson, blocks, wish)),
        notes=tuple(notes),
        parts=(),
    )
    return replace(made, parts=tuple(parts_of(lesson, made, left, stage, wish)))


def _wanted(
    lesson: LessonFacts, known: ClassFacts, stage: StageFacts, wish: Wish, minutes: int
) -> tuple[list[Stretch], list[str]]:
    """The steps the period would have if time allowed, in order, and what the teacher should know of it."""
    steps = steps_of(lesson.parts)
    notes = []
    ethics = str(lesson.facts.get("ethics") or "") or ("·" if stage.ethics_required else "")
    wanted = stretches(steps, ethics, lesson.here)
    if not wish.has_computers:
        wanted = _unplugged(wanted, lesson)
    if not any(one.role is Role.CHECK for one in wanted):
        notes.append("这一课没有题可以当堂检查，请口头问两三个人。")
    weight, _ = needs.weight_of_core(lesson, known)
    wanted = [
        replace(one, wish=max(1, one.wish * weight // 100)) if one.role is Role.CORE else one
        for one in wanted
    ]
    confusions = needs.confusions_here(lesson, known)
    mending = _mending(steps, lesson, confusions, wish)
    wanted = _in_place(wanted, mending[:1], steps)
    has_one = any(one.role is Role.BEFORE for one in wanted)  # of an earlier plan
    before = _before(lesson, known, stage) if minutes >= ENOUGH_FOR_BEFORE and not has_one else None
    if before:
        wanted = [before, *wanted]
    more = mending[1:] + _spare(steps, lesson, wish, {one.key for one in mending})
    wanted = _in_place(wanted, [one for one in fill(wanted, more, minutes) if one not in wanted], steps)
    if not known.is_known:
        notes.append("这个班还没有足够的作答，先按课程原来的安排；上过以后再备，会照学情调整。")
    return wanted, notes


def _unplugged(wanted: list[Stretch], lesson: LessonFacts) -> list[Stretch]:
    """Without computers: what the lesson offers instead stands in place of its longest lab, other labs fall away."""
    labs = [one for one in wanted if one.step is not None and is_for_pupils(one.step)]
    if not labs:
        return wanted
    longest = max(labs, key=lambda one: one.wish)
    said = str(lesson.facts.get("without_devices") or "")
    instead = Stretch(
        key="",
        title=texts.unplugged_title(longest.title),
        kind="unplugged",
        role=Role.CORE,
        act=Act.NEW,
        wish=longest.wish,
        floor=longest.floor,
        was=None,
        step=texts.unplugged_step(longest, said),
        reason="这节课没有电脑，换成课程里写好的不插电做法。" if said else "这节课没有电脑，改由老师演示。",
        sources=(Source("lesson", f"{lesson.name}的“没有设备时”", lesson.key), *longest.sources),
    )
    return [instead if one is longest else one for one in wanted if one is longest or one not in labs]


def _labs_left(lesson: LessonFacts, wish: Wish) -> list[Block]:
    if wish.has_computers:
        return []
    gone = [step for step in steps_of(lesson.parts) if is_for_pupils(step) and not step.get("extra")]
    return [
        _left_out(stretch(step, Role.CORE, lesson.here), "这节课没有电脑，换成了不插电的做法")
        for step in gone
    ]


def _mending(
    steps: list[Step], lesson: LessonFacts, confusions: list[Confusion], wish: Wish
) -> list[Stretch]:
    """Spare steps of this lesson that treat what the class mixes up, the commonest first."""
    found: dict[str, Stretch] = {}
    for one in confusions:
        for step in steps:
            fits = wish.has_computers or not is_for_pupils(step)
            if step.get("extra") and one.id in step.get("remedy_for", ()) and fits:
                made = stretch(step, Role.MENDING, lesson.here, Act.TAKE_IN)
                reason = f"因为{one.n}人还以为“{one.text}”，用上备用的这一步。"
                source = Source("misconception", f"误解：{one.text}", one.id)
                found.setdefault(
                    made.key,
                    replace(made, reason=reason, sources=(*made.sources, source), concept=one.concept),
                )
    return list(found.values())


def _spare(steps: list[Step], lesson: LessonFacts, wish: Wish, taken: set[str]) -> list[Stretch]:
    """The other spare steps, for a period with time left."""
    return [
        replace(stretch(step, Role.MORE, lesson.here, Act.TAKE_IN), reason="时间有余，用上备用的这一步。")
        for step in steps
        if step.get("extra")
        and str(step["key"]) not in taken
        and (wish.has_computers or not is_for_pupils(step))
    ]


def _in_place(wanted: list[Stretch], more: list[Stretch], steps: list[Step]) -> list[Stretch]:
    """Spare steps where the lesson has them."""
    order = [str(step["key"]) for step in steps]
    found = list(wanted)
    for one in more:
        ahead = set(order[: order.index(one.key)])
        at = max((n for n, other in enumerate(found, start=1) if other.key in ahead), default=0)
        found.insert(at, one)
    return found


def _before(lesson: LessonFacts, known: ClassFacts, stage: StageFacts) -> Stretch | None:
    """Items of an earlier lesson on what this one stands on, where the class is weak."""
    for concept, n in needs.weak_before(lesson, known):
        items = lesson.earlier_items.get(concept.key, ())[:MOST_BEFORE]
        if not items:
            continue
        minutes = minutes_of(items, stage.stage) + 1
        reason = f"因为{n}人还没掌握“{concept.title}”，这节课要用到它，先用{len(items)}道题补一补。"
        sources = tuple(Source("item", f"题目{item['id']}", str(item["id"])) for item in items)
        return Stretch(
            key="",
            title=BEFORE_TITLE,
            kind="quiz",
            role=Role.BEFORE,
            act=Act.NEW,
            wish=minutes,
            floor=minutes,
            was=None,
            step=texts.before_step(concept, minutes),
            reason=reason,
            sources=(*sources, Source("concept", concept.title, concept.key)),
            concept=concept.key,
            items=tuple(items),
        )
    return None


def _block(one: Stretch, given: int) -> Block:
    return Block(
        key=one.key,
        title=one.title,
        kind=one.kind,
        role=one.role,
        act=one.act,
        minutes=given,
        was=one.was,
        reason=one.reason or "照课程原来的安排。",
        sources=one.sources,
        step=one.step,
        concept=one.concept,
        items=one.items,
    )


def _left_out(one: Stretch, why: str) -> Block:
    return replace(_block(one, 0), act=Act.LEAVE_OUT, reason=f"这次不用：{why}。")


def _agrees(weight: int, one: Stretch, given: int) -> bool:
    return one.was is not None and ((weight > 100) == (given > one.was))


def _why_time(wish: Wish, own: int, wanted: list[Stretch], out: list[Stretch], lesson: LessonFacts) -> str:
    usual = sum(int(step["minutes"]) for step in steps_of(lesson.parts) if not step.get("extra"))
    if wish.form is Form.CROSS and wish.host_minutes:
        return f"和{wish.host}一起上，这一课用{own}分钟"
    if own < usual:
        return f"这节课只有{own}分钟，原来要{usual}分钟"
    if own > usual:
        return f"这节课有{own}分钟，比原来的{usual}分钟多"
    added = [one.title for one in wanted if one.role in ADDED and one not in out]
    return f"要给“{'”“'.join(added)}”让出时间" if added else "要给主要活动留够时间"


def _host(lesson: LessonFacts, wish: Wish) -> Block:
    hosts = [one for one in lesson.facts.get("hosts", ()) if isinstance(one, dict)]
    module = next((str(one["module"]) for one in hosts if one["subject"] == wish.host), "")
    return Block(
        key="",
        title=f"{wish.host}部分",
        kind="read",
        role=Role.HOST,
        act=Act.HOST,
        minutes=wish.host_minutes,
        was=None,
        reason=f"由{wish.host}老师按“{module}”安排，为后面的活动备好内容。"
        if module
        else f"由{wish.host}老师安排。",
        sources=(Source("lesson", f"{lesson.name}的可融合学科", lesson.key),),
    )


def _checked(block: Block, lesson: LessonFacts, known: ClassFacts, stage: StageFacts) -> Block:
    """A quiz with the items that fit its minutes, and those that show what the class mixes up."""
    if block.role is not Role.CHECK or block.step is None or "items" not in block.step:
        return block
    items = items_of(lesson.parts)
    asked = [items[key] for key in block.step["items"] if key in items]
    held = {one.id for one in needs.confusions_here(lesson, known)}
    others = [item for key, item in items.items() if "class" in item["use"] and item not in asked]
    usual = max(block.was or block.minutes, minutes_of(asked, stage.stage))
    pool = with_shown(asked, others, held)
    chosen = (
        pool if pool == asked and block.minutes >= usual else in_time(pool, held, block.minutes, stage.stage)
    )
    keys = [str(item["id"]) for item in chosen]
    if keys == [str(item["id"]) for item in asked]:
        return block
    added = [key for key in keys if items[key] not in asked]
    words = f"换上能看出误解的{len(added)}道题" if added else f"{block.minutes}分钟只来得及答{len(keys)}道"
    reason = f"{block.reason}；{words}" if block.act is Act.TIME else words
    act = Act.TIME if block.act is Act.KEEP else block.act
    return replace(block, step={**block.step, "items": keys}, reason=reason, act=act)


def with_shown(asked: Sequence[Item], others: Sequence[Item], held: set[str]) -> list[Item]:
    """The items asked, with one more that shows a misconception held when none of them does."""
    if not held or any(held & shown_by(item) for item in asked):
        return list(asked)
    return [*asked, *[item for item in others if held & shown_by(item)][:1]]


def in_time(pool: Sequence[Item], held: set[str], minutes: int, stage: str) -> list[Item]:
    """The items for these minutes in their order: what shows a misconception held goes last, at least one stays."""
    ranked = sorted(pool, key=lambda item: not held & shown_by(item))
    while len(ranked) > 1 and minutes_of(ranked, stage) > minutes:
        ranked.pop()
    return [item for item in pool if item in ranked]


def shown_by(item: Item) -> set[str]:
    """The misconceptions that wrong answers to an item name."""
    places = [*item.get("options", ()), *item.get("traps", ())]
    return {str(one["misconception"]) for one in places if one.get("misconception")}
