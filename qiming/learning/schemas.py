"""What the player's requests look like. Sizes are bounded here, meanings in the services."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, Field

from qiming.learning.labs.choices import ClassChoice
from qiming.learning.types import Answer, LabAct, Outcome, WorkKind

Key = Annotated[str, Field(max_length=60)]


def _real(value: UUID) -> UUID:
    """A name a device made is a random or time-ordered UUID; statements carry it on."""
    if value.version is None or not 1 <= value.version <= 8:
        raise ValueError("not a UUID of any version")
    return value


MadeId = Annotated[UUID, AfterValidator(_real)]
Few = Annotated[int, Field(ge=0, le=999)]


class OneAttempt(Schema):
    id: MadeId
    item: Key
    activity: Key = ""
    version: UUID | None = None
    response: dict[str, Any]
    at: datetime | None = None


class Attempts(Schema):
    offering: UUID
    lesson: Key = ""
    period: UUID | None = None
    homework: UUID | None = None
    practice: UUID | None = None
    test: UUID | None = None
    attempts: Annotated[list[OneAttempt], Field(max_length=50)]

    def answers(self) -> list[Answer]:
        return [
            Answer(
                id=one.id,
                lesson_key=self.lesson,
                item_key=one.item,
                response=one.response,
                activity_key=one.activity,
                period_id=self.period,
                homework_id=self.homework,
                practice_id=self.practice,
                client_at=one.at if one.at and one.at.tzinfo else None,
                item_version=one.version,
            )
            for one in self.attempts
        ]


class AttemptResult(Schema):
    id: UUID
    status: str
    item: str
    correct: bool | None
    reply: str
    waits: bool
    solution_open: bool
    late: str
    message: str

    @staticmethod
    def of(outcome: Outcome) -> dict[str, Any]:
        return {
            "id": outcome.id,
            "status": outcome.status,
            "item": outcome.item_key,
            "correct": outcome.correct,
            "reply": outcome.reply,
            "waits": outcome.needs_person,
            "solution_open": outcome.solution_open,
            "late": outcome.late,
            "message": outcome.message,
        }


class AttemptResults(Schema):
    results: list[AttemptResult]


class HintAsked(Schema):
    offering: UUID
    lesson: Key = ""
    item: Key
    rung: Few


class HintGiven(Schema):
    item: str
    rung: int
    of: int
    html: str
    solution_open: bool = False


class SolutionAsked(Schema):
    offering: UUID
    lesson: Key = ""
    item: Key


class SolutionGiven(Schema):
    item: str
    html: str


class ProgressSent(Schema):
    offering: UUID
    lesson: Key
    activity: Key
    period: UUID | None = None
    fields: dict[str, Any]
    done: bool = False


class ProgressKept(Schema):
    activity: str
    fields: dict[str, Any]
    done: bool


class WorkSent(Schema):
    id: MadeId
    offering: UUID
    lesson: Key
    activity: Key
    kind: WorkKind
    period: UUID | None = None
    state: Any
    base: Annotated[int, Field(ge=0, le=2_000_000_000)] = 0
    page: Key = ""
    at: datetime | None = None
    hand_in: bool = False


class FreeWorkSent(Schema):
    """A lab outside any lesson; the lab is the activity."""

    id: MadeId
    activity: Key
    state: Any
    base: Annotated[int, Field(ge=0, le=2_000_000_000)] = 0
    page: Key = ""
    at: datetime | None = None
    hand_in: bool = False


class WorkKept(Schema):
    activity: str
    version: int
    handed_in: datetime | None
    other_page: bool


class ModelSent(Schema):
    offering: UUID | None = None  # none for a lab outside any lesson
    lesson: Key = ""
    activity: Key = ""
    model: Any


class ModelKept(Schema):
    id: UUID
    bytes: int


class ModelDropped(Schema):
    id: UUID


class OneAct(Schema):
    id: MadeId
    what: Key
    detail: dict[str, Any] = {}
    at: datetime | None = None

    def act(self) -> LabAct:
        return LabAct(self.id, self.what, self.detail, self.at if self.at and self.at.tzinfo else None)


class Acts(Schema):
    offering: UUID
    lesson: Key
    activity: Key
    period: UUID | None = None
    acts: Annotated[list[OneAct], Field(max_length=50)]


class FreeActs(Schema):
    activity: Key
    acts: Annotated[list[OneAct], Field(max_length=50)]


class Count(Schema):
    kept: int


class ClassChoices(Schema):
    choices: list[ClassChoice]


class Pulse(Schema):
    period: UUID
    activity: Key = ""
    done: Annotated[list[Key], Field(max_length=40)] = []
    steps_done: Few = 0
    steps_total: Few = 0
    tries: Few = 0
    seq: Annotated[int, Field(ge=0, le=2_000_000_000)] | None = None


class HandSent(Schema):
    period: UUID
    up: bool


class VoteSent(Schema):
    period: UUID
    poll: UUID
    choice: Key


class BeatKept(Schema):
    version: int
    seq: int
    ended: bool


class HomeworkSent(Schema):
    homework: UUID


class HomeworkKept(Schema):
    state: str
    late: bool
    times: int


class TryItem(Schema):
    item: UUID
    draft: UUID | None = None  # the draft the item is read from; none for a version that is stored


class TryAnswer(TryItem):
    response: dict[str, Any]


class TryHint(TryItem):
    rung: Few


class PollChoice(Schema):
    key: str
    text: str


class PollSeen(Schema):
    id: UUID
    activity: str
    question: str
    choices: list[PollChoice]
    round: int
    open: bool
    mine: str | None


class LiveSeen(Schema):
    period: UUID
    version: int
    pace: str
    released: list[str]
    current: str | None
    paused: bool
    poll: PollSeen | None
    ended: bool


class Sync(Schema):
    live: LiveSeen | None


class RunAsked(Schema):
    id: MadeId
    offering: UUID
    lesson: Key
    activity: Key
    code: Annotated[str, Field(max_length=20_000)]
    answers: Annotated[str, Field(max_length=2_000)] = ""


class RunSeen(Schema):
    id: UUID
    state: str
    ahead: int
    output: str
    outcome: dict[str, Any]
    says: str
