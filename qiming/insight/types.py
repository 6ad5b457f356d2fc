"""What crosses the door of this room."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from qiming.curriculum.marked import Marked
from qiming.curriculum.types import Item, Misconception
from qiming.registry.types import OrgRef, PupilRef
from qiming.teaching.types import OfferingRef, PeriodRef

# A pupil's id as text. A report looks pupils up ten thousand times, and a UUID works out its hash anew each time.
PupilKey = str
Bands = Mapping[tuple[PupilKey, str], str]  # (pupil, concept) → mastery.Band


class Answered(NamedTuple):
    """One answer as the rules see it. A class gives thousands: kept as light as can be. `at` in seconds."""

    pupil_id: PupilKey
    item_key: str
    concept: str
    correct: bool | None
    misconceptions: list[str]
    hints_used: int
    solution_shown: bool
    at: float


@dataclass(frozen=True, slots=True)
class Held:
    """Who shows one misconception. `pupils` count; the others are told apart so that nobody is counted twice."""

    id: str
    pupils: frozenset[PupilKey]
    clue: frozenset[PupilKey]
    cleared: frozenset[PupilKey]
    answered: int
    by_item: tuple[tuple[str, int], ...]
    is_single: bool  # only one item that could show it was asked: a clue, no more

    @property
    def n(self) -> int:
        return len(self.pupils)


class GroupKind(StrEnum):
    MISCONCEPTION = "misconception"
    CONCEPT = "concept"
    OWN = "own"
    AHEAD = "ahead"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Members:
    """A suggested group: why, and who (by seat)."""

    kind: GroupKind
    key: str
    pupils: tuple[PupilKey, ...]


class StepKind(StrEnum):
    MISCONCEPTION = "misconception"
    CONCEPT = "concept"
    AHEAD = "ahead"
    WAIT = "wait"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the evidence asks for next: `key` names the misconception or the concept, `n` of `of` pupils show it."""

    kind: StepKind
    key: str = ""
    n: int = 0
    of: int = 0
    is_single: bool = False


@dataclass(frozen=True, slots=True)
class After:
    """What became of those who held a misconception before the last lesson, and who shows it for the first time."""

    key: str
    before: int
    cleared: frozenset[PupilKey]
    still: frozenset[PupilKey]
    unseen: frozenset[PupilKey]
    fresh: frozenset[PupilKey]


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of an answer distribution; `html` is made from the item by us."""

    key: str
    html: str
    n: int
    of: int
    kind: str = ""  # yes: right · hot: the misconception looked at

    @property
    def share(self) -> int:
        return round(100 * self.n / self.of) if self.of else 0


@dataclass(frozen=True, slots=True)
class Remedy:
    """A spare step of a lesson that treats a misconception."""

    lesson_id: UUID
    lesson_key: str
    position: int
    step_key: str
    number: str
    title: str
    minutes: int


@dataclass(frozen=True, slots=True)
class ItemPlace:
    """An item and where it stands in its course."""

    item: Item
    lesson_id: UUID
    lesson_key: str
    lesson_position: int
    lesson_title: str

    @property
    def name(self) -> str:
        return f"第{self.lesson_position}课第{self.item.position}题"


@dataclass(frozen=True, slots=True)
class Distribution:
    """First answers to one item, counted."""

    place: ItemPlace
    concept: str
    n: int
    bars: tuple[Bar, ...]
    marked: Marked | None = None  # of a hotspot: its picture with how many chose each area


@dataclass(frozen=True, slots=True)
class MisconceptionLine:
    """A misconception as the report tells it."""

    held: Held
    misconception: Misconception
    remedy: Remedy | None
    items: tuple[tuple[ItemPlace, int], ...]
    shown: Distribution | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A suggested group in words."""

    kind: GroupKind
    key: str
    title: str
    why: str
    pupils: tuple[PupilRef, ...]
    remedy: Remedy | None = None

    @property
    def n(self) -> int:
        return len(self.pupils)


@dataclass(frozen=True, slots=True)
class AfterLine:
    """The last suggestion and what happened, in words and counts."""

    after: After
    misconception: Misconception
    lesson_before: int
    lesson: PeriodRef
    remedy: Remedy | None
    was_done: bool | None  # None: no trace of whether the step was handed out


@dataclass(frozen=True, slots=True)
class Column:
    """A concept as the head of a narrow column."""

    key: str
    title: str

    @property
    def short(self) -> str:
        return self.title.partition("：")[0]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a report belongs."""

    offering: OfferingRef
    group: OrgRef
    school: OrgRef


@dataclass(frozen=True, slots=True)
class ClassReport:
    """Everything the class report shows."""

    place: Place
    pupils: tuple[PupilRef, ...]
    left_out: int  # pupils whose results do not leave the class, for a reader from outside it
    concepts: tuple[Column, ...]
    bands: Bands
    step: NextStep
    heading: str
    groups: tuple[Group, ...]
    misconceptions: tuple[MisconceptionLine, ...]
    clues: tuple[MisconceptionLine, ...]
    after: AfterLine | None
    answers: int
    answerers: int
    latest: datetime | None
    lessons: tuple[int, ...]  # positions of the lessons that were answered
    next_period: PeriodRef | None
    made_of: Hashable = None  # equal for reports that say the same, `next_period` aside

    @property
    def practise(self) -> list[int]:
        """Per concept, how many still have to practise."""
        return [
            sum(1 for pupil in self.pupils if self.bands.get((str(pupil.id), one.key)) == "practise")
            for one in self.concepts
        ]


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class on the home page: one sentence, and what it rests on."""

    offering: OfferingRef
    group: OrgRef
    step: NextStep | None
    finding: str
    answers: int
    answerers: int
    pupils: int
    latest: datetime | None
