"""What crosses the door of the teaching room."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from qiming.curriculum.types import AI


class DeliveryMode(StrEnum):
    STANDALONE = "standalone"
    INTEGRATED = "integrated"

    @property
    def zh(self) -> str:
        return {"standalone": "独立设课", "integrated": "与学科融合"}[self.value]


class PeriodState(StrEnum):
    PLANNED = "planned"
    LIVE = "live"
    TAUGHT = "taught"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"

    @property
    def zh(self) -> str:
        return {
            "planned": "已排",
            "live": "正在上",
            "taught": "等确认",
            "confirmed": "已确认",
            "cancelled": "已取消",
        }[self.value]


class EvidenceKind(StrEnum):
    """What stands behind a period or a pupil's share of it."""

    PLATFORM = "platform"
    DOCUMENTED = "documented"
    DECLARED = "declared"

    @property
    def zh(self) -> str:
        return {"platform": "平台记录", "documented": "有照片为证", "declared": "教师申报"}[self.value]


class AttendanceStatus(StrEnum):
    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"
    EXCUSED = "excused"

    @property
    def zh(self) -> str:
        return {"present": "到", "late": "迟到", "absent": "缺勤", "excused": "请假"}[self.value]

    @property
    def counts(self) -> bool:
        return self in (AttendanceStatus.PRESENT, AttendanceStatus.LATE)


class ActKind(StrEnum):
    """What a pupil did in a period, as learning tells it."""

    JOINED = "joined"
    ATTEMPT = "attempt"
    WORK = "work"
    REFLECTION = "reflection"
    ACTIVITY = "activity"
    TEST = "test"

    @property
    def zh(self) -> str:
        return {
            "joined": "进入课堂",
            "attempt": "作答",
            "work": "作品",
            "reflection": "感想",
            "activity": "做完环节",
            "test": "测验作答",
        }[self.value]


class Pace(StrEnum):
    TEACHER = "teacher"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class OfferingRef:
    id: UUID
    class_group_id: UUID
    course_version_id: UUID
    course_key: str
    title: str
    school_year: str
    mode: DeliveryMode
    host_subject: str
    share_minutes: int
    period_minutes: int
    opened_by: UUID
    is_open: bool
    scope_path: str
    subject: str = AI
    subject_words: str = ""  # said where it is not AI

    @property
    def counts_for_ai(self) -> bool:
        return self.subject == AI


@dataclass(frozen=True, slots=True)
class PeriodRef:
    id: UUID
    offering_id: UUID | None
    class_group_id: UUID
    school_year: str
    lesson_key: str
    lesson_version_id: UUID | None
    position: int
    title: str
    planned_date: date
    slot_no: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    state: PeriodState
    credited_minutes: int
    period_minutes: int
    evidence_kind: EvidenceKind | None
    taught_by: UUID | None
    confirmed_at: datetime | None
    is_late: bool
    is_amended: bool
    scope_path: str
    part: int = 1
    parts: int = 1
    subject: str = AI
    subject_words: str = ""  # said where it is not AI

    @property
    def counts_for_ai(self) -> bool:
        """Whether it can be an AI class hour at all."""
        return self.subject == AI

    @property
    def label(self) -> str:
        """第4课 背答案还是真会（1/2）; a period taught otherwise has only its title."""
        return period_label(self.position, self.title, self.part, self.parts)


def period_label(position: int, title: str, part: int = 1, parts: int = 1) -> str:
    number = f"第{position}课 " if position else ""
    return f"{number}{title}（{part}/{parts}）" if parts > 1 else f"{number}{title}"


@dataclass(frozen=True, slots=True)
class Released:
    """A step handed out: when, for how many minutes, to all or only to some."""

    key: str
    at: datetime
    minutes: int
    pupils: frozenset[UUID] | None = None  # None: to all

    def reaches(self, pupil_id: UUID) -> bool:
        return self.pupils is None or pupil_id in self.pupils


