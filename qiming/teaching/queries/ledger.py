"""The class-hour ledger: per pupil, per class, per place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from django.db.models import Count, Max, Min, Q, Sum

from qiming.curriculum.types import AI
from qiming.teaching.models import Attendance, PeriodCredit, PeriodEvidence, TaughtPeriod
from qiming.teaching.queries.refs import WHY, credit_ref, other_subject
from qiming.teaching.rules.credit import EvidenceFact
from qiming.teaching.types import (
    ActKind,
    AttendanceStatus,
    ClassSummary,
    Credit,
    EvidenceKind,
    LedgerLine,
    LedgerTotal,
    PeriodState,
    period_label,
)


def ledger_of_pupil(person_id: UUID, school_year: str) -> list[LedgerLine]:
    """A pupil's school year, period by period, with what stands behind each number."""
    rows = PeriodCredit.objects.unscoped(WHY).filter(pupil_id=person_id, school_year=school_year)
    return _lines(rows.select_related("period").order_by("period__planned_date", "period__slot_no"))


def ledger_of_period(period_id: UUID) -> list[LedgerLine]:
    """All pupils of one period."""
    rows = PeriodCredit.objects.unscoped(WHY).filter(period_id=period_id)
    return _lines(rows.select_related("period"))


def ledger_of_class(class_id: UUID, school_year: str) -> list[LedgerLine]:
    """All pupils of one class, found by its periods: few, where a city's lines are millions."""
    rows = PeriodCredit.objects.unscoped(WHY).filter(
        period__class_group_id=class_id, period__school_year=school_year
    )
    return _lines(rows.select_related("period").order_by("period__planned_date", "period__slot_no"))


def _lines(rows: Iterable[PeriodCredit]) -> list[LedgerLine]:
    found = list(rows)
    rows_of_attendance = (
        Attendance.objects.unscoped(WHY)
        .filter(period_id__in={row.period_id for row in found})
        .values_list("period_id", "pupil_id", "status")
    )
    came = {(period_id, pupil_id): status for period_id, pupil_id, status in rows_of_attendance}
    return [_line(row, came.get((row.period_id, row.pupil_id))) for row in found]


def _line(row: PeriodCredit, status: str | None) -> LedgerLine:
    period = row.period
    return LedgerLine(
        period_id=period.id,
        pupil_id=row.pupil_id,
        planned_date=period.planned_date,
        slot_no=period.slot_no,
        title=period_label(period.position, period.title, period.part, period.parts),
        state=PeriodState(period.state),
        attendance=AttendanceStatus(status) if status else None,
        is_late=period.is_late,
        is_amended=period.is_amended,
        credit=credit_ref(row),
        subject=period.subject,
        subject_words=other_subject(period.subject),
    )


def ledger_totals(scope_path: str, school_year: str) -> dict[UUID, LedgerTotal]:
    """Exact sums per pupil for everybody credited under a place. Whoever has no line has no period."""
    rows = (
        PeriodCredit.objects.unscoped(WHY)
        .filter(scope_path__startswith=scope_path, school_year=school_year)
        .order_by()
        .values_list("pupil_id", "class_group_id", "period_minutes", "basis")
        .annotate(minutes=Sum("credited_minutes"), counted=Count("id", filter=Q(credited_minutes__gt=0)))
    )
    return _totals(rows)


def totals_of_pupils(pupil_ids: Iterable[UUID], school_year: str) -> dict[UUID, LedgerTotal]:
    """Exact sums for some pupils, whatever classes they were in: hours move with the pupil."""
    rows = (
        PeriodCredit.objects.unscoped(WHY)
        .filter(pupil_id__in=list(pupil_ids), school_year=school_year)
        .order_by()
        .values_list("pupil_id", "class_group_id", "period_minutes", "basis")
        .annotate(minutes=Sum("credited_minutes"), counted=Count("id", filter=Q(credited_minutes__gt=0)))
    )
    return _totals(rows)


def _totals(rows: Iterable[tuple[UUID, UUID, int, str | None, int, int]]) -> dict[UUID, LedgerTotal]:
    periods: dict[UUID, Fraction] = defaultdict(Fraction)
    counted: dict[UUID, int] = defaultdict(int)
    by_basis: dict[UUID, dict[EvidenceKind, int]] = defaultdict(dict)
    classes: dict[UUID, UUID] = {}
    for pupil_id, class_id, length, basis, minutes, number in rows:
        classes[pupil_id] = class_id
        periods[pupil_id] += Fraction(minutes, length)
        counted[pupil_id] += number
        if basis and number:
            kinds = by_basis[pupil_id]
            kinds[EvidenceKind(basis)] = kinds.get(EvidenceKind(basis), 0) + number
    return {
        pupil_id: LedgerTotal(
            pupil_id, class_id, periods[pupil_id], counted[pupil_id], by_basis.get(pupil_id, {})
        )
        for pupil_id, class_id in classes.items()
    }


