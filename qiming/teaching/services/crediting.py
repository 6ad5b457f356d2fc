"""Computing the class-hour ledger of a period: always afresh from what is stored, never by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db import connection

from qiming.kernel.ids import new_id
from qiming.kernel.time import now, today
from qiming.registry import queries as registry
from qiming.teaching.models import Attendance, PeriodCredit, TaughtPeriod
from qiming.teaching.queries.ledger import evidence_of
from qiming.teaching.queries.refs import other_subject
from qiming.teaching.rules.credit import (
    PeriodFacts,
    Sitting,
    counted_elsewhere,
    credit_of,
    is_same_lesson,
    is_same_time,
)
from qiming.teaching.types import AttendanceStatus, Credit, EvidenceKind, PeriodState

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
        other_subject=other_subject(period.subject),
    )


def evidence_kind_of(period: TaughtPeriod) -> EvidenceKind:
    """What stands behind a period as a whole: the platform, else photos, else the teacher's word."""
    if evidence_of(period.id):
        return EvidenceKind.PLATFORM
    return EvidenceKind.DOCUMENTED if facts_of(period).has_photos else EvidenceKind.DECLARED


def recompute(period: TaughtPeriod, pupil_ids: Iterable[UUID] | None = None) -> int:
    """Write the credit of every pupil with attendance (or of some); returns how many are credited.

    What counts for a pupil in another place already is not counted again; when a credit falls away here, the
    periods that had stood back for it are computed again.
    """
    rows = Attendance.objects.unscoped(_WHY).filter(period=period)
    if pupil_ids is not None:
        rows = rows.filter(pupil_id__in=list(pupil_ids))
    came = {pupil_id: AttendanceStatus(status) for pupil_id, status in rows.values_list("pupil_id", "status")}
    _take_turns(came)
    facts, evidence, there = facts_of(period), evidence_of(period.id, came), _kept(period)
    elsewhere = _standing(period, came)
    given = {
        pupil_id: credit_of(facts, status, evidence.get(pupil_id, []), today(), elsewhere.get(pupil_id, ""))
        for pupil_id, status in came.items()
    }
    _write(period, {one: credit for one, credit in given.items() if there.get(one) != credit})
    looked_at = set(came) if pupil_ids is not None else set(there) | set(came)
    if stale := looked_at - set(came):
        PeriodCredit.objects.unscoped(_WHY).filter(period=period, pupil_id__in=stale).delete()
    had = {one for one in looked_at if one in there and there[one].credited_minutes}
    _give_back(period, had - {one for one, credit in given.items() if credit.credited_minutes})
    return sum(credit.credited_minutes > 0 for credit in given.values())


def _kept(period: TaughtPeriod) -> dict[UUID, Credit]:
    """What the ledger says of this period, by pupil."""
    rows = PeriodCredit.objects.unscoped(_WHY).filter(period=period).order_by()
    columns = ("pupil_id", "credited_minutes", "period_minutes", "basis", "reasons", "evidence_ids")
    return {
        pupil_id: Credit(
            minutes, length, EvidenceKind(basis) if basis else None, tuple(reasons), tuple(evidence_ids)
        )
        for pupil_id, minutes, length, basis, reasons, evidence_ids in rows.values_list(*columns)
    }


def _write(period: TaughtPeriod, lines: Mapping[UUID, Credit]) -> None:
    """Lines that are new or say something else than before; what is right already is not written again."""
    at = now()
    PeriodCredit.objects.bulk_create(
        [
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
            for pupil_id, credit in lines.items()
        ],
        update_conflicts=True,
        unique_fields=["period", "pupil_id"],
        update_fields=["credited_minutes", "period_minutes", "basis", "reasons", "evidence_ids"],
    )


def _take_turns(pupil_ids: Iterable[UUID]) -> None:
    """Let nobody else credit these pupils until this transaction ends: two places must not both be the first."""
    keys = sorted(f"teaching.credit.{one}" for one in pupil_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%s::text[]) AS key", [keys]
        )


def _standing(period: TaughtPeriod, pupil_ids: Iterable[UUID]) -> dict[UUID, str]:
    """By pupil why this period does not count, as things stand: it does in another place."""
    rows = (
        PeriodCredit.objects.unscoped(_WHY)
        .filter(pupil_id__in=list(pupil_ids), school_year=period.school_year, credited_minutes__gt=0)
        .exclude(class_group_id=period.class_group_id)
        .select_related("period__offering")
        .order_by("period__planned_date", "period__slot_no", "id")
    )
    others: dict[UUID, list[Sitting]] = {}
    for row in rows:
        others.setdefault(row.pupil_id, []).append(_sitting(row.period))
    return _said(_sitting(period), others) if others else {}


def _said(ours: Sitting, others: Mapping[UUID, Sequence[Sitting]]) -> dict[UUID, str]:
    found = {pupil_id: counted_elsewhere(ours, theirs) for pupil_id, theirs in others.items()}
    places = registry.orgs({why[1] for why in found.values() if why})
    return {
        pupil_id: why[0].format(place=places[why[1]].name if why[1] in places else "另一个班")
        for pupil_id, why in found.items()
        if why
    }


def _give_back(period: TaughtPeriod, lost: set[UUID]) -> None:
    """Compute again what had stood back for this period, for pupils to whom it no longer counts."""
    if not lost:
        return
    rows = (
        TaughtPeriod.objects.unscoped(_WHY)
        .filter(school_year=period.school_year, state=PeriodState.CONFIRMED, credits__pupil_id__in=lost)
        .exclude(class_group_id=period.class_group_id)
        .select_related("offering")
        .distinct()
    )
    ours = _sitting(period)
    for rival in rows.order_by("planned_date", "slot_no", "id"):
        theirs = _sitting(rival)
        if is_same_time(ours, theirs) or is_same_lesson(ours, theirs):
            recompute(rival, lost)


def _sitting(period: TaughtPeriod) -> Sitting:
    return Sitting(
        place_id=period.class_group_id,
        on=period.planned_date,
        slot_no=period.slot_no,
        starts_at=period.starts_at,
        ends_at=period.ends_at,
        course_key=period.offering.course_key if period.offering else "",
        lesson_key=period.lesson_key,
        part=period.part,
        parts=period.parts,
    )
