"""What trust says about consent: purposes with their texts, what was answered, what holds now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Purpose(StrEnum):
    """What consent is asked for; the words are in data/consent.yaml."""

    RECORDS = "records"
    WORKS = "works"
    CAMERA = "camera"
    MICROPHONE = "microphone"
    COMPANION = "companion"
    RESEARCH = "research"


class Said(StrEnum):
    """One line of the history."""

    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def zh(self) -> str:
        return {"asked": "问过了", "given": "同意", "refused": "不同意", "withdrawn": "撤回同意"}[self.value]


class Via(StrEnum):
    """Whose voice it is and by which way it came."""

    GUARDIAN = "guardian"  # a guardian, signed in
    PUPIL = "pupil"  # the pupil, signed in
    PAPER = "paper"  # a signed slip, typed by the school; for pupils who decide too, signed by both
    SCHOOL = "school"  # the school asked


class State(StrEnum):
    """Where a purpose stands for one pupil."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CHANGED = "changed"  # given to a text that has changed since: asked again

    @property
    def zh(self) -> str:
        return _STATES[self]

    @property
    def is_answered(self) -> bool:
        return self in (State.GIVEN, State.REFUSED, State.WITHDRAWN)


_STATES = {
    State.NOT_ASKED: "还没有问",
    State.ASKED: "等回答",
    State.GIVEN: "同意",
    State.REFUSED: "不同意",
    State.WITHDRAWN: "已撤回",
    State.CHANGED: "文字改了，请再看一遍",
}


@dataclass(frozen=True, slots=True)
class Text:
    """One version of what is asked. `digest` is the SHA-256 of its words."""

    no: int
    starts: date
    is_material: bool
    question: str
    holds: str
    why: str
    who: str
    how_long: str
    refused: str
    source: str
    verified: bool
    digest: str


@dataclass(frozen=True, slots=True)
class PurposeTexts:
    """A purpose with every version of its text, the first first."""

    key: Purpose
    name: str
    versions: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class AgeRule:
    """From which grade a pupil decides together with the guardian."""

    starts: date
    own_from_grade: int
    says: str
    why: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Voice:
    """The latest word of one party on one purpose. `decided_by` is None for paper and for the school."""

    via: Via
    decided_by: UUID | None
    said: Said
    at: datetime
    text_no: int
    text_digest: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds now, and for whom it waits (`guardian`, `pupil`) when it doesn't yet."""

    state: State
    waits_for: frozenset[Via] = frozenset()

    @property
    def holds(self) -> bool:
        return self.state is State.GIVEN


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a pupil's consent history, with names as they are today."""

    at: datetime
    said: Said
    via: Via
    who: str
    text_no: int
    signed_on: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """One purpose for one pupil: the text of today, what holds, the asker's own word, the history."""

    purpose: Purpose
    name: str
    text: Text
    verdict: Verdict
    own: Said | None
    history: tuple[Line, ...]


Board = Mapping[UUID, Mapping[Purpose, Verdict]]
