"""Questions about class hours: whole places, what needs a person, class by class."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from qiming.governance import rules
from qiming.governance.access import SEE_ASKED, SEE_DESK
from qiming.governance.models import ClassCoverage, PlanAsk, SampleDraw
from qiming.governance.types import AskRef, AskState, Because, ClassLine, Forecast, PlaceLine, Reason, Totals
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef
from qiming.teaching import queries as teaching
from qiming.teaching.types import PeriodRef, PeriodState

EVIDENCE = ("platform", "documented", "declared")


@dataclass(frozen=True, slots=True)
class Desk:
    """All a desk page shows of one place in one school year."""

    place: OrgRef
    school_year: str
    required: int
    counted_at: datetime | None
    totals: Totals
    zero: list[ClassLine]
    zero_hidden: tuple[int, int]  # (pupils, schools) in groups too small to name
    at_risk: list[ClassLine]
    below: list[PlaceLine]


def desk(actor: Actor, place: OrgRef, school_year: str) -> Desk:
    """The desk of `place`. Names of schools are left out where so few pupils are concerned that one could be known."""
    rows = list(
        ClassCoverage.objects.for_actor(actor, SEE_DESK)
        .filter(school_year=school_year, scope_path__startswith=place.path)
        .order_by("scope_path")
    )
    hides = place.kind in (OrgKind.CITY, OrgKind.DISTRICT)
    lines = _lines(actor, rows)
    zero, hidden = _zero_lines([line for line in lines if line.zero], hides=hides)
    return Desk(
        place=place,
        school_year=school_year,
        required=max((row.required for row in rows), default=8),
        counted_at=min((row.counted_at for row in rows), default=None),
        totals=_totals(rows, hides=hides),
        zero=zero,
        zero_hidden=hidden,
        at_risk=sorted(
            (line for line in lines if line.forecast.at_risk and line.pupils),
            key=lambda line: (line.forecast.low, line.forecast.high, line.school, line.grade, line.name),
        ),
        below=_below(place, rows, hides=hides),
    )


def class_line(actor: Actor, class_id: UUID, school_year: str) -> ClassLine | None:
    """One class as the desk sees it."""
    rows = ClassCoverage.objects.for_actor(actor, SEE_DESK).filter(
        class_group_id=class_id, school_year=school_year
    )
    return next(iter(_lines(actor, list(rows))), None)


def open_asks(actor: Actor, class_ids: Iterable[UUID] | None = None) -> list[AskRef]:
    """Requests in hand that the actor may see, the most urgent first."""
    rows = PlanAsk.objects.for_actor(actor, SEE_ASKED).exclude(state=AskState.CLOSED)
    if class_ids is not None:
        rows = rows.filter(class_group_id__in=list(class_ids))
    return [ask_ref(row) for row in rows.order_by("due_on", "id")]


def samples(actor: Actor, place: OrgRef, limit: int = 20) -> list[SampleDraw]:
    """Draws made for a place, the newest first."""
    rows = SampleDraw.objects.for_actor(actor, SEE_DESK).filter(scope_path__startswith=place.path)
    return list(rows.order_by("-id")[:limit])


@dataclass(frozen=True, slots=True)
class Visit:
    """A drawn school and what to look at there: some confirmed periods, drawn too, and what is still open."""

    school: OrgRef
    classes: int
    zero: int | None
    at_risk: int
    unconfirmed: int
    periods: list[tuple[OrgRef, PeriodRef]]


PERIODS_TO_LOOK_AT = 3


def visit(actor: Actor, school: OrgRef, school_year: str, seed: str) -> Visit:
    """What to look at in one drawn school."""
    rows = list(
        ClassCoverage.objects.for_actor(actor, SEE_DESK).filter(school_year=school_year, school_id=school.id)
    )
    confirmed = teaching.periods_under(school.path, school_year=school_year, states=[PeriodState.CONFIRMED])
    by_id = {period.id: period for period in confirmed}
    chosen = [by_id[one] for one in rules.draw(list(by_id), PERIODS_TO_LOOK_AT, seed)]
    groups = registry.orgs({period.class_group_id for period in chosen})
    return Visit(
        school=school,
        classes=len(rows),
        zero=rules.shown_count(sum(row.zero for row in rows), sum(row.pupils for row in rows)),
        at_risk=sum(row.is_at_risk for row in rows),
        unconfirmed=sum(-(-row.unconfirmed_milli // 1000) for row in rows),
        periods=[(groups[period.class_group_id], period) for period in chosen],
    )


def ask_ref(row: PlanAsk) -> AskRef:
    return AskRef(
        id=row.id,
        class_id=row.class_group_id,
        state=AskState(row.state),
        text=row.text,
        asked_on=row.created_at,
        due_on=row.due_on,
        answer=row.answer,
        answered_on=row.answered_at,
    )


def _lines(actor: Actor, rows: list[ClassCoverage]) -> list[ClassLine]:
    schools = registry.orgs({row.school_id for row in rows})
    groups = registry.orgs(
        {row.class_group_id for row in rows if row.zero or row.is_at_risk or len(rows) == 1}
    )
    asks = {ask.class_id: ask for ask in open_asks(actor, groups)}
    return [
        ClassLine(
            class_id=row.class_group_id,
            scope_path=row.scope_path,
            school_id=row.school_id,
            school=schools[row.school_id].name,
            name=groups[row.class_group_id].name,
            grade=row.grade,
            pupils=row.pupils,
            zero=row.zero,
            confirmed=row.confirmed_milli // 1000,
            unconfirmed=-(-row.unconfirmed_milli // 1000),
            planned=row.planned_milli // 1000,
            oldest_unconfirmed=row.oldest_unconfirmed,
            forecast=Forecast(row.low, row.high, row.required),
            because=_reasons(row),
            ask=asks.get(row.class_group_id),
        )
        for row in rows
        if row.class_group_id in groups
    ]


def _reasons(row: ClassCoverage) -> tuple[Because, ...]:
    found = tuple(Because(Reason(reason), says) for reason, says in row.because)
    if row.zero and row.confirmed_milli:
        return (
            Because(Reason.ABSENT, f"班里上过{row.confirmed_milli // 1000}节，这些学生没有到课或刚转入。"),
            *found,
        )
    return found


def _zero_lines(lines: list[ClassLine], *, hides: bool) -> tuple[list[ClassLine], tuple[int, int]]:
    ordered = sorted(lines, key=lambda line: (-line.zero, line.school, line.grade, line.name))
    if not hides:
        return ordered, (0, 0)
    shown = [line for line in ordered if rules.shown_count(line.zero, line.pupils) is not None]
    small = [line for line in ordered if rules.shown_count(line.zero, line.pupils) is None]
    return shown, (sum(line.zero for line in small), len({line.school_id for line in small}))


def _totals(rows: list[ClassCoverage], *, hides: bool) -> Totals:
    pupils = sum(row.pupils for row in rows)
    zero, enough = sum(row.zero for row in rows), sum(row.enough for row in rows)
    return Totals(
        schools=len({row.school_id for row in rows}),
        classes=len(rows),
        pupils=pupils,
        zero=rules.shown_count(zero, pupils) if hides else zero,
        enough=rules.shown_count(enough, pupils) if hides else enough,
        at_risk_classes=sum(row.is_at_risk for row in rows),
        at_risk_pupils=sum(row.pupils for row in rows if row.is_at_risk),
        by_evidence=_evidence(rows),
    )


def _evidence(rows: list[ClassCoverage]) -> dict[str, int]:
    return {kind: sum(row.by_evidence.get(kind, 0) for row in rows) for kind in EVIDENCE}


def _below(place: OrgRef, rows: list[ClassCoverage], *, hides: bool) -> list[PlaceLine]:
    found = []
    for child in registry.children(place.id):
        under = [row for row in rows if row.scope_path.startswith(child.path)]
        if under:
            found.append(_place_line(child, under, hides=hides))
    return found


def _place_line(child: OrgRef, rows: list[ClassCoverage], *, hides: bool) -> PlaceLine:
    pupils, zero = sum(row.pupils for row in rows), sum(row.zero for row in rows)
    weight = max(1, pupils)
    return PlaceLine(
        id=child.id,
        name=child.name,
        classes=len(rows),
        pupils=pupils,
        zero=rules.shown_count(zero, pupils) if hides else zero,
        at_risk=sum(row.is_at_risk for row in rows),
        mean=Fraction(sum(row.periods_milli for row in rows), 1000 * weight),
        low=sum(row.low * row.pupils for row in rows) // weight,
        high=-(-sum(row.high * row.pupils for row in rows) // weight),
        confirmed_by_month=_months(rows, "confirmed_by_month"),
        planned_by_month=_months(rows, "planned_by_month"),
        by_evidence=_evidence(rows),
    )


def _months(rows: list[ClassCoverage], column: str) -> tuple[float, ...]:
    """Mean periods per pupil, added up month by month from September."""
    weight = max(1, sum(row.pupils for row in rows))
    running, found = 0, []
    for month in range(12):
        running += sum(getattr(row, column)[month] * row.pupils for row in rows)
        found.append(running / 1000 / weight)
    return tuple(found)
