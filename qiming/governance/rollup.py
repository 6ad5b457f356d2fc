"""Classes added up: stored by grade for the places above a school, worked out for the school's own desk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from qiming.governance import rules
from qiming.governance.models import ClassCoverage, GradeCoverage
from qiming.kernel.ids import new_id

EVIDENCE = ("platform", "documented", "declared")
MONTHS = 12


@dataclass(slots=True)
class Figures:
    """Sums over classes; what is per pupil is summed over pupils, in thousandths where it is periods."""

    schools: int = 0
    required: int = 0
    classes: int = 0
    pupils: int = 0
    zero: int = 0
    enough: int = 0
    zero_classes: int = 0
    zero_hidden: int = 0
    hidden_schools: int = 0
    at_risk_classes: int = 0
    at_risk_pupils: int = 0
    periods_milli: int = 0
    low_pupils: int = 0
    high_pupils: int = 0
    platform: int = 0
    documented: int = 0
    declared: int = 0
    confirmed_by_month: list[int] = field(default_factory=lambda: [0] * MONTHS)
    planned_by_month: list[int] = field(default_factory=lambda: [0] * MONTHS)
    counted_at: datetime | None = None

    def add(self, other: "Figures") -> None:
        """Take in the figures of other classes, of other schools."""
        for name in SUMMED:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in BY_MONTH:
            both = zip(getattr(self, name), getattr(other, name), strict=True)
            setattr(self, name, [one + more for one, more in both])
        self.required = max(self.required, other.required)
        self.counted_at = min((one for one in (self.counted_at, other.counted_at) if one), default=None)

    @property
    def by_evidence(self) -> dict[str, int]:
        return {kind: getattr(self, kind) for kind in EVIDENCE}


# What both a stored row and `Figures` have, to be summed.
STORED = (
    "classes", "pupils", "zero", "enough", "zero_classes", "zero_hidden", "at_risk_classes", "at_risk_pupils",
    "periods_milli", "low_pupils", "high_pupils", *EVIDENCE,
)  # fmt: skip
SUMMED = ("schools", "hidden_schools", *STORED)
BY_MONTH = ("confirmed_by_month", "planned_by_month")


def of_class(row: ClassCoverage) -> Figures:
    """One class as a place of its own."""
    is_shown = bool(row.zero) and rules.shown_count(row.zero, row.pupils) is not None
    return Figures(
        required=row.required,
        classes=1,
        pupils=row.pupils,
        zero=row.zero,
        enough=row.enough,
        zero_classes=int(is_shown),
        zero_hidden=0 if is_shown else row.zero,
        at_risk_classes=int(row.is_at_risk),
        at_risk_pupils=row.pupils if row.is_at_risk else 0,
        periods_milli=row.periods_milli,
        low_pupils=row.low * row.pupils,
        high_pupils=row.high * row.pupils,
        **{kind: row.by_evidence.get(kind, 0) for kind in EVIDENCE},
        confirmed_by_month=[done * row.pupils for done in row.confirmed_by_month],
        planned_by_month=[planned * row.pupils for planned in row.planned_by_month],
        counted_at=row.counted_at,
    )


def added(parts: Iterable[Figures]) -> Figures:
    whole = Figures()
    for part in parts:
        whole.add(part)
    return whole


def store(school_path: str, rows: Sequence[ClassCoverage]) -> None:
    """Write the sums of a school's classes by grade; `rows` are all of its classes in one school year."""
    by_grade: dict[int, list[ClassCoverage]] = {}
    for row in rows:
        by_grade.setdefault(row.grade, []).append(row)
    kept = [_row(school_path, grade, found) for grade, found in by_grade.items()]
    own = {"id", "created_at", "school_id", "school_year", "grade"}
    GradeCoverage.objects.bulk_create(
        kept,
        update_conflicts=True,
        unique_fields=["school_id", "school_year", "grade"],
        update_fields=[one.attname for one in GradeCoverage._meta.concrete_fields if one.attname not in own],
    )


def _row(school_path: str, grade: int, rows: Sequence[ClassCoverage]) -> GradeCoverage:
    whole = added(map(of_class, rows))
    return GradeCoverage(
        id=new_id(),
        scope_path=school_path,
        school_id=rows[0].school_id,
        school_year=rows[0].school_year,
        grade=grade,
        required=whole.required,
        counted_at=rows[0].counted_at,
        **{name: getattr(whole, name) for name in (*STORED, *BY_MONTH)},
    )
