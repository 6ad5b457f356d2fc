"""Sums over the classes of a place, made by the database: a city has forty thousand classes, a page one second."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import BigIntegerField, Count, F, Max, Min, Q, QuerySet, Sum, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Left, StrIndex, Substr

from qiming.governance import rules
from qiming.governance.models import ClassCoverage
from qiming.governance.types import PlaceLine, Totals
from qiming.registry.types import OrgRef

EVIDENCE = ("platform", "documented", "declared")
MONTHS = 12
BY_MONTH = ("confirmed_by_month", "planned_by_month")
AT_RISK = Q(is_at_risk=True, pupils__gt=0)

Rows = QuerySet[ClassCoverage]


@dataclass(frozen=True, slots=True)
class Whole:
    """A place as a whole."""

    totals: Totals
    required: int
    counted_at: datetime | None
    at_risk_classes: int  # with pupils in them


def whole(rows: Rows, *, hides: bool) -> Whole:
    """One line of sums over all of `rows`; counts of small groups are left out when `hides`."""
    found = rows.order_by().aggregate(
        schools=Count("school_id", distinct=True),
        classes=Count("id"),
        all_pupils=_sum("pupils"),
        all_zero=_sum("zero"),
        all_enough=_sum("enough"),
        at_risk_classes=Count("id", filter=Q(is_at_risk=True)),
        at_risk_pupils=Coalesce(Sum("pupils", filter=Q(is_at_risk=True)), Value(0)),
        most_required=Max("required"),
        first_counted=Min("counted_at"),
        listed_at_risk=Count("id", filter=AT_RISK),
        **_evidence_sums(),
    )
    zero, enough, pupils = found["all_zero"], found["all_enough"], found["all_pupils"]
    return Whole(
        totals=Totals(
            schools=found["schools"],
            classes=found["classes"],
            pupils=pupils,
            zero=rules.shown_count(zero, pupils) if hides else zero,
            enough=rules.shown_count(enough, pupils) if hides else enough,
            at_risk_classes=found["at_risk_classes"],
            at_risk_pupils=found["at_risk_pupils"],
            by_evidence=_evidence(found),
        ),
        required=found["most_required"] or 8,
        counted_at=found["first_counted"],
        at_risk_classes=found["listed_at_risk"],
    )


def shown_zero() -> Q:
    """Classes with pupils without a period that may be named above the school; the rule is `shown_count`'s."""
    small = rules.SMALL_GROUP
    return Q(zero__gt=0) & (Q(zero=F("pupils")) | Q(zero__gte=small, pupils__gte=F("zero") + small))


def hidden_zero(rows: Rows) -> tuple[int, int]:
    """(pupils, schools) in the classes that may not be named."""
    found = (
        rows.order_by()
        .filter(zero__gt=0)
        .exclude(shown_zero())
        .aggregate(hidden=_sum("zero"), schools=Count("school_id", distinct=True))
    )
    return found["hidden"], found["schools"]


def below(rows: Rows, place: OrgRef, children: list[OrgRef], *, hides: bool) -> list[PlaceLine]:
    """One line for each of `children` that has classes, in their order."""
    start = len(place.path)
    after = Substr("scope_path", start + 1)
    sums: dict[str, Any] = {
        "classes": Count("id"),
        "all_pupils": _sum("pupils"),
        "all_zero": _sum("zero"),
        "at_risk": Count("id", filter=Q(is_at_risk=True)),
        "periods": _sum("periods_milli"),
        "all_low": _sum(F("low") * F("pupils")),
        "all_high": _sum(F("high") * F("pupils")),
        **_evidence_sums(),
        **{
            f"{column}_{month}": _sum(F("pupils") * Cast(KT(f"{column}__{month}"), BigIntegerField()))
            for column in BY_MONTH
            for month in range(MONTHS)
        },
    }
    grouped = (
        rows.order_by().values(child=Left("scope_path", StrIndex(after, Value("/")) + start)).annotate(**sums)
    )
    by_path: dict[str, dict[str, Any]] = {found["child"]: dict(found) for found in grouped}
    kept = [(child, by_path[child.path]) for child in children if child.path in by_path]
    zeros: list[int | None] = [found["all_zero"] for _, found in kept]
    if hides:
        zeros = rules.shown_counts([(found["all_zero"], found["all_pupils"]) for _, found in kept])
    return [_line(child, found, zero) for (child, found), zero in zip(kept, zeros, strict=True)]


def _line(child: OrgRef, found: dict[str, Any], zero: int | None) -> PlaceLine:
    weight = max(1, found["all_pupils"])
    return PlaceLine(
        id=child.id,
        name=child.name,
        classes=found["classes"],
        pupils=found["all_pupils"],
        zero=zero,
        at_risk=found["at_risk"],
        mean=Fraction(found["periods"], 1000 * weight),
        low=found["all_low"] // weight,
        high=-(-found["all_high"] // weight),
        confirmed_by_month=_months(found, "confirmed_by_month", weight),
        planned_by_month=_months(found, "planned_by_month", weight),
        by_evidence=_evidence(found),
    )


def _months(found: dict[str, Any], column: str, weight: int) -> tuple[float, ...]:
    """Mean periods per pupil, added up month by month from September."""
    running, means = 0, []
    for month in range(MONTHS):
        running += found[f"{column}_{month}"]
        means.append(running / 1000 / weight)
    return tuple(means)


def _sum(what: Any) -> Any:
    return Coalesce(Sum(what, output_field=BigIntegerField()), Value(0), output_field=BigIntegerField())


def _evidence_sums() -> dict[str, Any]:
    return {
        f"evidence_{kind}": _sum(Cast(KT(f"by_evidence__{kind}"), BigIntegerField())) for kind in EVIDENCE
    }


def _evidence(found: dict[str, Any]) -> dict[str, int]:
    return {kind: found[f"evidence_{kind}"] for kind in EVIDENCE}
