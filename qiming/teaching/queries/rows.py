"""Periods and credits line by line, for whoever adds up a whole city; no names, no reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from qiming.teaching.models import PeriodCredit, TaughtPeriod
from qiming.teaching.queries.refs import WHY

CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class CreditRow:
    """One pupil's credit for one period. `mode` is None where a period was taught without an opened course."""

    pupil_id: UUID
    period_id: UUID
    credited_minutes: int
    period_minutes: int
    basis: str | None
    scope_path: str
    on: date
    mode: str | None


@dataclass(frozen=True, slots=True)
class PeriodRow:
    period_id: UUID
    scope_path: str
    on: date
    subject: str
    state: str
    mode: str | None
    evidence_kind: str | None
    credited_minutes: int
    period_minutes: int


def credit_rows(scope_path: str, school_year: str) -> Iterator[CreditRow]:
    """Every line of the ledger under a place, worth something or not."""
    rows = PeriodCredit.objects.unscoped(WHY).filter(
        scope_path__startswith=scope_path, school_year=school_year
    )
    columns = (
        "pupil_id", "period_id", "credited_minutes", "period_minutes", "basis", "scope_path",
        "period__planned_date", "period__offering__mode",
    )  # fmt: skip
    return (CreditRow(*row) for row in rows.order_by().values_list(*columns).iterator(chunk_size=CHUNK))


def period_rows(scope_path: str, school_year: str) -> Iterator[PeriodRow]:
    """Every period under a place, whatever became of it."""
    rows = TaughtPeriod.objects.unscoped(WHY).filter(
        scope_path__startswith=scope_path, school_year=school_year
    )
    columns = (
        "id", "scope_path", "planned_date", "subject", "state", "offering__mode", "evidence_kind",
        "credited_minutes", "period_minutes",
    )  # fmt: skip
    return (PeriodRow(*row) for row in rows.order_by().values_list(*columns).iterator(chunk_size=CHUNK))
