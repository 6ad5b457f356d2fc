"""Questions around a period: items for a class, homework for three groups, what happened beside what was planned."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from qiming.assist.models import LessonPlan
from qiming.assist.planner import facts
from qiming.assist.planner.rules import homework, needs, visit
from qiming.assist.planner.rules.bank import Bank, assemble, blueprint
from qiming.assist.planner.rules.period import plan_period
from qiming.assist.planner.types import ClassFacts, Form, LessonFacts, Wish
from qiming.curriculum import queries as curriculum
from qiming.curriculum.authoring import queries as authoring
from qiming.insight.queries.classes import gather
from qiming.kernel.access import Denied
from qiming.learning import queries as learning
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef
from qiming.teaching import queries as teaching
from qiming.teaching.types import OfferingRef, PeriodRef

MOST_STUCK = 8


def concepts_of(offering: OfferingRef) -> list[tuple[str, str]]:
    """(key, title) of what the course teaches, in teaching order."""
    lessons = curriculum.course(offering.course_version_id).lessons
    keys = list(dict.fromkeys(key for one in lessons for key in one.concepts))
    known = curriculum.concepts(keys)
    return [(key, known[key].title) for key in keys if key in known]


def met_concepts(offering: OfferingRef) -> list[str]:
    """Of the course's concepts those the class has answered to; all where it has not begun."""
    known = facts.class_facts(offering)
    everything = [key for key, _ in concepts_of(offering)]
    return [key for key in everything if known.belief(key).judged] or everything


def bank_of(
    offering: OfferingRef, concepts: Sequence[str], total: int, kinds: Sequence[str]
) -> tuple[Bank, ClassFacts]:
    """Items of the class's course by a table that follows what the class has mastered."""
    known = facts.class_facts(offering)
    items = [item.data for item in curriculum.items_of_course(offering.course_version_id)]
    stage = facts.stage_facts(offering).stage
    return assemble(items, blueprint(concepts, known, total), kinds, stage), known


@dataclass(frozen=True, slots=True)
class SetLine:
    """Homework of one group with its pupils by seat."""

    task: homework.TaskSet
    pupils: tuple[PupilRef, ...]


def sets_of(offering: OfferingRef, lesson_key: str, minutes: int) -> tuple[SetLine, ...]:
    """Homework in three sets from one lesson, and who is in which group by what is believed of them."""
    lesson = curriculum.lesson_of_course(offering.course_version_id, lesson_key)
    if lesson is None:
        raise Denied("assist.plan_lesson")
    place = registry.org(offering.class_group_id)
    known = gather(offering)
    held = {one.id for one in known.found if one.n and not one.is_single}
    items = [item.data for item in curriculum.items_of(lesson.id)]
    tasks = homework.design(items, held, minutes, place.stage.value, place.grade)
    before = [need for one in curriculum.concepts(lesson.concepts).values() for need in one.prerequisites]
    concept = needs.basis(lesson.concepts, [*before, *lesson.revisits], facts.class_facts(offering))
    members = _grouped(concept, known.pupils, known.bands)
    return tuple(SetLine(task, members[task.key]) for task in tasks)


def _grouped(
    concept: str, pupils: Sequence[PupilRef], bands: Mapping[tuple[str, str], str]
) -> dict[str, tuple[PupilRef, ...]]:
    """Everybody in exactly one group, by what is believed of the concept that parts the class."""
    found: dict[str, list[PupilRef]] = {key: [] for key in homework.TAKES}
    for pupil in pupils:
        band = bands.get((str(pupil.id), concept), "unsure")
        found[band if band in found else "nearly"].append(pupil)
    return {key: tuple(members) for key, members in found.items()}


def plain_plan(period: PeriodRef, plan: LessonPlan | None) -> list[dict[str, Any]]:
    """The indicators of a period's plan; without one, of the lesson as the class has it."""
    if plan is not None and "indicators" in plan.body:
        listed: list[dict[str, Any]] = plan.body["indicators"]
        return listed
    if period.lesson_version_id is None or period.offering_id is None:
        return [asdict(one) for one in visit.whole()]
    offering = teaching.offering(period.offering_id)
    lesson = LessonFacts(
        period.lesson_key,
        period.position,
        period.title,
        authoring.parts_of_version(period.lesson_version_id),
        {},
    )
    wish = Wish(Form.SINGLE, max(period.period_minutes, 10))
    made = plan_period(lesson, ClassFacts(), facts.stage_facts(offering), wish)
    return [asdict(one) for one in visit.indicators(made)]


@dataclass(frozen=True, slots=True)
class StuckLine:
    """An item many did not get right by the end, and who, by seat."""

    name: str
    stem_html: str
    n: int
    of: int
    pupils: tuple[PupilRef, ...]


@dataclass(frozen=True, slots=True)
class LookBack:
    """A period as it was planned and as it was held."""

    lines: tuple[visit.Taught, ...]
    findings: tuple[str, ...]
    stuck: tuple[StuckLine, ...]
    answers: int
    was_held_here: bool
    planned: int
    taught: int


def look_back(period: PeriodRef) -> LookBack:
    """What happened in a period beside what was planned: five questions whatever the size of the class."""
    handed_out = teaching.released_in(period.id)
    lesson = curriculum.lesson(period.lesson_version_id) if period.lesson_version_id else None
    planned = [(one.key, one.title, one.minutes) for one in lesson.main_activities] if lesson else []
    titles = {one.key: one.title for one in lesson.activities} if lesson else {}
    ended = teaching.ended_at(period.offering_id, [period.id]).get(period.id) if period.offering_id else None
    lines = visit.beside(planned, [(one.key, one.at) for one in handed_out or ()], ended, titles)
    answers = _answers(period)
    return LookBack(
        lines=tuple(lines),
        findings=tuple(visit.findings(lines)) if handed_out else (),
        stuck=tuple(_stuck(period, answers)),
        answers=len(answers),
        was_held_here=bool(handed_out),
        planned=sum(one.planned or 0 for one in lines),
        taught=sum(one.taught or 0 for one in lines),
    )


def _answers(period: PeriodRef) -> list[tuple[str, str, bool | None, bool]]:
    if period.offering_id is None:
        return []
    rows = learning.attempts_of_offering(period.offering_id, period_id=period.id)
    listed = rows.values_list("pupil_id", "item_key", "correct", "solution_shown")
    return [(str(pupil), item, right, shown) for pupil, item, right, shown in listed]


def _stuck(period: PeriodRef, answers: list[tuple[str, str, bool | None, bool]]) -> list[StuckLine]:
    if period.lesson_version_id is None:
        return []
    items = {item.key: item for item in curriculum.items_of(period.lesson_version_id)}
    members = {str(one.id): one for one in registry.pupils_of(period.class_group_id)}
    found = []
    for one in visit.stuck(answers)[:MOST_STUCK]:
        item = items.get(one.item_key)
        if item is not None:
            pupils = [members[pupil] for pupil in one.pupils if pupil in members]
            by_seat = tuple(sorted(pupils, key=lambda pupil: pupil.seat_no or 0))
            found.append(StuckLine(f"第{item.position}题", item.stem_html, one.n, one.of, by_seat))
    return found


def subjects(found: LookBack) -> list[UUID]:
    """The pupils named on the page."""
    return list({pupil.id for line in found.stuck for pupil in line.pupils})
