"""What a plan is made from: the lesson as the school has it, the class in figures, the stage's rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from qiming.assist.planner.types import (
    Belief,
    ClassFacts,
    ConceptFacts,
    Confusion,
    LessonFacts,
    Parts,
    Source,
    StageFacts,
)
from qiming.curriculum import queries as curriculum
from qiming.curriculum.authoring import queries as authoring
from qiming.curriculum.authoring.models import LessonFork
from qiming.curriculum.syllabi import queries as syllabi
from qiming.curriculum.types import GENAI_WORDS, CourseRef, LessonRef
from qiming.insight.queries.classes import gather
from qiming.kernel.access import Actor
from qiming.kernel.time import today
from qiming.registry import queries as registry
from qiming.teaching.types import OfferingRef

MOST_OUTCOMES = 4
_BANDS = ("known", "nearly", "practise")


@dataclass(frozen=True, slots=True)
class Stand:
    """Of which lesson a plan is made: the city's version, the school's draft of it where there is one."""

    base_id: UUID
    fork_id: UUID | None = None
    revision: int = 0

    def as_json(self) -> list[str | int]:
        return [str(self.base_id), str(self.fork_id or ""), self.revision]


def stand_of(said: Sequence[Any]) -> Stand:
    return Stand(UUID(said[0]), UUID(said[1]) if said[1] else None, int(said[2]))


def fork_of(actor: Actor, offering: OfferingRef, lesson_key: str) -> LessonFork | None:
    """The school's draft of a lesson, for the school of the class."""
    school = registry.school_of(offering.scope_path)
    listed = authoring.forks_at(actor, offering.course_key, lesson_key)
    return next((one for one in listed if one.school_id == school.id), None)


def lesson_parts(actor: Actor, offering: OfferingRef, lesson_key: str) -> tuple[Parts, Stand] | None:
    """The lesson as the school writes it at this moment, else as the class has it, else as the city has it."""
    fork = fork_of(actor, offering, lesson_key)
    if fork is not None:
        full = authoring.load_fork(actor, "curriculum.edit_school_lesson", fork.id)
        return full.parts, Stand(full.base_id, full.id, full.revision)
    there = curriculum.lesson_of_course(offering.course_version_id, lesson_key)
    if there is not None and not curriculum.course(there.course_version_id).scope_path:
        return authoring.parts_of_version(there.id), Stand(there.id)
    city = authoring.lesson_in_city(offering.course_key, lesson_key)
    return (authoring.parts_of_lesson(city), Stand(city.id)) if city else None


def lessons_of(
    actor: Actor, offering: OfferingRef, keys: Iterable[str]
) -> tuple[list[LessonFacts], dict[str, Stand]]:
    """These lessons of a class's course, in teaching order; those nobody can find are left out."""
    course = curriculum.course(offering.course_version_id)
    wanted = set(keys)
    found, stands = [], {}
    for ref in course.lessons:
        there = lesson_parts(actor, offering, ref.key) if ref.key in wanted else None
        if there is not None:
            parts, stands[ref.key] = there
            found.append(_lesson(ref, parts, course, offering))
    return found, stands


def _lesson(ref: LessonRef, parts: Parts, course: CourseRef, offering: OfferingRef) -> LessonFacts:
    facts = parts["lesson"]
    own = curriculum.concepts([*facts["concepts"], *facts.get("revisits", ())])
    before = curriculum.concepts(need for one in own.values() for need in one.prerequisites)
    return LessonFacts(
        key=ref.key,
        position=ref.position,
        title=str(facts["title"]),
        parts=parts,
        concepts={
            key: ConceptFacts(key, one.title, one.prerequisites, one.note)
            for key, one in {**before, **own}.items()
        },
        earlier_items=_earlier(course, ref),
        outcomes=_outcomes(course, ref.key, offering),
    )


def _earlier(course: CourseRef, ref: LessonRef) -> dict[str, tuple[Mapping[str, Any], ...]]:
    """Items of the lessons before this one, by concept, that can be asked elsewhere: without pictures of their own."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in course.lessons:
        if one.position >= ref.position:
            continue
        for item in curriculum.items_of(one.id, "class"):
            if "picture" not in item.data and "media/" not in str(item.data):
                found.setdefault(item.concept, []).append(item.data)
    return {key: tuple(sorted(items, key=lambda one: one["difficulty"])) for key, items in found.items()}


def _outcomes(course: CourseRef, lesson_key: str, offering: OfferingRef) -> tuple[Source, ...]:
    listed = syllabi.outcomes(course.stage, offering.scope_path)
    own = [one for one in listed if one.lesson == lesson_key or lesson_key in one.also_lessons]
    return tuple(
        Source("outcome", f"{one.syllabus_title}：{one.text}", one.key) for one in own[:MOST_OUTCOMES]
    )


def class_facts(offering: OfferingRef) -> ClassFacts:
    """The class in figures, from its answers and what is believed of it. No pupil is named."""
    known = gather(offering)
    counted: dict[str, dict[str, int]] = {}
    members = set(known.ids)
    for (pupil, concept), band in known.bands.items():
        if pupil in members and band in _BANDS:
            of = counted.setdefault(concept, dict.fromkeys(_BANDS, 0))
            of[band] += 1
    total = len(known.ids)
    beliefs = {
        key: Belief(n["known"], n["nearly"], n["practise"], total - sum(n.values()))
        for key, n in counted.items()
    }
    named = known.course.misconceptions
    confusions = tuple(
        Confusion(one.id, named[one.id].concept, named[one.id].text, named[one.id].remedy, one.n)
        for one in known.found
        if one.n and not one.is_single
    )
    return ClassFacts(total, beliefs, confusions)


def stage_facts(offering: OfferingRef) -> StageFacts:
    stage = registry.org(offering.class_group_id).stage.value
    rules = curriculum.stage_rules(today(), stage)
    row = rules.row("genai_use")
    return StageFacts(
        stage=stage,
        period_minutes=rules.period_minutes,
        genai_use=rules.genai_use,
        genai_words=GENAI_WORDS[rules.genai_use],
        genai_source=row.source if row else "",
        ethics_required=rules.ethics_required and offering.counts_for_ai,
    )
