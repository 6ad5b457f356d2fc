"""What a version teaches: concepts of its lessons and those a person confirmed, and the syllabus outcomes behind them."""

from qiming.curriculum import queries as curriculum
from qiming.curriculum.syllabi import queries as syllabi
from qiming.curriculum.types import LessonRef
from qiming.resources.models import ResourceVersion
from qiming.resources.rules.tags import Tag, suggest
from qiming.resources.types import STAGES, Card


def concepts_of(version: ResourceVersion) -> dict[str, str]:
    """By key, with titles: what the lessons of a pack say they teach, and the tags of the card."""
    keys = [key for lesson in _lessons(version) for key in lesson.concepts]
    found = curriculum.concepts([*keys, *Card.of(version.card).teaches])
    return {key: one.title for key, one in found.items()}


def outcomes_of(version: ResourceVersion) -> list[str]:
    """Outcomes of the syllabuses that everybody sees: of the lessons in a pack, and of the concepts a person confirmed."""
    card = Card.of(version.card)
    lessons, tags = {one.key for one in _lessons(version)}, set(card.teaches)
    return [
        one.key
        for one in syllabi.outcomes(card.stage)
        if {one.lesson, *one.also_lessons} & lessons or set(one.concepts) & tags
    ]


def tags_for(pieces: list[tuple[str, str]], stage: str, known: set[str]) -> list[Tag]:
    """Concepts of a stage, and of those before it that are taught again, that these texts might be about: for a person
    to confirm."""
    order = list(STAGES)
    until = order[: order.index(stage) + 1] if stage in order else []
    concepts = [(one.key, one.title) for one in curriculum.all_concepts() if one.stage in until]
    return suggest(pieces, concepts, known)


def _lessons(version: ResourceVersion) -> tuple[LessonRef, ...]:
    if version.course_version_id is None:
        return ()
    return tuple(curriculum.course(version.course_version_id).lessons)
