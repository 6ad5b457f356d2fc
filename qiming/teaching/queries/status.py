"""Where periods stand over the whole installation or below a place: for the operator."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from django.db.models import Count, Min, Q

from qiming.curriculum.types import AI
from qiming.kernel.time import now, today
from qiming.registry import queries as registry
from qiming.teaching.models import LivePeriod, PeriodCredit, TaughtPeriod
from qiming.teaching.queries.live import FORGOTTEN_AFTER
from qiming.teaching.types import PeriodState

_WHY = "figures for the operator of the installation, no names"


@dataclass(frozen=True, slots=True)
class Status:
    school_year: str
    as_of: date
    classes: int
    planned: int
    live: int
    unconfirmed: int
    confirmed: int
    other_subjects: int  # confirmed periods that are no AI class hours
    cancelled: int
    missed: int  # planned, the day is over, nobody said whether it was held
    forgotten: int  # running for hours: nobody ended it
    confirmed_late: int
    amended: int
    oldest_unconfirmed: date | None
    pupils_credited: int
    by_evidence: dict[str, int]

    def plain(self) -> dict[str, object]:
        found = asdict(self)
        found["as_of"] = self.as_of.isoformat()
        found["oldest_unconfirmed"] = self.oldest_unconfirmed and self.oldest_unconfirmed.isoformat()
        return found


def status(scope_path: str = "") -> Status:
    """The current school year's periods in five questions."""
    year = registry.current_year().key
    everything = TaughtPeriod.objects.unscoped(_WHY).filter(
        school_year=year, scope_path__startswith=scope_path
    )
    rows = everything.filter(subject=AI)
    held = dict(rows.order_by().values_list("state").annotate(n=Count("id")))
    facts = rows.aggregate(
        classes=Count("class_group_id", distinct=True),
        missed=Count("id", filter=Q(state=PeriodState.PLANNED, planned_date__lt=today())),
        late=Count("id", filter=Q(is_late=True)),
        amended=Count("id", filter=Q(is_amended=True)),
        oldest=Min("planned_date", filter=Q(state=PeriodState.TAUGHT)),
        **{
            kind: Count("id", filter=Q(state=PeriodState.CONFIRMED, evidence_kind=kind))
            for kind in ("platform", "documented", "declared")
        },
    )
    running = LivePeriod.objects.unscoped(_WHY).filter(ended_at=None, scope_path__startswith=scope_path)
    credited = PeriodCredit.objects.unscoped(_WHY).filter(
        school_year=year, scope_path__startswith=scope_path, credited_minutes__gt=0
    )
    return Status(
        school_year=year,
        as_of=today(),
        classes=facts["classes"],
        planned=held.get(PeriodState.PLANNED, 0),
        live=held.get(PeriodState.LIVE, 0),
        unconfirmed=held.get(PeriodState.TAUGHT, 0),
        confirmed=held.get(PeriodState.CONFIRMED, 0),
        other_subjects=everything.exclude(subject=AI).filter(state=PeriodState.CONFIRMED).count(),
        cancelled=held.get(PeriodState.CANCELLED, 0),
        missed=facts["missed"],
        forgotten=running.filter(started_at__lt=now() - FORGOTTEN_AFTER).count(),
        confirmed_late=facts["late"],
        amended=facts["amended"],
        oldest_unconfirmed=facts["oldest"],
        pupils_credited=credited.aggregate(n=Count("pupil_id", distinct=True))["n"],
        by_evidence={kind: facts[kind] for kind in ("platform", "documented", "declared")},
    )