@dataclass(frozen=True, slots=True)
class PollState:
    id: UUID
    activity_key: str
    question: str
    choices: tuple[tuple[str, str], ...]
    round_no: int
    is_open: bool
    opened_at: datetime
    closed_at: datetime | None
    counts: dict[str, int] = field(default_factory=dict)
    mine: str | None = None

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class LiveState:
    """A period going on, as a pupil's or the wall's page needs it. `version` changes whenever any of it does."""

    period_id: UUID
    offering_id: UUID
    class_group_id: UUID
    lesson_key: str
    lesson_version_id: UUID
    title: str
    version: int
    released: tuple[Released, ...]
    current_activity: str
    pace: Pace
    is_paused: bool
    is_ended: bool
    started_at: datetime
    ends_at: datetime | None  # of the current step
    poll: PollState | None
    shown_work_id: UUID | None
    scope_path: str

    def open_to(self, pupil_id: UUID) -> list[str]:
        """The steps this pupil may work on, in the order they were handed out."""
        return list(dict.fromkeys(one.key for one in self.released if one.reaches(pupil_id)))


@dataclass(frozen=True, slots=True)
class LiveRef:
    """Where a pupil's class is at this moment, and whether the pupil is in."""

    period_id: UUID
    offering_id: UUID
    class_group_id: UUID
    lesson_key: str
    lesson_version_id: UUID
    title: str
    version: int
    has_joined: bool
    seq: int


@dataclass(frozen=True, slots=True)
class Credit:
    """What one pupil gets for one period, and why. The sum never exceeds the period."""

    credited_minutes: int
    period_minutes: int
    basis: EvidenceKind | None
    reasons: tuple[str, ...]
    evidence_ids: tuple[UUID, ...] = ()

    @property
    def periods(self) -> Fraction:
        return Fraction(self.credited_minutes, self.period_minutes)


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One period on one pupil's ledger, with what stands behind it."""

    period_id: UUID
    pupil_id: UUID
    planned_date: date
    slot_no: int | None
    title: str
    state: PeriodState
    attendance: AttendanceStatus | None
    is_late: bool
    is_amended: bool
    credit: Credit
    subject: str = AI
    subject_words: str = ""  # said where it is not AI

    @property
    def counts_for_ai(self) -> bool:
        return self.subject == AI


@dataclass(frozen=True, slots=True)
class LedgerTotal:
    """A pupil's school year: periods as an exact fraction, and how many rest on which evidence."""

    pupil_id: UUID
    class_group_id: UUID
    periods: Fraction
    counted: int
    by_basis: dict[EvidenceKind, int]


@dataclass(frozen=True, slots=True)
class ClassSummary:
    """A class's school year in figures. `confirmed_periods` weighs integrated periods by their share."""

    class_group_id: UUID
    school_year: str
    confirmed: int
    unconfirmed: int
    planned: int
    cancelled: int
    confirmed_periods: Fraction
    unconfirmed_periods: Fraction
    planned_periods: Fraction
    oldest_unconfirmed: date | None
    last_planned: date | None
    late: int
    by_evidence: dict[EvidenceKind, int]


@dataclass(frozen=True, slots=True)
class HomeworkRef:
    id: UUID
    offering_id: UUID
    class_group_id: UUID
    title: str
    note: str
    lesson_key: str
    activity_keys: tuple[str, ...]
    item_keys: tuple[str, ...]
    pupil_ids: frozenset[UUID] | None  # None: the whole class
    due_at: datetime
    is_open: bool
    set_by: UUID
    created_at: datetime
    scope_path: str

    def is_for(self, pupil_id: UUID) -> bool:
        return self.pupil_ids is None or pupil_id in self.pupil_ids


@dataclass(frozen=True, slots=True)
class TaughtSums:
    """What was taught under a place in a school year, added up; no class and no person is named.

    `periods`: lesson key ("" for what was taught otherwise), the outcomes its teacher named, state, how many.
    `classes`: what a class was taught, as lesson keys and named outcomes together, and how many classes it was so.
    """

    periods: tuple[tuple[str, frozenset[str], PeriodState, int], ...]
    classes: tuple[tuple[frozenset[str], int], ...]
