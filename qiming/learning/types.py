"""What crosses the door of this room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Context(StrEnum):
    """Where an answer was given."""

    CLASS = "class"
    HOMEWORK = "homework"
    PRACTICE = "practice"
    OWN = "own"


class WorkKind(StrEnum):
    """What a pupil makes."""

    LAB = "lab"
    REFLECTION = "reflection"
    TASK = "task"


class HandInState(StrEnum):
    """Where a handed-in homework stands."""

    WAITING = "waiting"
    MARKED = "marked"
    RETURNED = "returned"


class Late(StrEnum):
    """Why an answer counts as late; it is kept and counted all the same."""

    NO = ""
    PERIOD_ENDED = "period_ended"
    HOMEWORK_DUE = "homework_due"
    OFFERING_CLOSED = "offering_closed"


LATE_SAYS = {
    Late.NO: "",
    Late.PERIOD_ENDED: "这节课已经下课，迟到的作答也收下了",
    Late.HOMEWORK_DUE: "过了交作业的时间，也收下了，会标“晚交”",
    Late.OFFERING_CLOSED: "这门课已经结束，作答也收下了",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as a pupil's device sent it; `id` is made on the device and is the idempotency key."""

    id: UUID
    lesson_key: str
    item_key: str
    response: Mapping[str, Any]
    activity_key: str = ""
    period_id: UUID | None = None
    homework_id: UUID | None = None
    practice_id: UUID | None = None
    client_at: datetime | None = None
    item_version: UUID | None = None  # the version the pupil saw; the class may have another one by now


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one answer."""

    id: UUID
    status: str  # recorded | again (replayed, nothing doubled) | refused
    item_key: str = ""
    correct: bool | None = None
    reply: str = ""
    per_part: Mapping[str, Any] = field(default_factory=dict)
    needs_person: bool = False
    try_no: int = 0
    solution_open: bool = False
    late: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """One rung of a ladder, as Markdown already made safe HTML."""

    rung: int
    of: int
    html: str
    solution_open: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """What autosave kept of an activity: the fields as they now stand, from wherever they came."""

    activity_key: str
    fields: Mapping[str, Mapping[str, Any]]
    done: bool
    version: int


@dataclass(frozen=True, slots=True)
class KeptWork:
    """A work as it was kept; `other_page` when another page's writing was set aside as a version."""

    id: UUID
    activity_key: str
    version: int
    handed_in_at: datetime | None
    other_page: bool = False


@dataclass(frozen=True, slots=True)
class LabAct:
    """Something worth keeping that happened in an activity; `id` is made on the device."""

    id: UUID
    what: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MasteryView:
    """What is believed of one pupil on one concept."""

    pupil_id: UUID
    concept: str
    p: float  # chance of a right answer to a usual item: for counting, never shown
    n: int
    band: str
    sure: str  # how far the band can be relied on, in words; "" where none is told
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How a homework stands, in numbers of pupils."""

    of: int
    given: int
    waiting: int
    late: int

    @property
    def missing(self) -> int:
        return self.of - self.given


@dataclass(frozen=True, slots=True)
class HandIn:
    """One pupil's line under a homework, handed in or not."""

    pupil_id: UUID
    state: str  # missing | waiting | marked | returned
    done: int
    of: int
    handed_in_at: datetime | None = None
    is_late: bool = False
    score_scaled: float | None = None
    comment: str = ""
    submission_id: UUID | None = None


class Form(StrEnum):
    """What frames a course: given to the class by its teacher."""

    PRETEST = "pretest"
    POSTTEST = "posttest"
    PROJECT = "project"

    @property
    def zh(self) -> str:
        return {"pretest": "课前测", "posttest": "课后测", "project": "结课作品"}[self.value]


TESTS = (Form.PRETEST, Form.POSTTEST)
