"""升级: what becomes of each class of a school when the school year turns."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from qiming.registry.types import SchoolYearRef, Stage, stage_of_grade

TOP = 12
_NEAR = timedelta(days=75)


class Becomes(StrEnum):
    """What happens to a class."""

    UP = "up"
    LEAVES = "leaves"


class Teachers(StrEnum):
    """What happens to the rights of a class's teachers."""

    FOLLOW = "follow"
    END = "end"


@dataclass(frozen=True, slots=True)
class Step:
    """One class and where it goes; `to_grade` is None for a class that leaves the school."""

    grade: int
    class_no: int
    to_grade: int | None

    @property
    def becomes(self) -> Becomes:
        return Becomes.LEAVES if self.to_grade is None else Becomes.UP


def next_grade(grade: int, stages: Collection[Stage]) -> int | None:
    """The grade after this one at a school with these stages; None when the class leaves the school."""
    above = grade + 1
    return above if above <= TOP and stage_of_grade(above) in stages else None


def entry_grades(stages: Collection[Stage]) -> list[int]:
    """The grades in which a school takes in new classes: those no class of the school comes up into."""
    grades = [grade for grade in range(1, TOP + 1) if stage_of_grade(grade) in stages]
    return [grade for grade in grades if grade - 1 not in grades]


def propose(classes: Iterable[tuple[int, int]], stages: Collection[Stage]) -> list[Step]:
    """Every class (grade, number) one grade up, keeping its number; the top grade leaves. The highest first."""
    return [Step(grade, no, next_grade(grade, stages)) for grade, no in sorted(classes, reverse=True)]


def empty_classes(steps: Sequence[Step], stages: Collection[Stage]) -> list[tuple[int, int]]:
    """The classes to be made for new pupils: as many and with the numbers the entry grades have now."""
    entries = set(entry_grades(stages))
    coming_up = {(step.to_grade, step.class_no) for step in steps}
    wanted = {(step.grade, step.class_no) for step in steps if step.grade in entries}
    return sorted(wanted - coming_up)


def stay_down(grade: int, class_no: int, coming: Collection[tuple[int, int]]) -> tuple[int, int]:
    """The class of next year for a pupil who repeats a grade: the same number, else the lowest there is."""
    same = sorted(no for coming_grade, no in coming if coming_grade == grade)
    return (grade, class_no if class_no in same or not same else same[0])


def year_turned(day: date, years: Iterable[SchoolYearRef]) -> SchoolYearRef | None:
    """The school year that begins near `day`; None when none does."""
    near = [year for year in years if abs(year.starts - day) <= _NEAR]
    return min(near, key=lambda year: abs(year.starts - day), default=None)
