"""Cutting a school's figures out of the ledger at one moment. The ledger is teaching's; the desk keeps its sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qiming.governance.models import ClassCoverage
from qiming.governance.yearend import rules
from qiming.governance.yearend.rules import Signal, Taught
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef
from qiming.teaching import queries as teaching
from qiming.teaching.types import EvidenceKind, PeriodRef, PeriodState

_WHY = "of a school whose year the caller may see"


@dataclass(frozen=True, slots=True)
class Cut:
    """A school's classes at one moment."""

    lines: list[dict[str, Any]]
    digest: str


def cut(school: OrgRef, school_year: str) -> Cut:
    """What the desk counts of every class now, in the order of grades and names."""
    names = {one.id: one.name for one in registry.classes_of_year(school.path, school_year)}
    rows = ClassCoverage.objects.unscoped(_WHY).filter(school_id=school.id, school_year=school_year)
    lines = [_line(row, names[row.class_group_id]) for row in rows if row.class_group_id in names]
    lines.sort(key=lambda line: (line["grade"], line["name"], line["class_id"]))
    return Cut(lines, rules.digest(lines))


def confirmed(school: OrgRef, school_year: str) -> list[PeriodRef]:
    """The school's confirmed AI periods of a year."""
    found = teaching.periods_under(school.path, school_year=school_year, states=[PeriodState.CONFIRMED])
    return [one for one in found if one.counts_for_ai]


def signals(periods: Sequence[PeriodRef]) -> tuple[Signal, ...]:
    """What should be looked at before somebody signs for these periods."""
    return rules.signals(
        [
            Taught(
                on=one.planned_date,
                confirmed_at=one.confirmed_at,
                is_declared=one.evidence_kind is EvidenceKind.DECLARED,
                is_late=one.is_late,
                is_amended=one.is_amended,
            )
            for one in periods
        ]
    )


def _line(row: ClassCoverage, name: str) -> dict[str, Any]:
    return {
        "class_id": str(row.class_group_id),
        "name": name,
        "grade": row.grade,
        "required": row.required,
        "pupils": row.pupils,
        "zero": row.zero,
        "enough": row.enough,
        "confirmed_milli": row.confirmed_milli,
        "unconfirmed_milli": row.unconfirmed_milli,
        **{kind.value: row.by_evidence.get(kind.value, 0) for kind in EvidenceKind},
    }
