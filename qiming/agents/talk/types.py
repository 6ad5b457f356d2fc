"""What an agent is told of a situation, and what comes back. Plain data, no Django; who asks gathers it (`assist`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from qiming.agents.guard.stages import Session

GROUNDED: Final = "grounded"  # the engine that answers from course content only
TICKET_S: Final = 60


class Checked(StrEnum):
    """What went before, when words may be a cry. `often`: asked so often today that an adult is told without asking again."""

    NOT_YET = "ask"
    FINE = "go_on"  # the child was asked about these very words and goes on
    ADULT = "adult"  # the child wants an adult
    OFTEN = "tell"


class Said(StrEnum):
    """How a turn ended. `waiting`: a model is to speak, its ticket is out."""

    ANSWERED = "answered"
    WAITING = "waiting"
    CRISIS = "crisis"  # fixed text, an adult is told
    CHECK_IN = "check_in"  # fixed text that asks whether an adult should come
    REFUSED = "refused"  # the guard let nothing leave
    UNREADABLE = "unreadable"
    HELD = "held"  # not here, not now, not alone: the stage's rules
    STOPPED = "stopped"  # the reader stopped it, or left
    FAILED = "failed"  # no model answered; the grounded reply stands in its place


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document that may be quoted. `place`: where it stands in it, in words; `url`: the page here, if any."""

    key: str
    source: str
    version: str
    place: str
    text: str
    url: str = ""

    @property
    def title(self) -> str:
        return f"{self.source}·{self.place}" if self.place else self.source


@dataclass(frozen=True, slots=True)
class LessonFacts:
    """The lesson a conversation belongs to. `words`: new words with their meanings; `step`: the title of the current step."""

    key: str
    title: str
    question: str
    version: str = ""
    course: str = ""
    position: int = 0
    goals: tuple[str, ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    step: str = ""
    ethics: str = ""

    @property
    def name(self) -> str:
        return f"第{self.position}课《{self.title}》" if self.position else f"《{self.title}》"


@dataclass(frozen=True, slots=True)
class Worked:
    """An item like the one at hand that this pupil has finished, with its solution."""

    key: str
    stem: str
    solution: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """The item at hand. `known`: its answers as graders read them (kind, value, options, paraphrases …); `hints`: the whole
    ladder, of which the last rung is never given; `remedies`: misconception id → question that leads out of it."""

    key: str
    version: str
    kind: str
    stem: str
    pieces: tuple[tuple[str, str], ...] = ()
    known: tuple[Mapping[str, Any], ...] = ()
    hints: tuple[str, ...] = ()
    sibling: Worked | None = None
    remedies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AttemptFacts:
    """One own attempt. `said`: the answer in words; `reply`: what the platform has already said about it."""

    said: str
    correct: bool | None
    reply: str = ""
    misconceptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """One earlier turn of the conversation: what was asked, what was replied, by which move and up to which rung."""

    asked: str
    replied: str
    move: str = ""
    rung: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Context:
    """Everything an agent may see. `subject`: the pseudonym (`queries.subject_of`); `names`: the roster, to be covered;
    `task`: "" | "explain_back" | "preview" | "review". `checked`: whether the child was asked how it is. `history` is read from what is stored and need not be given."""

    agent: str
    mode: str
    stage: str
    place_path: str
    subject: str
    conversation: UUID
    session: Session
    lesson: LessonFacts | None = None
    item: ItemFacts | None = None
    attempts: tuple[AttemptFacts, ...] = ()
    passages: tuple[Passage, ...] = ()
    names: tuple[str, ...] = ()
    history: tuple[Exchange, ...] = ()
    task: str = ""
    checked: Checked = Checked.NOT_YET


@dataclass(frozen=True, slots=True)
class Citation:
    """What a reply rests on."""

    key: str
    title: str
    version: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the room above would reply by itself: for agents whose engine is their own page's."""

    text: str
    citations: tuple[Citation, ...] = ()
    move: str = "draft"


@dataclass(frozen=True, slots=True)
class Ask:
    """What a reply must carry at this stage: a task to verify, sources, a self-assessment."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of what was said. `text` is plain text, to be escaped; None while a model is to speak (`ticket`, valid
    once and for a minute). `engine`: "grounded", or the key of the education model."""

    id: UUID
    conversation: UUID
    number: int
    outcome: Said
    text: str | None
    ticket: str | None = None
    citations: tuple[Citation, ...] = ()
    asks: tuple[Ask, ...] = ()
    label: str = ""
    engine: str = GROUNDED
    findings: tuple[str, ...] = ()
    why: str = ""
    move: str = ""
    alarm: str = ""  # the kind of need, when a child's words raised one just now

    @property
    def shown(self) -> str:
        """The whole reply as a reader sees it, with what it must carry."""
        return whole(self.text or "", self.asks, self.label)


def whole(text: str, asks: tuple[Ask, ...], label: str) -> str:
    """A reply with what it must carry below it; the mark stands last and travels with a copy."""
    parts = (text, *(ask.text for ask in asks), f"（{label}）" if label else "")
    return "\n".join(part for part in parts if part)
