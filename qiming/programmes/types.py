"""What crosses the programmes' door: a programme as content says it, a figure with its source, a place in a ranking."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class Status(StrEnum):
    """How well a criterion is founded."""

    POLICY = "policy"
    SEEN = "seen"
    PROPOSAL = "proposal"

    @property
    def zh(self) -> str:
        return {"policy": "正式公布", "seen": "见到转述", "proposal": "本平台提议，非官方标准"}[self.value]


class Ends(StrEnum):
    """What a chosen application becomes."""

    NAMED = "named"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Criterion:
    key: str
    title: str
    source: str
    status: Status
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the form: a figure the platform knows (`fact`), a choice of scenario, or words (at most `most`)."""

    key: str
    title: str
    hint: str = ""
    fact: str = ""
    scenario: bool = False
    most: int = 0
    criterion: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """What a named school owes by the end of each year: at least so many (`partners`, `supports`, `published`)."""

    key: str
    title: str
    least: int


@dataclass(frozen=True, slots=True)
class Programme:
    """A kind of call. `places`: how many may ever be in force at once, None for no limit; `blind`: reviewers
    don't see which school it is; `digest` names this version."""

    key: str
    title: str
    says: str
    rubric: str
    ends: Ends
    many: bool
    visit: bool
    blind: bool
    places: int | None
    source: str
    status: Status
    criteria: tuple[Criterion, ...]
    fields: tuple[Field, ...]
    open_days: int
    term_years: int
    duties: tuple[Duty, ...]
    digest: str

    @property
    def facts(self) -> list[Field]:
        return [one for one in self.fields if one.fact]

    @property
    def words(self) -> list[Field]:
        return [one for one in self.fields if one.most]

    @property
    def asks_scenario(self) -> bool:
        return any(one.scenario for one in self.fields)

    @property
    def review_state(self) -> str:
        return {"schools": "school_review", "campus": "campus_review", "practice": "practice_review"}[
            self.rubric
        ]

    @property
    def close_review(self) -> str:
        return {"schools": "close_review", "campus": "close_campus", "practice": "close_practice"}[
            self.rubric
        ]


@dataclass(frozen=True, slots=True)
class Figure:
    """What the platform knows about a school, with where it comes from; nobody types it. `url`: the page behind it."""

    key: str
    title: str
    value: int
    unit: str
    source: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Quota:
    """How many may be chosen: in all, in each cell (district path, stage), and at least `floor` from `floor_districts`
    when enough of them are eligible. A cell without a number has `per_cell`; None is no limit."""

    total: int
    per_cell: int | None = None
    cells: Mapping[tuple[str, str], int] | None = None
    floor: int = 0
    floor_districts: frozenset[str] = frozenset()

    def room(self, cell: tuple[str, str]) -> int | None:
        return (self.cells or {}).get(cell, self.per_cell)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reviewed application. `percent` is None when the reviewers did not accept it; `held`: already proposed or named."""

    id: UUID
    district: str
    stage: str
    percent: float | None
    held: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """What the ranking says of one application: its place among the accepted (0: none), whether chosen, and why."""

    id: UUID
    rank: int
    chosen: bool
    why: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What the city sets when it calls."""

    opens_on: date
    closes_on: date
    quota: Quota
    recommend_most: int | None = None
