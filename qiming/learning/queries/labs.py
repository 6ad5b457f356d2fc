"""A class in the labs of its lessons: grid and strategies, for the class report."""

from collections.abc import Sequence
from dataclasses import dataclass

from qiming.curriculum import queries as curriculum
from qiming.learning.labs import catalogue
from qiming.learning.labs.drawn import key as lab_marks
from qiming.learning.labs.drawn import rows as lab_rows
from qiming.learning.labs.grid import Grid, grids_of
from qiming.learning.labs.strategies import Strategies, strategies
from qiming.registry.types import PupilRef
from qiming.teaching.types import OfferingRef

__all__ = ["LabReport", "lab_marks", "lab_reports", "lab_rows"]


@dataclass(frozen=True, slots=True)
class LabReport:
    """One lab step that pupils have met."""

    lesson_key: str
    step_key: str
    title: str
    lesson: str
    grid: Grid
    how: Strategies


def lab_reports(offering: OfferingRef, pupils: Sequence[PupilRef]) -> list[LabReport]:
    """Every lab step of the course that somebody began, in the course's order; three questions whatever the class."""
    found = [
        (lesson, step)
        for lesson in (curriculum.lesson(ref.id) for ref in curriculum.lessons_of(offering.course_version_id))
        for step in lesson.activities
        if step.kind == "lab" and step.data.get("lab", {}).get("by") != "teacher"
    ]
    if not found or not pupils:
        return []
    grids = grids_of(offering.id, [(lesson.key, step) for lesson, step in found], pupils)
    reports = []
    for lesson, step in found:
        grid = grids[lesson.key, step.key]
        if not grid.began:
            continue
        goal, title = catalogue.break_goal_of(str(step.data.get("lab", {}).get("id", "")))
        how = strategies([line.tally for line in grid.lines if line.began], goal, title)
        where = f"第{lesson.position}课 {lesson.title}"
        reports.append(LabReport(lesson.key, step.key, step.title, where, grid, how))
    return reports
