"""What plans are made of. A part is one change a teacher may take, word otherwise, or leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# A lesson as `curriculum.authoring.parts` holds it: place → what stands there.
Parts = Mapping[str, Any]


class Form(StrEnum):
    SINGLE = "single"
    UNIT = "unit"
    CROSS = "cross"
    PROJECT = "project"

    @property
    def words(self) -> str:
        return {"single": "单课时", "unit": "大单元", "cross": "跨学科", "project": "项目式"}[self.value]


class Role(StrEnum):
    """What a step does in a period."""

    OPENING = "opening"
    CORE = "core"
    ETHICS = "ethics"
    CHECK = "check"
    CLOSING = "closing"
    MENDING = "mending"
    BEFORE = "before"
    MORE = "more"
    HOST = "host"

    @property
    def words(self) -> str:
        return ROLE_WORDS[self]


ROLE_WORDS = {
    Role.OPENING: "引入与讲解",
    Role.CORE: "主要活动",
    Role.ETHICS: "伦理与社会",
    Role.CHECK: "检查",
    Role.CLOSING: "收束",
    Role.MENDING: "分清误解",
    Role.BEFORE: "先补一补",
    Role.MORE: "再做一个",
    Role.HOST: "学科部分",
}


class Act(StrEnum):
    """What becomes of a step of the lesson."""

    KEEP = "keep"
    TIME = "time"
    LEAVE_OUT = "leave_out"
    TAKE_IN = "take_in"
    NEW = "new"
    HOST = "host"

    @property
    def words(self) -> str:
        return {
            "keep": "照原来的",
            "time": "改时间",
            "leave_out": "这次不用",
            "take_in": "用上备用的",
            "new": "新加",
            "host": "学科部分",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Source:
    """Where something comes from: `kind` lesson, activity, item, misconception, concept, outcome, project, rule,
    class; `key` finds it again inside the platform."""

    kind: str
    words: str
    key: str = ""

    def as_json(self) -> dict[str, str]:
        return {"kind": self.kind, "words": self.words, "key": self.key}


@dataclass(frozen=True, slots=True)
class Belief:
    """How many of a class stand where on one concept; pupils without evidence are `unsure`."""

    known: int = 0
    nearly: int = 0
    practise: int = 0
    unsure: int = 0

    @property
    def of(self) -> int:
        return self.known + self.nearly + self.practise + self.unsure

    @property
    def judged(self) -> int:
        return self.of - self.unsure


@dataclass(frozen=True, slots=True)
class Confusion:
    """A misconception that pupils of the class show in two items."""

    id: str
    concept: str
    text: str
    remedy: str
    n: int


@dataclass(frozen=True, slots=True)
class ConceptFacts:
    key: str
    title: str
    prerequisites: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """A class in figures; without answers `beliefs` and `confusions` are empty. No pupil is named."""

    pupils: int = 0
    beliefs: Mapping[str, Belief] = field(default_factory=dict)
    confusions: tuple[Confusion, ...] = ()

    def belief(self, concept: str) -> Belief:
        return self.beliefs.get(concept, Belief(unsure=self.pupils))

    @property
    def is_known(self) -> bool:
        return any(one.judged for one in self.beliefs.values())


@dataclass(frozen=True, slots=True)
class StageFacts:
    """What the dated rules of the stage ask."""

    stage: str
    period_minutes: int
    genai_use: str
    genai_words: str = ""
    genai_source: str = ""
    ethics_required: bool = True


@dataclass(frozen=True, slots=True)
class LessonFacts:
    """A lesson to be planned: its parts, what it builds on, items of earlier lessons by concept, its outcomes."""

    key: str
    position: int
    title: str
    parts: Parts
    concepts: Mapping[str, ConceptFacts]
    earlier_items: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    outcomes: tuple[Source, ...] = ()

    @property
    def facts(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.parts["lesson"]
        return found

    @property
    def name(self) -> str:
        return f"第{self.position}课"

    @property
    def here(self) -> Source:
        return Source("lesson", f"{self.name} {self.title}", self.key)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the teacher asks for."""

    form: Form
    minutes: int
    has_computers: bool = True
    host: str = ""  # the subject, for a lesson across subjects
    host_minutes: int = 0
    periods: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """One stretch of a period. `key` is the step's in the lesson ("" for what isn't in it yet)."""

    key: str
    title: str
    kind: str
    role: Role
    act: Act
    minutes: int
    was: int | None
    reason: str
    sources: tuple[Source, ...]
    step: Mapping[str, Any] | None = None
    concept: str = ""
    items: tuple[Mapping[str, Any], ...] = ()  # new items that a new step asks


@dataclass(frozen=True, slots=True)
class Part:
    """One proposed change. `place` is in the lesson's parts; `before` is None for what is new there. For `kind`:
    step (a step changed), new (a step with its items), section (of the guide), facts (of the lesson)."""

    key: str
    kind: str
    lesson_key: str
    place: str
    title: str
    before: Any
    after: Any
    reason: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """One of the three groups: how many, and what each does; `text` says it without figures of the class."""

    key: str
    title: str
    n: int
    text: str
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    at: str  # the step's title
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class PeriodPlan:
    """A period: its blocks add up to `minutes`, exactly."""

    minutes: int
    blocks: tuple[Block, ...]
    questions: tuple[Question, ...]
    groups: tuple[Group, ...]
    ethics: str
    materials: tuple[str, ...]
    notes: tuple[str, ...]  # what the teacher should know of how this was made
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class UnitPeriod:
    """One period of a unit or project."""

    number: int
    lesson_key: str
    title: str
    question: str
    minutes: int
    does: tuple[tuple[str, int], ...]  # what, and minutes; they add up to `minutes`
    ethics: str
    check: str
    reason: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class UnitPlan:
    title: str
    question: str
    periods: tuple[UnitPeriod, ...]
    notes: tuple[str, ...]
    parts: tuple[Part, ...]
    rubric: tuple[str, ...] = ()
