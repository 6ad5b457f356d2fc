"""Several periods: a unit over lessons in the order their concepts need, or a project over its steps."""

from collections.abc import Mapping, Sequence
from typing import Any

from qiming.assist.planner.rules.pace import share
from qiming.assist.planner.rules.parts import section
from qiming.assist.planner.rules.period import plan_period
from qiming.assist.planner.types import (
    Block,
    ClassFacts,
    Form,
    LessonFacts,
    Part,
    Role,
    Source,
    StageFacts,
    UnitPeriod,
    UnitPlan,
    Wish,
)

MOST_PERIODS = 24
AT_MOST = 2  # periods for one lesson
LAUNCH, STEP, SHOW = 10, 20, 30  # how a project's time is shared, by weight
LEAST_PHASE = 5
MOSTLY = 2 / 3
_SHOWN = "展示与评议"


class NoProject(ValueError):
    """The course has no project to plan."""


def in_order(lessons: Sequence[LessonFacts]) -> list[LessonFacts]:
    """By position, but never before a lesson that teaches what it needs."""
    left = sorted(lessons, key=lambda one: one.position)
    found: list[LessonFacts] = []
    while left:
        to_come = {key for one in left for key in one.facts["concepts"]}
        ready = next(
            (one for one in left if not (_needs(one) & (to_come - set(one.facts["concepts"])))), left[0]
        )
        left.remove(ready)
        found.append(ready)
    return found


def plan_unit(
    lessons: Sequence[LessonFacts], known: ClassFacts, stage: StageFacts, wish: Wish, about: tuple[str, str]
) -> UnitPlan:
    """`wish.periods` periods of `wish.minutes`. Every period's minutes add up, and none comes before what it
    needs. `about`: what the unit is called, and what it asks."""
    title, question = about
    chosen, notes = _chosen(in_order(lessons), known, wish.periods)
    times = _times(chosen, known, wish.periods)
    periods: list[UnitPeriod] = []
    for lesson in chosen:
        n = times[lesson.key]
        whole = Wish(Form.SINGLE, wish.minutes * n, wish.has_computers)
        plan = plan_period(lesson, known, stage, whole)
        cut = _cut([(one.title, one.minutes) for one in plan.blocks], wish.minutes)
        for part, does in enumerate(cut, start=1):
            periods.append(_period(lesson, known, does, plan.blocks, (len(periods) + 1, part, n)))
    left = wish.periods - len(periods)
    if left > 0:
        notes.append(f"还有{left}节没有排：可以留给项目展示，或者选“项目式”另排。")
    parts = [_part(one, lessons, periods, title, question) for one in _firsts(periods)]
    return UnitPlan(title, question, tuple(periods), tuple(notes), tuple(parts))


def plan_project(project: Mapping[str, Any], lessons: Sequence[LessonFacts], wish: Wish) -> UnitPlan:
    """The course's project over the periods there are: begin, its steps in order, show. Raises NoProject."""
    if not project or not project.get("steps"):
        raise NoProject
    by_key = {one.key: one for one in lessons}
    steps = [one for one in project["steps"] if one.get("lesson") in by_key]
    if not steps:
        raise NoProject
    first, last = by_key[steps[0]["lesson"]], by_key[steps[-1]["lesson"]]
    phases = [("入项：看清问题，分好组", first, LAUNCH)]
    phases += [(str(one["title"]), by_key[one["lesson"]], STEP) for one in steps]
    phases.append((_SHOWN, last, SHOW))
    total = wish.minutes * wish.periods
    floors = [LEAST_PHASE] * len(phases) if LEAST_PHASE * len(phases) <= total else [1] * len(phases)
    given = share(total, [weight for _, _, weight in phases], floors)
    cut = _cut([(name, minutes) for (name, _, _), minutes in zip(phases, given, strict=True)], wish.minutes)
    of_phase = {name: lesson for name, lesson, _ in phases}
    texts = {str(one["title"]): str(one["text"]) for one in steps}
    rubric = tuple(str(one["title"]) for one in project.get("rubric", ()))
    periods = []
    for number, does in enumerate(cut, start=1):
        lesson = of_phase[max(does, key=lambda one: one[1])[0]]
        periods.append(_project_period(number, lesson, does, texts, rubric))
    title, question = str(project["title"]), str(project["question"])
    parts = [_part(one, lessons, periods, title, question) for one in _firsts(periods)]
    hand_in = "；".join(str(one) for one in project.get("hand_in", ()))
    notes = [f"要交的：{hand_in}"] if hand_in else []
    return UnitPlan(title, question, tuple(periods), tuple(notes), tuple(parts), rubric)


def _needs(lesson: LessonFacts) -> set[str]:
    own = lesson.facts["concepts"]
    return {need for key in own if key in lesson.concepts for need in lesson.concepts[key].prerequisites}


def _chosen(
    ordered: list[LessonFacts], known: ClassFacts, periods: int
) -> tuple[list[LessonFacts], list[str]]:
    """As many lessons as there are periods. What the class has mastered may go unless a later one needs it and too few
    know it; then the last ones."""
    stay, notes = list(ordered), []
    while len(stay) > max(periods, 1):
        able = [one for one in stay if _is_mastered(one, known)]
        gone = max(able, key=lambda one: _known_of(one, known), default=stay[-1])
        stay.remove(gone)
        why = f"{_known_of(gone, known)}人已经掌握" if gone in able else "节数不够，从最后的减起"
        notes.append(f"没有排{gone.name}“{gone.title}”：{why}。")
    return stay, notes


