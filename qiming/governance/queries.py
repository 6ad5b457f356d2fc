"""Questions about class hours: whole places, what needs a person, class by class."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from qiming.governance import rules, sums
from qiming.governance.access import SEE_ASKED, SEE_DESK, TABLE
from qiming.governance.models import ClassCoverage, PlanAsk, SampleDraw
from qiming.governance.types import AskRef, AskState, Because, ClassLine, Forecast, PlaceLine, Reason, Totals
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef
from qiming.teaching import queries as teaching
from qiming.teaching.types import PeriodRef, PeriodState

LISTED = 20  # classes in each list of the desk
A_PAGE = 50  # classes on a page of the whole list
AT_ONCE = 500  # classes whose names are looked up with one question


@dataclass(frozen=True, slots=True)
class Desk:
    """All a desk page shows of one place in one school year."""

    place: OrgRef
    school_year: str
    required: int
    counted_at: datetime | None
    totals: Totals
    zero: list[ClassLine]
    zero_more: int  # classes beyond those listed
    zero_hidden: tuple[int, int]  # (pupils, schools) in groups too small to name
    at_risk: list[ClassLine]
    at_risk_more: int
    below: list[PlaceLine]


def desk(actor: Actor, place: OrgRef, school_year: str, *, limit: int = LISTED) -> Desk:
    """The desk of `place`. Names of schools are left out where so few pupils are concerned that one could be
    known; of long lists the first `limit` classes, the rest is found by drilling down."""
    hiding = hides(place)
    zero_rows = classes(actor, place, school_year, Which.ZERO)
    risk_rows = classes(actor, place, school_year, Which.RISK)
    found = sums.of_place(place, school_year, () if hiding else classes(actor, place, school_year, Which.ALL))
    zero_list, risk_list = list(zero_rows[:limit]), list(risk_rows[:limit])
    lines = _lines(actor, {row.id: row for row in [*zero_list, *risk_list]}.values())
    whole = found.whole
    with_zero = whole.zero_classes if hiding else sum(one.zero > 0 for one in found.parts.values())
    return Desk(
        place=place,
        school_year=school_year,
        required=whole.required or sums.USUAL,
        counted_at=whole.counted_at,
        totals=sums.totals(whole, hides=hiding),
        zero=sorted(
            (lines[row.id] for row in zero_list if row.id in lines),
            key=lambda line: (-line.zero, line.school, line.grade, line.name),
        ),
        zero_more=max(0, with_zero - limit),
        zero_hidden=(whole.zero_hidden, whole.hidden_schools) if hiding else (0, 0),
        at_risk=sorted(
            (lines[row.id] for row in risk_list if row.id in lines),
            key=lambda line: (line.forecast.low, line.forecast.high, line.school, line.grade, line.name),
        ),
        at_risk_more=max(0, whole.at_risk_classes - limit),
        below=sums.below(found, registry.children(place.id), hides=hiding),
    )


class Which(StrEnum):
    """Which classes of a place."""

    ZERO = "zero"
    RISK = "risk"
    ALL = "all"


def classes(actor: Actor, place: OrgRef, school_year: str, which: Which) -> QuerySet[ClassCoverage]:
    """The figures of classes below a place, in the order of the desk's lists; all of them in the tree's order."""
    TABLE.require(actor, SEE_DESK, place)
    rows = ClassCoverage.objects.for_actor(actor, SEE_DESK).filter(
        school_year=school_year, scope_path__startswith=place.path
    )
    match which:
        case Which.ZERO:
            shown = sums.shown_zero() if hides(place) else Q(zero__gt=0)
            return rows.filter(shown).order_by("school_year", "-zero", "scope_path")
        case Which.RISK:
            return rows.filter(sums.AT_RISK).order_by("school_year", "low", "high", "scope_path")
        case _:
            inside = () if hides(place) else ("grade",)
            return rows.order_by("school_year", *inside, "scope_path")


def hides(place: OrgRef) -> bool:
    """Whether counts of small groups stay hidden: everywhere above the school."""
    return place.kind in (OrgKind.CITY, OrgKind.DISTRICT)


def class_page(
    actor: Actor, place: OrgRef, school_year: str, which: Which, page: str | None
) -> "tuple[Page[ClassCoverage], list[ClassLine]]":
    """A page of the classes below a place: where in the list one is, and its lines."""
    shown = Paginator(classes(actor, place, school_year, which), A_PAGE).get_page(page)
    rows = list(shown.object_list)
    lines = _lines(actor, rows)
    return shown, [lines[row.id] for row in rows if row.id in lines]


def zero_of(line: ClassLine, place: OrgRef) -> int | None:
    """How many pupils of a class have no period, as the desk of `place` may say it; None: too few to say."""
    return rules.shown_count(line.zero, line.pupils) if hides(place) else line.zero


def every_class(actor: Actor, place: OrgRef, school_year: str) -> Iterator[ClassLine]:
    """All classes below a place one after the other, a few hundred in memory at a time."""
    rows = classes(actor, place, school_year, Which.ALL).order_by("school_year", "scope_path")
    after = ""
    while part := list(rows.filter(scope_path__gt=after)[:AT_ONCE]):
        after = part[-1].scope_path
        lines = _lines(actor, part)
        yield from (lines[row.id] for row in part if row.id in lines)


def class_line(actor: Actor, class_id: UUID, school_year: str) -> ClassLine | None:
    """One class as the desk sees it."""
    rows = ClassCoverage.objects.for_actor(actor, SEE_DESK).filter(
        class_group_id=class_id, school_year=school_year
    )
    return next(iter(_lines(actor, rows).values()), None)


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
    by_id = {period.id: period for period in confirmed if period.counts_for_ai}
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


def _lines(actor: Actor, rows: Iterable[ClassCoverage]) -> dict[UUID, ClassLine]:
    """The rows as lines, by the rows' ids; a class that is gone from the tree is left out."""
    wanted = list(rows)
    found: dict[UUID, ClassLine] = {}
    for start in range(0, len(wanted), AT_ONCE):
        found |= _some_lines(actor, wanted[start : start + AT_ONCE])
    return found


def _some_lines(actor: Actor, rows: Sequence[ClassCoverage]) -> dict[UUID, ClassLine]:
    schools = registry.orgs({row.school_id for row in rows})
    groups = registry.orgs({row.class_group_id for row in rows})
    asks = {ask.class_id: ask for ask in open_asks(actor, groups)}
    return {
        row.id: ClassLine(
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
        if row.class_group_id in groups and row.school_id in schools
    }


def _reasons(row: ClassCoverage) -> tuple[Because, ...]:
    found = tuple(Because(Reason(reason), says) for reason, says in row.because)
    if row.zero and row.confirmed_milli:
        return (
            Because(Reason.ABSENT, f"班里上过{row.confirmed_milli // 1000}节，这些学生没有到课或刚转入。"),
            *found,
        )
    return found
