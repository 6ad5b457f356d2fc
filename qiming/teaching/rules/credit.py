"""What a pupil is credited with for one period, and why. The one place where class hours are decided.

Exact minutes, never rounded: an integrated period of 20 minutes in 45 is the fraction 20/45.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from qiming.teaching.types import ActKind, AttendanceStatus, Credit, EvidenceKind, PeriodState


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    state: PeriodState
    planned_date: date
    credited_minutes: int
    period_minutes: int
    has_photos: bool
    is_late: bool = False
    is_amended: bool = False
    other_subject: str = ""  # its name, when it is not an AI period


@dataclass(frozen=True, slots=True)
class EvidenceFact:
    id: UUID
    kind: ActKind
    count: int
    late_count: int = 0


@dataclass(frozen=True, slots=True)
class Sitting:
    """When a period was held and what was taught in it: enough to tell whether two are one for a pupil."""

    place_id: UUID
    on: date
    slot_no: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    course_key: str
    lesson_key: str
    part: int
    parts: int


def is_same_time(one: Sitting, other: Sitting) -> bool:
    """Whether nobody could have been in both."""
    if one.starts_at and one.ends_at and other.starts_at and other.ends_at:
        return one.starts_at < other.ends_at and other.starts_at < one.ends_at
    return one.on == other.on and one.slot_no is not None and one.slot_no == other.slot_no


def is_same_lesson(one: Sitting, other: Sitting) -> bool:
    """Whether the same lesson of the same course was taught; cut into other parts, a part stands for the whole."""
    same = one.course_key == other.course_key and one.lesson_key == other.lesson_key
    return (
        bool(one.course_key and one.lesson_key)
        and same
        and (one.parts != other.parts or one.part == other.part)
    )


def counted_elsewhere(period: Sitting, others: Iterable[Sitting]) -> tuple[str, UUID] | None:
    """Why a period does not count for a pupil to whom `others` are credited already, and where that was.

    A pupil who has a class and teaching groups, or who changed school, is credited once: never for two periods
    at one time, and for a lesson of a course once a school year, whichever place taught it first. Within one
    place a lesson may be held again; then its teacher has decided so.
    """
    for other in others:
        if other.place_id == period.place_id:
            continue
        if is_same_time(period, other):
            return "同一时间在{place}上课，已经记在那一节", other.place_id
        if is_same_lesson(period, other):
            return "这一课在{place}上过，一学年只记一次", other.place_id
    return None


def credit_of(
    period: PeriodFacts,
    attendance: AttendanceStatus | None,
    evidence: Sequence[EvidenceFact],
    today: date,
    elsewhere: str = "",
) -> Credit:
    """The verdict for one pupil. Nothing but a confirmed AI period that the pupil attended counts; `elsewhere` says
    where it counts already."""
    against = _against(period, attendance, today) or _of_other_subject(period) or elsewhere
    told = tuple(_tell(one) for one in evidence)
    ids = tuple(one.id for one in evidence)
    if against:
        after = (f"{'；'.join(told)}：记在学习记录里，不折算课时",) if told else ()
        return Credit(0, period.period_minutes, None, (against, *after), ids)
    minutes = min(period.credited_minutes, period.period_minutes)
    reasons = [f"{_came(attendance)}，教师已确认", _share(minutes, period.period_minutes)]
    basis = basis_of(evidence, has_photos=period.has_photos)
    reasons.append(_basis_words(basis, told))
    if period.is_late:
        reasons.append("确认得晚，已注明")
    if period.is_amended:
        reasons.append("确认后更正过，以更正为准")
    return Credit(minutes, period.period_minutes, basis, tuple(reasons), ids)


def _against(period: PeriodFacts, attendance: AttendanceStatus | None, today: date) -> str:
    if period.state is PeriodState.CANCELLED:
        return "这节课取消了"
    if period.planned_date > today:
        return "还没有到上课的日子"
    if period.state is not PeriodState.CONFIRMED:
        return "教师还没有确认这节课"
    if attendance is None:
        return "上课那天不在这个班的名单里"
    if not attendance.counts:
        return f"{attendance.zh}，这节不计"
    return ""


def _of_other_subject(period: PeriodFacts) -> str:
    return f"{period.other_subject}课，不折算人工智能课时" if period.other_subject else ""


def basis_of(evidence: Iterable[EvidenceFact], *, has_photos: bool) -> EvidenceKind:
    """The strongest thing that stands behind a pupil's share of a period."""
    if any(one.count for one in evidence):
        return EvidenceKind.PLATFORM
    return EvidenceKind.DOCUMENTED if has_photos else EvidenceKind.DECLARED


def _came(attendance: AttendanceStatus | None) -> str:
    return "迟到，照记" if attendance is AttendanceStatus.LATE else "到课"


def _share(minutes: int, length: int) -> str:
    if minutes == length:
        return f"整节{length}分钟，记1课时"
    part = Fraction(minutes, length)
    return f"这节{length}分钟，其中人工智能{minutes}分钟，记{part.numerator}/{part.denominator}课时"


def _basis_words(basis: EvidenceKind, told: tuple[str, ...]) -> str:
    if basis is EvidenceKind.PLATFORM:
        return f"平台记录：{'，'.join(told)}"
    if basis is EvidenceKind.DOCUMENTED:
        return "有课堂照片为证"
    return "教师申报，没有平台记录和照片"


def _tell(one: EvidenceFact) -> str:
    said = one.kind.zh if one.kind is ActKind.JOINED else f"{one.kind.zh}{one.count}次"
    return f"{said}（{one.late_count}次在下课后送到）" if one.late_count else said


def total(given: Iterable[Credit]) -> Fraction:
    """The sum of credits in periods, exact."""
    return sum((one.periods for one in given), Fraction(0))


def shown(periods: Fraction) -> str:
    """Periods for people: whole, or one decimal rounded down so that nothing is claimed that isn't there."""
    tenths = periods.numerator * 10 // periods.denominator
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"
