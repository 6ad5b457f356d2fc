"""Sums over the classes of a place: a city has fifty thousand classes, a page one second.

Above the school they come from the stored sums of each grade (`rollup`), in one question whatever the place; a
school's own from its classes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db import connection
from django.db.models import F, Q

from qiming.governance import rollup, rules
from qiming.governance.models import ClassCoverage, GradeCoverage
from qiming.governance.rollup import BY_MONTH, MONTHS, STORED, Figures
from qiming.governance.types import PlaceLine, Totals
from qiming.registry.types import OrgKind, OrgRef

AT_RISK = Q(is_at_risk=True, pupils__gt=0)
USUAL = 8  # periods a year, where nothing has been counted yet

_CHILD = "left(scope_path, %(start)s::int + strpos(substr(scope_path, %(start)s::int + 1), '/'))"
_BELOW = (
    f"SELECT {_CHILD}, count(DISTINCT school_id), max(required), min(counted_at), "  # noqa: S608 - our own names
    "count(DISTINCT school_id) FILTER (WHERE zero_hidden > 0), "
    + ", ".join(f"sum({name})::bigint" for name in STORED)
    + "".join(f", sum({name}[{month}])::bigint" for name in BY_MONTH for month in range(1, MONTHS + 1))
    + f" FROM {GradeCoverage._meta.db_table} WHERE school_year = %(year)s"
    " AND scope_path >= %(path)s AND scope_path < %(end)s GROUP BY 1"
)


@dataclass(frozen=True, slots=True)
class Sums:
    """A place as a whole, and its parts by the path of the place directly below."""

    whole: Figures
    parts: dict[str, Figures]


def of_place(place: OrgRef, school_year: str, classes: Iterable[ClassCoverage] = ()) -> Sums:
    """The sums of a place the caller may see; of a school, from its `classes`."""
    if place.kind in (OrgKind.CITY, OrgKind.DISTRICT):
        parts = _asked(place, school_year)
        return Sums(rollup.added(parts.values()), parts)
    parts = {row.scope_path: rollup.of_class(row) for row in classes}
    whole = rollup.added(parts.values())
    whole.schools, whole.hidden_schools = int(bool(parts)), int(whole.zero_hidden > 0)
    return Sums(whole, parts)


def _asked(place: OrgRef, school_year: str) -> dict[str, Figures]:
    given: dict[str, int | str] = {
        "start": len(place.path),
        "year": school_year,
        "path": place.path,
        "end": place.path[:-1] + "0",
    }
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, given)
        return {row[0]: _figures(row) for row in cursor.fetchall()}


def _figures(row: Sequence[Any]) -> Figures:
    """A line of `_BELOW`."""
    _, schools, required, counted_at, hidden_schools, *sums = row
    months = len(STORED)
    return Figures(
        schools=schools,
        required=required,
        counted_at=counted_at,
        hidden_schools=hidden_schools,
        **dict(zip(STORED, sums[:months], strict=True)),
        confirmed_by_month=sums[months : months + MONTHS],
        planned_by_month=sums[months + MONTHS :],
    )


def totals(whole: Figures, *, hides: bool) -> Totals:
    """The line over the page; counts of small groups are left out when `hides`."""
    return Totals(
        schools=whole.schools,
        classes=whole.classes,
        pupils=whole.pupils,
        zero=rules.shown_count(whole.zero, whole.pupils) if hides else whole.zero,
        enough=rules.shown_count(whole.enough, whole.pupils) if hides else whole.enough,
        at_risk_classes=whole.at_risk_classes,
        at_risk_pupils=whole.at_risk_pupils,
        by_evidence=whole.by_evidence,
    )


def shown_zero() -> Q:
    """Classes with pupils without a period that may be named above the school; the rule is `shown_count`'s."""
    small = rules.SMALL_GROUP
    return Q(zero__gt=0) & (Q(zero=F("pupils")) | Q(zero__gte=small, pupils__gte=F("zero") + small))


def below(sums: Sums, children: Sequence[OrgRef], *, hides: bool) -> list[PlaceLine]:
    """One line for each of `children` that has classes, in their order."""
    kept = [(child, sums.parts[child.path]) for child in children if child.path in sums.parts]
    zeros: list[int | None] = [found.zero for _, found in kept]
    if hides:
        zeros = rules.shown_counts([(found.zero, found.pupils) for _, found in kept])
    return [_line(child, found, zero) for (child, found), zero in zip(kept, zeros, strict=True)]


def _line(child: OrgRef, found: Figures, zero: int | None) -> PlaceLine:
    weight = max(1, found.pupils)
    return PlaceLine(
        id=child.id,
        name=child.name,
        classes=found.classes,
        pupils=found.pupils,
        zero=zero,
        at_risk=found.at_risk_classes,
        mean=Fraction(found.periods_milli, 1000 * weight),
        low=found.low_pupils // weight,
        high=-(-found.high_pupils // weight),
        confirmed_by_month=_means(found.confirmed_by_month, weight),
        planned_by_month=_means(found.planned_by_month, weight),
        by_evidence=found.by_evidence,
    )


def _means(months: Sequence[int], weight: int) -> tuple[float, ...]:
    """Mean periods per pupil, added up month by month from September."""
    running, means = 0, []
    for month in months:
        running += month
        means.append(running / 1000 / weight)
    return tuple(means)
