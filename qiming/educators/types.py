"""What crosses the room's door: what somebody's standing is, what a school lacks, what a training is."""

from dataclasses import dataclass, field
from enum import StrEnum

from qiming.registry.types import STAGE_NAMES, Stage


class Post(StrEnum):
    """What somebody is at a school, as far as training asks."""

    SECRETARY = "secretary"
    HEAD = "head"
    MIDDLE = "middle"
    TEACHER = "teacher"

    @property
    def zh(self) -> str:
        return {"secretary": "书记", "head": "校长", "middle": "中层", "teacher": "教师"}[self.value]


class Tier(StrEnum):
    """通识—应用—研究: each asks for the one before."""

    GENERAL = "general"
    APPLIED = "applied"
    RESEARCH = "research"

    @property
    def zh(self) -> str:
        return {"general": "通识", "applied": "应用", "research": "研究"}[self.value]

    @property
    def after(self) -> "Tier | None":
        """The tier that has to be passed before."""
        return {"general": None, "applied": Tier.GENERAL, "research": Tier.APPLIED}[self.value]


class Audience(StrEnum):
    """For whom a training is."""

    LEADERS = "leaders"
    AI_TEACHERS = "ai_teachers"
    SUBJECT_TEACHERS = "subject_teachers"

    @property
    def zh(self) -> str:
        return {"leaders": "管理者", "ai_teachers": "人工智能教师", "subject_teachers": "学科教师"}[
            self.value
        ]


class Mode(StrEnum):
    ONSITE = "onsite"
    ONLINE = "online"

    @property
    def zh(self) -> str:
        return {"onsite": "现场", "online": "网上"}[self.value]


class Level(StrEnum):
    """How somebody stands to a stage. It advises whoever opens a course and forbids nothing."""

    READY = "ready"
    ON_THE_WAY = "on_the_way"
    NOT_YET = "not_yet"
    UNKNOWN = "unknown"

    @property
    def zh(self) -> str:
        return {"ready": "可以教", "on_the_way": "培训中", "not_yet": "还差", "unknown": "没有登记"}[
            self.value
        ]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody may teach AI in a stage, and why: `lacks` in words the person can act upon."""

    stage: Stage
    level: Level
    lacks: tuple[str, ...] = ()
    source: str = ""
    verified: bool = False

    @property
    def stage_zh(self) -> str:
        return STAGE_NAMES[self.stage]


@dataclass(frozen=True, slots=True)
class Need:
    """One stage of a school: what its classes are owed in a year and what its teachers can give, in periods a year."""

    stage: Stage
    classes: int
    owed: int
    ready: int
    on_the_way: int
    can_give: int
    will_give: int

    @property
    def short_now(self) -> int:
        return max(0, self.owed - self.can_give)

    @property
    def short_after(self) -> int:
        """What is still missing when everybody who is in training has passed."""
        return max(0, self.owed - self.will_give)


@dataclass(frozen=True, slots=True)
class Credited:
    """What a training was worth for one person: hundredths of a credit, minutes by mode, and why (not)."""

    passed: bool
    hundredths: int
    minutes: dict[str, int] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
