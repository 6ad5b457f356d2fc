"""The class-hour ledger: a class, a pupil; every number opens to what stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiming.curriculum import queries as curriculum
from qiming.kernel.http import ActorRequest, page
from qiming.kernel.time import today
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef
from qiming.teaching import queries
from qiming.teaching.access import SEE_LEDGER, SEE_MINE, SEE_OWN_LEDGER, TABLE
from qiming.teaching.rules.credit import shown
from qiming.teaching.types import AttendanceStatus, EvidenceKind, LedgerLine, LedgerTotal, PeriodRef
from qiming.teaching.views.common import HOME, said, years_of
from qiming.trust.services import log_read


@dataclass(frozen=True, slots=True)
class PupilYear:
    """One row of the class ledger."""

    pupil: PupilRef
    total: LedgerTotal | None
    missed: int

    @property
    def periods(self) -> str:
        return shown(self.total.periods if self.total else Fraction(0))

    @property
    def basis(self) -> list[tuple[EvidenceKind, int]]:
        kinds = self.total.by_basis if self.total else {}
        return [(kind, kinds[kind]) for kind in EvidenceKind if kind in kinds]


def _span(rows: list[PupilYear]) -> str:
    """每人2.8课时, or 每人1.8到2.8课时: a class in a few words, without naming anybody."""
    sums = [row.total.periods if row.total else Fraction(0) for row in rows] or [Fraction(0)]
    low, high = shown(min(sums)), shown(max(sums))
    return f"每人{low}课时" if low == high else f"每人{low}到{high}课时"


def _year(request: ActorRequest) -> str:
    wanted = request.GET.get("year", "")
    known = {one.key for one in registry.years()}
    return wanted if wanted in known else registry.current_year().key


@require_GET
@page(TABLE, SEE_LEDGER)
def class_ledger(request: ActorRequest, class_id: UUID) -> HttpResponse:
    """Pupils by seat with their periods, and the periods with what stands behind them."""
    group = registry.org(class_id)
    TABLE.require(request.actor, SEE_LEDGER, group)
    year = _year(request)
    pupils = registry.pupils_of(class_id)
    totals = queries.totals_of_pupils([one.id for one in pupils], year)
    missed: dict[UUID, int] = {}
    for line in queries.ledger_of_class(class_id, year):
        if line.attendance in (AttendanceStatus.ABSENT, AttendanceStatus.EXCUSED):
            missed[line.pupil_id] = missed.get(line.pupil_id, 0) + 1
    rows = [PupilYear(one, totals.get(one.id), missed.get(one.id, 0)) for one in pupils]
    log_read(
        request.actor,
        verb=SEE_LEDGER,
        subjects=[one.id for one in pupils],
        scope_path=group.path,
        what="班级课时台账",
    )
    required = years_of([group])[0].required
    context = {
        "group": group,
        "year": year,
        "years": registry.years(),
        "rows": rows,
        "zero": sum(1 for row in rows if not row.total or row.total.periods == 0),
        "met": sum(1 for row in rows if row.total and row.total.periods >= required),
        "span": _span(rows),
        "required": required,
        "summary": years_of([group])[0] if year == registry.current_year().key else None,
        "periods": queries.periods_of_class(class_id, year),
        "today": today(),
        "said": said(request),
        "crumbs": [HOME, (f"{group.name} 课时台账", "")],
    }
    return render(request, "teaching/class_ledger.html", context)


@require_GET
@page(TABLE, SEE_OWN_LEDGER)
def pupil_ledger(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """A pupil's school year for the pupil, the guardian and the school."""
    return _ledger_page(request, person_id)


def _ledger_page(request: ActorRequest, person_id: UUID) -> HttpResponse:
    pupil = _pupil(request, person_id)
    year = _year(request)
    lines = queries.ledger_of_pupil(person_id, year)
    log_read(
        request.actor, verb=SEE_OWN_LEDGER, subjects=[person_id], scope_path=pupil.scope_path, what="课时台账"
    )
    is_own = person_id == request.actor.person_id
    total = queries.totals_of_pupils([person_id], year).get(person_id)
    group = registry.org(pupil.class_id)
    is_school = not is_own and TABLE.allows(request.actor, SEE_LEDGER, group)
    context = {
        "pupil": pupil,
        "group": group,
        "year": year,
        "years": registry.years(),
        "lines": lines,
        "waiting": _waiting(pupil.class_id, year, lines),
        "periods": shown(total.periods if total else Fraction(0)),
        "total": total,
        "required": curriculum.stage_rules(today(), group.stage).periods_per_year or 8,
        "today": today(),
        "is_own": is_own,
        "base": "kernel/pupil_base.html" if is_own else "kernel/base.html",
        "links_periods": is_school,
        "crumbs": [HOME, (group.name, ""), ("一个学生的课时", "")] if is_school else [],
    }
    return render(request, "teaching/pupil_ledger.html", context)


def _waiting(class_id: UUID, year: str, lines: list[LedgerLine]) -> list[PeriodRef]:
    """Periods of the class that were taught but count for nobody yet."""
    listed = {line.period_id for line in lines}
    return [
        one
        for one in queries.periods_of_class(class_id, year)
        if one.state == "taught" and one.id not in listed
    ]


def _pupil(request: ActorRequest, person_id: UUID) -> PupilRef:
    pupil = registry.pupil(person_id)
    if not TABLE.allows(request.actor, SEE_OWN_LEDGER, pupil):
        seats = registry.seats_of_pupil(person_id)
        pupil = next((one for one in seats if TABLE.allows(request.actor, SEE_OWN_LEDGER, one)), pupil)
    TABLE.require(request.actor, SEE_OWN_LEDGER, pupil)
    return pupil


@require_GET
@page(TABLE, SEE_MINE)
def my_ledger(request: ActorRequest) -> HttpResponse:
    """A pupil's own ledger without an id in the address."""
    return _ledger_page(request, request.actor.person_id)
