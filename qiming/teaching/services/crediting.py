"""Computing the class-hour ledger of a period: always afresh from what is stored, never by hand."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from qiming.kernel.ids import new_id
from qiming.kernel.time import now, today
from qiming.teaching.models import Attendance, PeriodCredit, TaughtPeriod
from qiming.teaching.queries.ledger import evidence_of
from qiming.teaching.rules.credit import PeriodFacts, credit_of
from qiming.teaching.types import AttendanceStatus, EvidenceKind, PeriodState

_WHY = "credits of a period the actor has been let in to"


def facts_of(period: TaughtPeriod) -> PeriodFacts:
    return PeriodFacts(
        state=PeriodState(period.state),
        planned_date=period.planned_date,
        credited_minutes=period.credited_minutes,
        period_minutes=period.period_minutes,
        has_photos=period.photos.unscoped(_WHY).exists(),
        is_late=period.is_late,
        is_amended=period.is_amended,
    )


def evidence_kind_of(period: TaughtPeriod) -> EvidenceKind:
    """What stands behind a period as a whole: the platform, else photos, else the teacher's word."""
    if evidence_of(period.id):
        return EvidenceKind.PLATFORM
    return EvidenceKind.DOCUMENTED if facts_of(period).has_photos else EvidenceKind.DECLARED


def recompute(period: TaughtPeriod, pupil_ids: Iterable[UUID] | None = None) -> int:
    """Write the credit of every pupil with attendance (or of some); returns how many are credited."""
    rows = Attendance.objects.unscoped(_WHY).filter(period=period)
    if pupil_ids is not None:
        rows = rows.filter(pupil_id__in=list(pupil_ids))
    came = {pupil_id: AttendanceStatus(status) for pupil_id, status in rows.values_list("pupil_id", "status")}
    facts, evidence, at = facts_of(period), evidence_of(period.id, came), now()
    written = []
    for pupil_id, status in came.items():
        credit = credit_of(facts, status, evidence.get(pupil_id, []), today())
        written.append(
            PeriodCredit(
                id=new_id(),
                created_at=at,
                scope_path=period.scope_path,
                period=period,
                pupil_id=pupil_id,
                class_group_id=period.class_group_id,
                school_year=period.school_year,
                credited_minutes=credit.credited_minutes,
                period_minutes=credit.period_minutes,
                basis=credit.basis,
                reasons=list(credit.reasons),
                evidence_ids=list(credit.evidence_ids),
            )
        )
    PeriodCredit.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["period", "pupil_id"],
        update_fields=["credited_minutes", "period_minutes", "basis", "reasons", "evidence_ids"],
    )
    if pupil_ids is None:
        stale = PeriodCredit.objects.unscoped(_WHY).filter(period=period)
        stale.exclude(pupil_id__in=list(came)).delete()
    return sum(credit.credited_minutes > 0 for credit in written)
