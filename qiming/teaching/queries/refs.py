"""Rows as they cross the door."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import AI
from qiming.teaching.models import Homework, LivePoll, Offering, PeriodCredit, TaughtPeriod
from qiming.teaching.types import (
    Credit,
    DeliveryMode,
    EvidenceKind,
    HomeworkRef,
    OfferingRef,
    PeriodRef,
    PeriodState,
    PollState,
    Released,
)

WHY = "the asking room checks its own access table before it asks"


def other_subject(subject: str) -> str:
    """A subject's name, when its periods are no AI class hours."""
    return "" if subject == AI else curriculum.subject_words(subject)


def offering_ref(row: Offering) -> OfferingRef:
    return OfferingRef(
        id=row.id,
        class_group_id=row.class_group_id,
        course_version_id=row.course_version_id,
        course_key=row.course_key,
        title=row.title,
        school_year=row.school_year,
        mode=DeliveryMode(row.mode),
        host_subject=row.host_subject,
        share_minutes=row.share_minutes,
        period_minutes=row.period_minutes,
        opened_by=row.opened_by,
        is_open=row.is_open,
        scope_path=row.scope_path,
        subject=row.subject,
        subject_words=other_subject(row.subject),
    )


def period_ref(row: TaughtPeriod) -> PeriodRef:
    return PeriodRef(
        id=row.id,
        offering_id=row.offering_id,
        class_group_id=row.class_group_id,
        school_year=row.school_year,
        lesson_key=row.lesson_key,
        lesson_version_id=row.lesson_version_id,
        position=row.position,
        title=row.title,
        planned_date=row.planned_date,
        slot_no=row.slot_no,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        state=PeriodState(row.state),
        credited_minutes=row.credited_minutes,
        period_minutes=row.period_minutes,
        evidence_kind=EvidenceKind(row.evidence_kind) if row.evidence_kind else None,
        taught_by=row.taught_by,
        confirmed_at=row.confirmed_at,
        is_late=row.is_late,
        is_amended=row.is_amended,
        scope_path=row.scope_path,
        part=row.part,
        parts=row.parts,
        subject=row.subject,
        subject_words=other_subject(row.subject),
    )


def homework_ref(row: Homework) -> HomeworkRef:
    return HomeworkRef(
        id=row.id,
        offering_id=row.offering_id,
        class_group_id=row.class_group_id,
        title=row.title,
        note=row.note,
        lesson_key=row.lesson_key,
        activity_keys=tuple(row.activity_keys),
        item_keys=tuple(row.item_keys),
        pupil_ids=None if row.pupil_ids is None else frozenset(row.pupil_ids),
        due_at=row.due_at,
        is_open=row.is_open,
        set_by=row.set_by,
        created_at=row.created_at,
        scope_path=row.scope_path,
    )


def credit_ref(row: PeriodCredit) -> Credit:
    return Credit(
        credited_minutes=row.credited_minutes,
        period_minutes=row.period_minutes,
        basis=EvidenceKind(row.basis) if row.basis else None,
        reasons=tuple(row.reasons),
        evidence_ids=tuple(row.evidence_ids),
    )


def poll_state(row: LivePoll, counts: dict[str, int], mine: str | None = None) -> PollState:
    return PollState(
        id=row.id,
        activity_key=row.activity_key,
        question=row.question,
        choices=tuple((key, text) for key, text in row.choices),
        round_no=row.round_no,
        is_open=row.is_open,
        opened_at=row.created_at,
        closed_at=row.closed_at,
        counts=counts,
        mine=mine,
    )


def released_of(rows: Iterable[dict[str, Any]]) -> tuple[Released, ...]:
    return tuple(
        Released(
            key=row["key"],
            at=datetime.fromisoformat(row["at"]),
            minutes=row["minutes"],
            pupils=None if row["pupils"] is None else frozenset(UUID(one) for one in row["pupils"]),
        )
        for row in rows
    )
