"""A syllabus at a place: its outcomes with lessons, items and taught periods. Sums only."""

from collections.abc import Sequence
from dataclasses import dataclass

from qiming.curriculum import coverage
from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import OutcomeRef, SyllabusRef
from qiming.insight.rules.coverage import Line, Stand, lines
from qiming.registry.types import OrgRef
from qiming.teaching import queries as teaching


@dataclass(frozen=True, slots=True)
class Matrix:
    """One syllabus at one place in one school year."""

    place: OrgRef
    school_year: str
    syllabuses: tuple[SyllabusRef, ...]  # those seen at the place, to choose from
    syllabus: SyllabusRef | None
    stages: tuple[str, ...]
    lines: tuple[Line, ...]

    def of(self, stand: Stand) -> list[Line]:
        return [line for line in self.lines if line.stand is stand]


def matrix(place: OrgRef, school_year: str, *, key: str = "", stages: Sequence[str] = ()) -> Matrix:
    """The syllabus asked for, or the first seen at the place, narrowed to some stages. Seven questions at most."""
    seen = curriculum.syllabuses(place.path)
    chosen = next((one for one in seen if one.key == key), next(iter(seen), None))
    if chosen is None:
        return Matrix(place, school_year, (), None, tuple(stages), ())
    courses = curriculum.courses()
    everything: list[OutcomeRef] = [outcome for one in seen for outcome in one.outcomes]
    wanted = {outcome.key for outcome in chosen.outcomes if not stages or outcome.stage in stages}
    covered = [
        one for one in coverage.outcomes_covered(chosen, everything, courses) if one.outcome.key in wanted
    ]
    lessons = {lesson.id for one in covered for _, lesson in one.lessons}
    found = lines(covered, curriculum.item_counts(lessons), teaching.taught_under(place.path, school_year))
    return Matrix(place, school_year, tuple(seen), chosen, tuple(stages), tuple(found))
