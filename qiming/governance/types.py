"""What crosses the governance room's door."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from uuid import UUID


class Reason(StrEnum):
    """Why a class may miss its periods, or why pupils have none."""

    NO_TEACHER = "no_teacher"
    NO_OFFERING = "no_offering"
    NEVER_TAUGHT = "never_taught"
    UNCONFIRMED = "unconfirmed"
    NOT_PLANNED = "not_planned"
    OFTEN_MISSED = "often_missed"
    NO_TIME = "no_time"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Because:
    """A reason with the sentence a reader sees."""

    reason: Reason
    says: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many periods a class will have at the end of the school year: about 9 times in 10 within low–high."""

    low: int
    high: int
    required: int

    @property
    def at_risk(self) -> bool:
        return self.low < self.required

    @property
    def words(self) -> str:
        return f"{self.low}节" if self.low == self.high else f"{self.low}至{self.high}节"

    @property
    def gap_words(self) -> str:
        least, most = max(0, self.required - self.high), max(0, self.required - self.low)
        if most == 0:
            return "够"
        return f"差{most}节" if least == most else f"差{least}至{most}节"


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What is known of one class's school year on `on`; the input of every rule here."""

    on: date
    required: int
    pupils: int
    has_teacher: bool
    has_offering: bool
    confirmed: Fraction
    unconfirmed: Fraction
    planned: Fraction
    oldest_unconfirmed: date | None
    weeks_left: int
    held: int  # periods of the school that fell due in the last six weeks and were taught
    missed: int  # … and were not


class AskState(StrEnum):
    """A request to a school: asked, answered by the school, closed by whoever asked."""

    ASKED = "asked"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def zh(self) -> str:
        return {"asked": "已请，待回", "answered": "学校已回复", "closed": "已办结"}[self.value]


@dataclass(frozen=True, slots=True)
class ClassLine:
    """One class on the desk."""

    class_id: UUID
    scope_path: str
    school_id: UUID
    school: str
    name: str
    grade: int
    pupils: int
    zero: int
    confirmed: int
    unconfirmed: int
    planned: int
    oldest_unconfirmed: date | None
    forecast: Forecast
    because: tuple[Because, ...]
    ask: "AskRef | None" = None


@dataclass(frozen=True, slots=True)
class AskRef:
    """A request and how it stands."""

    id: UUID
    class_id: UUID
    state: AskState
    text: str
    asked_on: datetime
    due_on: date
    answer: str = ""
    answered_on: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One place below the desk's place: a district, a school or a class, in code order, never ranked."""

    id: UUID
    name: str
    classes: int
    pupils: int
    zero: int | None  # None: fewer than the smallest group that is shown
    at_risk: int
    mean: Fraction
    low: int
    high: int
    confirmed_by_month: tuple[float, ...]
    planned_by_month: tuple[float, ...]
    by_evidence: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Totals:
    """The desk's place as a whole."""

    schools: int
    classes: int
    pupils: int
    zero: int | None
    enough: int | None
    at_risk_classes: int
    at_risk_pupils: int
    by_evidence: dict[str, int] = field(default_factory=dict)
