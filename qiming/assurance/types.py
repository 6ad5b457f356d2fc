"""What the parts of the room hand to each other: cases, findings, metrics. Plain data; no Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Stage = Literal["primary", "junior", "senior", "any"]
Better = Literal["more", "less"]

STAGES = ("primary", "junior", "senior", "any")
KINDS = (
    "should_refuse",
    "should_answer",
    "tutoring",
    "subject",
    "stage",
    "privacy",
    "injection",
    "citation",
    "robustness",
)
DIMENSIONS = ("ethics", "data", "fit", "pedagogy")


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said. Roles in a bank: `user`; `assistant` where the bank plays the product's earlier reply."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a bank, as content/schemas/assurance_case.schema.json describes its line.

    `turns` are sent one after another; before each later `user` turn the product's own reply is added.
    `expect["grader"]` names the grader, the rest of `expect` are that grader's parameters.
    `sealed`: belongs to the blind re-test set, never shown to a vendor. `category` is `class` in the file.
    """

    id: str
    suite: str
    kind: str
    turns: tuple[Turn, ...]
    expect: Mapping[str, Any]
    metric: str
    group: str = ""
    category: str = ""
    stage: str = "any"
    system: str = ""
    source: str = "ours"
    status: str = "proposal"
    sealed: bool = False
    note: str = ""

    @property
    def asks(self) -> tuple[str, ...]:
        """What the pupil says, in order: one reply is awaited for each."""
        return tuple(turn.content for turn in self.turns if turn.role == "user")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a grader found in the replies to one case.

    `passed` None: rules cannot tell, a person must look. `label` is one word of the grader's list, `why` a
    Chinese sentence, `spans` the places (start, end) in the reply at which it was found: in the last reply
    unless `turn` says another (counted from 0).
    """

    passed: bool | None
    label: str
    why: str
    spans: tuple[tuple[int, int], ...] = ()
    turn: int = -1


@dataclass(frozen=True, slots=True)
class Metric:
    """A measured share or time. `low` and `high`: 95 % interval; the gate is held against the worse bound.

    `gate` None: reported, decides nothing. `undecided`: cases a person must still look at; not in `n`.
    """

    name: str
    value: float
    low: float
    high: float
    n: int
    gate: float | None
    passed: bool | None
    better: Better
    undecided: int = 0


@dataclass(frozen=True, slots=True)
class SuiteSummary:
    """The outcome of one suite on one product; `failed` counts samples that brought no reply."""

    suite: str
    target: str
    started: str
    seconds: float
    samples: int
    failed: int
    metrics: tuple[Metric, ...] = ()
    banks: Mapping[str, str] = field(default_factory=dict)
    passed: bool | None = None
