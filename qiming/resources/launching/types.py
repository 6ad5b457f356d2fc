"""What crosses the door of launching: stricter conditions, the answer of the gate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from qiming.assurance.admission import LEAST_SCOPES


class State(StrEnum):
    """Where a school is with a product; the states of the workflow `adoption`."""

    NEED = "need"
    REQUESTED = "requested"
    SCHOOL_DECIDED = "school_decided"
    DISTRICT_FILED = "district_filed"
    ENABLED = "enabled"
    PAUSED = "paused"
    HELD = "held"
    ENDING = "ending"
    ENDED = "ended"
    DECLINED = "declined"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def zh(self) -> str:
        return _STATE_ZH[self]


_STATE_ZH = {
    State.NEED: "老师在写",
    State.REQUESTED: "等学校决定",
    State.SCHOOL_DECIDED: "等区里备案",
    State.DISTRICT_FILED: "已备案，等开到班",
    State.ENABLED: "在用",
    State.PAUSED: "学校停用",
    State.HELD: "主管单位停用",
    State.ENDING: "已停用，等交回数据",
    State.ENDED: "已结束",
    State.DECLINED: "学校没有选用",
    State.REFUSED: "区里没有同意",
    State.WITHDRAWN: "已收回",
}
# A school has a product at most once in one of these.
UNDER_WAY = (
    State.NEED,
    State.REQUESTED,
    State.SCHOOL_DECIDED,
    State.DISTRICT_FILED,
    State.ENABLED,
    State.PAUSED,
    State.HELD,
    State.ENDING,
)
# The school's decision stands and its classes know of it.
IN_USE = (State.ENABLED, State.PAUSED, State.HELD)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a school or a district adds to the city's conditions. Every field can only take away: nothing here can be
    written that allows more. `stages` None: as before. `daily_launches` is of one school and day."""

    stages: frozenset[str] | None = None
    functions_off: frozenset[str] = frozenset()
    data_off: frozenset[str] = frozenset()
    daily_launches: int | None = None
    until: date | None = None
    supervised_only: bool = False
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "stages": sorted(self.stages) if self.stages is not None else None,
            "functions_off": sorted(self.functions_off),
            "data_off": sorted(self.data_off),
            "daily_launches": self.daily_launches,
            "until": self.until.isoformat() if self.until else None,
            "supervised_only": self.supervised_only,
            "note": self.note,
        }

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Limits":
        """The limits out of what was stored."""
        stages, until = data.get("stages"), data.get("until")
        return cls(
            frozenset(stages) if stages is not None else None,
            frozenset(data.get("functions_off", ())),
            frozenset(data.get("data_off", ())),
            data.get("daily_launches"),
            date.fromisoformat(until) if until else None,
            bool(data.get("supervised_only")),
            str(data.get("note", "")),
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """The conditions that hold at one school: the city's with everything district and school added. A daily number of
    the city is of all schools together, one of district or school is of this school. `data_scopes`: what the product
    gets here of what it takes by its own word."""

    stages: frozenset[str] = frozenset()  # may hold ANY; empty: none
    subjects: frozenset[str] = frozenset()  # likewise
    functions_off: frozenset[str] = frozenset()
    data_scopes: frozenset[str] = frozenset()
    city_daily: int | None = None
    school_daily: int | None = None
    until: date | None = None
    supervised_only: bool = False

    @property
    def needs_consent(self) -> bool:
        """Whether the product gets more about a child than the pseudonym, grade and class of every launch."""
        return bool(self.data_scopes - LEAST_SCOPES)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the gate looks at for one launch, gathered before it is asked. `consent` None: none is needed."""

    today: date
    serves: bool
    serves_not: str
    state: State | None
    stopped_why: str
    terms: Terms
    stage: str
    subject: str
    class_until: date | None
    belongs: bool
    placed: bool
    is_live: bool
    consent: bool | None


@dataclass(frozen=True, slots=True)
class Decision:
    """The gate's answer. `reason` says in Chinese why not, for the person who meets it. What the product is told is
    `pseudonym` (of this person for this product; empty: nobody), and of `data_scopes` what is named there.
    `kept_back`: what it takes by its own word and does not get here."""

    yes: bool
    reason: str
    product_id: UUID
    version_id: UUID | None = None
    pseudonym: str = ""
    data_scopes: frozenset[str] = frozenset()
    functions_off: frozenset[str] = frozenset()
    instead: str = ""
    kept_back: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self.yes


@dataclass(frozen=True, slots=True)
class ToolLine:
    """A tool at a lesson, as teacher and pupil meet it. `stopped`: why it does not open now, empty when it does."""

    place_id: UUID
    product_id: UUID
    title: str
    task: str
    instead: str
    stopped: str


@dataclass(frozen=True, slots=True)
class Need:
    """What a teacher writes when asking for a product."""

    class_id: UUID
    lesson_key: str
    purpose: str
    alternatives: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a condition cannot be added."""

    field: str
    says: str


@dataclass(frozen=True, slots=True)
class ClassUse:
    """A class that uses a product: until when, how many answers of families are there."""

    class_id: UUID
    name: str
    until: date
    given: int = 0
    refused: int = 0
    pupils: int = 0

    @property
    def silent(self) -> int:
        return self.pupils - self.given - self.refused


@dataclass(frozen=True, slots=True)
class Launch:
    """A launch that was let through, for who carries it out."""

    decision: Decision
    place_id: UUID | None
    launch: Mapping[str, Any] = field(default_factory=dict)
