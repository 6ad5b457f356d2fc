"""What crosses casework's door: a workflow as it is read from content, what moves a case, what came of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Kind(StrEnum):
    """What a transition is. DECIDES: nobody decides about what is their own; REFUSES: a reason and what would change
    it are owed; ENDS: the applicant gives up; STOPS: in an emergency, by whoever answers for safety."""

    MOVES = "moves"
    DECIDES = "decides"
    REFUSES = "refuses"
    ENDS = "ends"
    STOPS = "stops"


class Days(StrEnum):
    """How a clock counts. SCHOOL pauses in holidays; what touches safety counts in HOURS and never pauses."""

    SCHOOL = "school"
    CALENDAR = "calendar"
    HOURS = "hours"


class ReviewState(StrEnum):
    """How far one reviewer is."""

    ASKED = "asked"
    DECLINED = "declined"
    LOCKED = "locked"
    RELEASED = "released"

    @property
    def zh(self) -> str:
        return _REVIEW_ZH[self]


_REVIEW_ZH = {
    ReviewState.ASKED: "等评分",
    ReviewState.DECLINED: "已辞",
    ReviewState.LOCKED: "已交",
    ReviewState.RELEASED: "已换人",
}


class Verdict(StrEnum):
    """What one reviewer thinks should become of it."""

    ACCEPT = "accept"
    RETURN = "return"
    REJECT = "reject"

    @property
    def zh(self) -> str:
        return {"accept": "通过", "return": "改后再看", "reject": "不通过"}[self.value]


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a state may wait. `then`: the transition the system makes when time is up, else the case is shown to
    `escalate` as overdue. `remind`: so many units before the end the owner is told again."""

    amount: int
    of: Days
    escalate: str
    then: str = ""
    remind: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """A state. `owner` is whose turn it is (see `Transition.who`); a resting state waits for nobody."""

    key: str
    title: str
    says: str = ""
    owner: str = ""
    clock: Clock | None = None
    rests: bool = False
    final: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """A named way from states to a state.

    `who`: any of `applicant`, `applicant_org:<role>`, `role:<role>`, `duty:<duty>`, `system`.
    `apart_from`: transitions whose doers may not do this one. `evidence`: the kinds that must be given with it.
    `guards`: named conditions that must hold (`rules.guards`). `reapply_days`: after a refusal, when again.
    """

    key: str
    title: str
    sources: tuple[str, ...]
    target: str
    who: tuple[str, ...]
    kind: Kind = Kind.MOVES
    apart_from: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    reason: bool = False
    reapply_days: int | None = None
    says: str = ""


class At(StrEnum):
    """Where a duty is held: at the organisation that applies, or at the office that decides."""

    APPLICANT = "applicant"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Duty:
    key: str
    title: str
    at: At


@dataclass(frozen=True, slots=True)
class Criterion:
    key: str
    title: str
    most: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """A blind review held in `state`: `reviewers` people with `duty`, one more when they differ.

    They differ when verdicts do, or when the sums of points lie more than `spread` (per cent) apart. In the states
    `hidden_in` what they thought stays unseen: others of the same call are still being reviewed or ranked.
    `unnamed`: until then reviewers read the history without names, words and evidence.
    """

    key: str
    title: str
    state: str
    duty: str
    reviewers: int
    criteria: tuple[Criterion, ...]
    pass_percent: int
    spread: int = 100
    hidden_in: tuple[str, ...] = ()
    unnamed: bool = False


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """公示: while a case is in `state`, anybody may object until its clock has run; others settle the objections."""

    state: str
    says: str
    settle: str


@dataclass(frozen=True, slots=True)
class Workflow:
    """One kind of case. `digest` is the SHA-256 of the file it was read from: a case keeps the version it began with."""

    key: str
    title: str
    says: str
    source: str
    first: str
    states: Mapping[str, State]
    transitions: Mapping[str, Transition]
    evidence: Mapping[str, str]
    duties: Mapping[str, Duty]
    reviews: Mapping[str, Review] = field(default_factory=dict)
    notice: PublicNotice | None = None
    digest: str = ""

    def out_of(self, state: str) -> list[Transition]:
        """The transitions that leave `state`, as the file orders them."""
        return [one for one in self.transitions.values() if state in one.sources]


@dataclass(frozen=True, slots=True)
class Proof:
    """A piece of evidence: its kind, what a person reads, the SHA-256 of what it stands for, its words if it is words."""

    kind: str
    title: str
    sha256: str
    text: str = ""

    @classmethod
    def of_words(cls, kind: str, title: str, text: str) -> "Proof":
        """Evidence that consists of what somebody wrote."""
        return cls(kind, title, hashlib.sha256(text.encode()).hexdigest(), text)


@dataclass(frozen=True, slots=True)
class Moved:
    """One event of a case as its history tells it. Nothing here changes after it was written."""

    seq: int
    at: datetime
    transition: str
    source: str
    target: str
    actor: UUID | None
    acting_for: UUID | None = None
    reason: str = ""
    evidence: tuple[Proof, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mover:
    """Who wants to move a case: which `who` words they answer to, and what ties them to it."""

    person: UUID | None
    answers_to: frozenset[str]
    ties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a move may be made, and every reason why not, in words for the person who tried."""

    reasons: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return not self.reasons