def _is_mastered(lesson: LessonFacts, known: ClassFacts) -> bool:
    return bool(known.pupils) and all(
        known.belief(key).known >= MOSTLY * known.pupils for key in lesson.facts["concepts"]
    )


def _known_of(lesson: LessonFacts, known: ClassFacts) -> int:
    return min(known.belief(key).known for key in lesson.facts["concepts"])


def _weak_of(lesson: LessonFacts, known: ClassFacts) -> int:
    return max(known.belief(key).practise for key in lesson.facts["concepts"])


def _times(chosen: Sequence[LessonFacts], known: ClassFacts, periods: int) -> dict[str, int]:
    """How many periods each lesson gets: one, and two for those on which most must practise while there are any."""
    times = {one.key: 1 for one in chosen}
    weakest = sorted(chosen, key=lambda one: (-_weak_of(one, known), one.position))
    for lesson in weakest[: max(0, periods - len(chosen))]:
        if _weak_of(lesson, known):
            times[lesson.key] = AT_MOST
    return times


def _cut(does: Sequence[tuple[str, int]], minutes: int) -> list[list[tuple[str, int]]]:
    """A run of doings in periods of `minutes` each; what does not fit goes on in the next."""
    cut: list[list[tuple[str, int]]] = [[]]
    left = minutes
    for name, whole in does:
        rest = whole
        while rest:
            if not left:
                cut.append([])
                left = minutes
            now = min(left, rest)
            cut[-1].append((name, now))
            rest, left = rest - now, left - now
    return cut


def _period(
    lesson: LessonFacts,
    known: ClassFacts,
    does: Sequence[tuple[str, int]],
    blocks: Sequence[Block],
    at: tuple[int, int, int],
) -> UnitPeriod:
    """`at`: its number in the unit, which of the lesson's periods it is, of how many."""
    number, part, of = at
    check = next((one for one in reversed(blocks) if one.role is Role.CHECK), None)
    n = len(check.step["items"]) if check and check.step and "items" in check.step else 0
    weak = _weak_of(lesson, known)
    if of > 1:
        reason = f"因为{weak}人在这一课的知识点上还要练，给两节。"
    elif not known.is_known:
        reason = "还没有学情，照课程的次序。"
    else:
        reason = f"{weak}人还要练，{_known_of(lesson, known)}人已经掌握，给一节。"
    return UnitPeriod(
        number=number,
        lesson_key=lesson.key,
        title=f"{lesson.name} {lesson.title}" + (f"（{part}/{of}）" if of > 1 else ""),
        question=str(lesson.facts["question"]),
        minutes=sum(minutes for _, minutes in does),
        does=tuple(does),
        ethics=str(lesson.facts.get("ethics") or ""),
        check=f"“{check.title}”{n}道题" if check and part == of else "口头问两三个人，下一节当堂检查",
        reason=reason,
        sources=(lesson.here, *lesson.outcomes),
    )


def _project_period(
    number: int,
    lesson: LessonFacts,
    does: Sequence[tuple[str, int]],
    texts: Mapping[str, str],
    rubric: Sequence[str],
) -> UnitPeriod:
    told = [texts[name] for name, _ in does if name in texts]
    shows = any(name == _SHOWN for name, _ in does)
    return UnitPeriod(
        number=number,
        lesson_key=lesson.key,
        title="、".join(name for name, _ in does),
        question=told[0] if told else str(lesson.facts["question"]),
        minutes=sum(minutes for _, minutes in does),
        does=tuple(does),
        ethics=str(lesson.facts.get("ethics") or ""),
        check=f"按量规看：{'、'.join(rubric)}" if shows and rubric else "看这一步交出了什么",
        reason=f"项目的这几步用到{lesson.name}“{lesson.title}”。",
        sources=(Source("project", "课程的项目任务"), lesson.here, *lesson.outcomes),
    )


def _firsts(periods: Sequence[UnitPeriod]) -> list[UnitPeriod]:
    """Of each lesson its first period."""
    return list({one.lesson_key: one for one in reversed(periods)}.values())[::-1]


def _part(
    period: UnitPeriod,
    lessons: Sequence[LessonFacts],
    periods: Sequence[UnitPeriod],
    title: str,
    question: str,
) -> Part:
    """What the lesson's guide says of its place in the whole."""
    lesson = next(one for one in lessons if one.key == period.lesson_key)
    own = [one for one in periods if one.lesson_key == period.lesson_key]
    before = next((one.title for one in reversed(periods) if one.number < own[0].number), "")
    after = next((one.title for one in periods if one.number > own[-1].number), "")
    lines = [
        f"**{title}**：{question}",
        f"这是第{'、'.join(str(one.number) for one in own)}节，共{len(periods)}节。"
        + (f"上一节：{before}。" if before else "")
        + (f"下一节：{after}。" if after else ""),
        "\n".join(
            f"- 第{one.number}节：{'，'.join(f'{name}{minutes}分钟' for name, minutes in one.does)}"
            for one in own
        ),
        f"看学得怎样：{own[-1].check}。",
    ]
    if period.ethics:
        lines.append(f"伦理与社会：{period.ethics}")
    heading = ("unit", "本校备课：在大单元里")
    return section(lesson, heading, "\n\n".join(lines), period.reason, period.sources)