def credit_of_pupil(period_id: UUID, pupil_id: UUID) -> Credit | None:
    row = PeriodCredit.objects.unscoped(WHY).filter(period_id=period_id, pupil_id=pupil_id).first()
    return credit_ref(row) if row else None


def class_summary(class_id: UUID, school_year: str) -> ClassSummary:
    return class_summaries([class_id], school_year)[class_id]


def class_summaries(class_ids: Iterable[UUID], school_year: str) -> dict[UUID, ClassSummary]:
    """AI class hours of several classes with one question to the database; other subjects' periods are none."""
    wanted = list(class_ids)
    rows = (
        TaughtPeriod.objects.unscoped(WHY)
        .filter(class_group_id__in=wanted, school_year=school_year, subject=AI)
        .order_by()
        .values_list(
            "class_group_id", "state", "credited_minutes", "period_minutes", "evidence_kind", "is_late"
        )
        .annotate(n=Count("id"), first=Min("planned_date"), last=Max("planned_date"))
    )
    grouped: dict[UUID, list[_Group]] = {class_id: [] for class_id in wanted}
    for class_id, *rest in rows:
        grouped[class_id].append(_Group(*rest))
    return {class_id: _summary(class_id, school_year, groups) for class_id, groups in grouped.items()}


@dataclass(frozen=True, slots=True)
class _Group:
    """Periods of a class that are alike in all that the summary asks about."""

    state: str
    minutes: int
    length: int
    evidence: str | None
    is_late: bool
    n: int
    first: date
    last: date

    @property
    def periods(self) -> Fraction:
        return self.n * Fraction(self.minutes, self.length)


def _summary(class_id: UUID, school_year: str, groups: list[_Group]) -> ClassSummary:
    waiting = (PeriodState.TAUGHT, PeriodState.LIVE)
    confirmed = [one for one in groups if one.state == PeriodState.CONFIRMED]
    unconfirmed = [one for one in groups if one.state in waiting]
    planned = [one for one in groups if one.state == PeriodState.PLANNED]
    by_evidence: dict[EvidenceKind, int] = {}
    for one in confirmed:
        if one.evidence:
            by_evidence[EvidenceKind(one.evidence)] = by_evidence.get(EvidenceKind(one.evidence), 0) + one.n
    return ClassSummary(
        class_group_id=class_id,
        school_year=school_year,
        confirmed=sum(one.n for one in confirmed),
        unconfirmed=sum(one.n for one in unconfirmed),
        planned=sum(one.n for one in planned),
        cancelled=sum(one.n for one in groups if one.state == PeriodState.CANCELLED),
        confirmed_periods=sum((one.periods for one in confirmed), Fraction(0)),
        unconfirmed_periods=sum((one.periods for one in unconfirmed), Fraction(0)),
        planned_periods=sum((one.periods for one in planned), Fraction(0)),
        oldest_unconfirmed=min((one.first for one in unconfirmed), default=None),
        last_planned=max((one.last for one in planned), default=None),
        late=sum(one.n for one in confirmed if one.is_late),
        by_evidence=by_evidence,
    )


def attendance_of(period_id: UUID) -> dict[UUID, AttendanceStatus]:
    rows = Attendance.objects.unscoped(WHY).filter(period_id=period_id).values_list("pupil_id", "status")
    return {pupil_id: AttendanceStatus(status) for pupil_id, status in rows}


def evidence_of(period_id: UUID, pupil_ids: Iterable[UUID] | None = None) -> dict[UUID, list[EvidenceFact]]:
    """What each pupil did in a period, counted by kind."""
    rows = PeriodEvidence.objects.unscoped(WHY).filter(period_id=period_id)
    if pupil_ids is not None:
        rows = rows.filter(pupil_id__in=list(pupil_ids))
    found: dict[UUID, list[EvidenceFact]] = defaultdict(list)
    for row in rows.order_by("first_at", "id"):
        found[row.pupil_id].append(EvidenceFact(row.id, ActKind(row.kind), row.count, row.late_count))
    return dict(found)
