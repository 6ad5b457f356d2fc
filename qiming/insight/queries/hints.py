"""One sentence for the lesson to come."""

from dataclasses import dataclass

from qiming.curriculum import queries as curriculum
from qiming.insight import words
from qiming.insight.queries.classes import next_step
from qiming.insight.queries.course import course_map
from qiming.insight.types import Remedy
from qiming.teaching import queries as teaching
from qiming.teaching.types import PeriodRef


@dataclass(frozen=True, slots=True)
class Hint:
    """What was seen up to the last lesson and how to begin; `remedy` when a spare step treats it."""

    text: str
    remedy: Remedy | None


def hint_for(period: PeriodRef) -> Hint | None:
    """None when there is nothing to say: no course, no answers, or nothing that several pupils share."""
    if period.offering_id is None:
        return None
    step = next_step(period.offering_id)
    course = course_map(teaching.offering(period.offering_id).course_version_id)
    remedy = course.remedies.get(step.key)
    concepts = curriculum.concepts([step.key]) if step.key else {}
    text = words.hint(step, course.misconceptions, concepts, remedy, period.lesson_key)
    return Hint(text, remedy) if text else None
