"""The ledger of a whole place computed afresh: after a rule was mended, or to see that nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from qiming.kernel import audit
from qiming.kernel.scope import ScopedQuerySet
from qiming.registry import queries as registry
from qiming.teaching import events
from qiming.teaching.models import TaughtPeriod
from qiming.teaching.services.crediting import recompute
from qiming.teaching.types import PeriodState

_WHY = "the installation computes a place's ledger afresh, no person's right is asked"
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Recounted:
    periods: int
    credited: int


def recompute_place(
    *, scope_path: str, school_year: str, step: Callable[[int], None] = lambda periods: None
) -> Recounted:
    """Compute the ledger of every confirmed period at or below a place. Each period is a transaction of its own, so
    that a school goes on working meanwhile and a recount that is broken off has lost nothing; running it again is
    safe. `step` is told how many periods have just been done."""
    rows = confirmed_under(scope_path, school_year)
    periods = credited = 0
    after: UUID | None = None
    while ids := list(
        (rows.filter(id__gt=after) if after else rows).order_by("id").values_list("id", flat=True)[:AT_ONCE]
    ):
        for period_id in ids:
            credited += _one(period_id)
        after = ids[-1]
        periods += len(ids)
        step(len(ids))
    _tell(scope_path, school_year, periods)
    return Recounted(periods, credited)


def confirmed_under(scope_path: str, school_year: str) -> ScopedQuerySet[TaughtPeriod]:
    """The confirmed periods of a school year at or below a place."""
    return TaughtPeriod.objects.unscoped(_WHY).filter(
        scope_path__startswith=scope_path, school_year=school_year, state=PeriodState.CONFIRMED
    )


@transaction.atomic
def _one(period_id: UUID) -> int:
    rows = TaughtPeriod.objects.unscoped(_WHY).select_for_update(of=("self",)).select_related("offering")
    period = rows.filter(id=period_id, state=PeriodState.CONFIRMED).first()
    return recompute(period) if period else 0  # withdrawn since it was listed: it credits nobody


@transaction.atomic
def _tell(scope_path: str, school_year: str, periods: int) -> None:
    """One audit row; one event for each school, by which the desk counts it."""
    audit.write(
        None,
        "teaching.recomputed",
        thing="organisation",
        thing_id=None,
        scope_path=scope_path,
        detail={"periods": periods, "school_year": school_year},
    )
    for school in registry.schools_under(scope_path) or [registry.school_of(scope_path)]:
        group = next(iter(registry.classes_under(school.path)), None)
        if group is not None:
            events.tell(
                events.PLAN_CHANGED,
                class_id=group.id,
                school_year=school_year,
                period_id=None,
                scope_path=group.path,
            )
