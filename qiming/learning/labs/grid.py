"""The teacher's grid of one lab step: pupils by goals, from the lines of counts; three questions whatever the class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from qiming.curriculum.types import Activity
from qiming.learning.labs import tally
from qiming.learning.labs.models import LabRun
from qiming.learning.labs.tally import Tally
from qiming.learning.models import Progress, Work
from qiming.registry.types import PupilRef

_WHY = "the right to the class was checked by whoever asks"


class Mark(StrEnum):
    """What a cell says; each has its own shape, not only its hue."""

    REACHED = "reached"
    TRIED = "tried"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Line:
    """One pupil: a mark per goal, hints asked for, the work if there is one."""

    pupil: PupilRef
    marks: tuple[Mark, ...]
    tally: Tally
    work_id: UUID | None
    is_handed_in: bool

    @property
    def began(self) -> bool:
        return self.work_id is not None or self.tally.acts > 0 or Mark.REACHED in self.marks


@dataclass(frozen=True, slots=True)
class Grid:
    """A class at one lab step."""

    goals: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def reached(self) -> tuple[int, ...]:
        """How many reached each goal."""
        return tuple(
            sum(line.marks[at] is Mark.REACHED for line in self.lines) for at in range(len(self.goals))
        )

    @property
    def began(self) -> int:
        return sum(line.began for line in self.lines)

    @property
    def handed_in(self) -> int:
        return sum(line.is_handed_in for line in self.lines)


Place = tuple[str, str]  # lesson_key (empty in free play), activity_key


def grid_of(offering_id: UUID, lesson_key: str, step: Activity, pupils: Sequence[PupilRef]) -> Grid:
    """These pupils at a lesson's lab step; with an empty `lesson_key` at that lab in free play."""
    return grids_of(offering_id, [(lesson_key, step)], pupils)[lesson_key, step.key]


def grids_of(
    offering_id: UUID, steps: Sequence[tuple[str, Activity]], seats: Sequence[PupilRef]
) -> dict[Place, Grid]:
    """The grids of several steps, all of lessons or all of free play, in three questions."""
    lessons = {lesson_key for lesson_key, _ in steps}
    here: dict[str, Any] = {
        "pupil_id__in": [one.id for one in seats],
        "offering_id": None if lessons == {""} else offering_id,
        "lesson_key__in": lessons,
    }
    told = _told(here)
    return {
        (lesson_key, step.key): _grid(step, seats, told, (lesson_key, step.key)) for lesson_key, step in steps
    }


@dataclass(slots=True)
class _Told:
    """What is kept, by place and pupil."""

    runs: dict[tuple[Place, UUID], Mapping[str, Any]] = field(default_factory=dict)
    works: dict[tuple[Place, UUID], tuple[UUID, bool]] = field(default_factory=dict)
    kept: dict[tuple[Place, UUID], set[int]] = field(default_factory=dict)


def _told(here: Mapping[str, Any]) -> _Told:
    told = _Told()
    names = ("lesson_key", "activity_key", "pupil_id")
    for lesson, key, pupil, counts in (
        LabRun.objects.unscoped(_WHY).filter(**here).values_list(*names, "tally")
    ):
        told.runs[(lesson, key), pupil] = counts
    works = Work.objects.unscoped(_WHY).filter(**here, kind="lab")
    for lesson, key, pupil, work_id, handed_in in works.values_list(*names, "id", "handed_in_at"):
        told.works[(lesson, key), pupil] = (work_id, handed_in is not None)
    if here["offering_id"] is not None:
        # goals noted by autosave: they may be known before the evidence has come
        for lesson, key, pupil, state in (
            Progress.objects.unscoped(_WHY).filter(**here).values_list(*names, "state")
        ):
            names_ = [name for name, one in state.items() if name.startswith("goal") and one.get("v") is True]
            told.kept[(lesson, key), pupil] = {int(name[4:]) for name in names_ if name[4:].isdecimal()}
    return told


def _grid(step: Activity, seats: Sequence[PupilRef], told: _Told, place: Place) -> Grid:
    goals = list(step.data.get("lab", {}).get("goals", ()))
    lines = (
        _line(
            one,
            goals,
            tally.read(told.runs.get((place, one.id), {})),
            told.works.get((place, one.id)),
            told.kept.get((place, one.id), set()),
        )
        for one in seats
    )
    return Grid(tuple(str(goal["text"]) for goal in goals), tuple(lines))


def _line(
    pupil: PupilRef,
    goals: Sequence[Mapping[str, object]],
    run: Tally,
    work: tuple[UUID, bool] | None,
    kept: set[int],
) -> Line:
    kinds = {str(goal["goal"]) for goal in goals}
    alone = {kind for kind in kinds if sum(goal["goal"] == kind for goal in goals) == 1}
    told = set(run.goals) | kept
    # labs that told no index told the type: it says which goal where only one has it
    told |= {at for at, goal in enumerate(goals) if goal["goal"] in alone and goal["goal"] in run.kinds}
    began = bool(run.acts or work or told)
    marks = tuple(
        Mark.REACHED if at in told else Mark.TRIED if began else Mark.NOTHING for at in range(len(goals))
    )
    run = replace(run, goals=tuple(sorted(at for at in told if at < len(goals))))
    return Line(pupil, marks, run, work[0] if work else None, bool(work and work[1]))
