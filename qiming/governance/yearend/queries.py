"""Questions about year ends: which year is closed now, a place's schools and how far they are, one school in full."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse

from qiming.casework import queries as cases
from qiming.casework.queries.cases import Step
from qiming.governance import rules as desk_rules
from qiming.governance.access import SEE_YEAR, TABLE
from qiming.governance.models import GradeCoverage
from qiming.governance.yearend import cutting, rules
from qiming.governance.yearend.models import YearDraw, YearEnd, YearFreeze
from qiming.governance.yearend.rules import Change
from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.scope import ScopedQuerySet
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef
from qiming.teaching.types import PeriodRef

# After a year has ended it is still the one to be closed for so long.
LONG_ENOUGH = timedelta(days=120)
LOOKED_AT = 3  # periods of a drawn school
_WHY = "of a place whose year the caller may see"
STATES = {
    "open": "等校长签字",
    "attested": "已签，等抽签",
    "sampled": "抽中，等核查",
    "disputed": "有争议，等说明",
    "answered": "等另一人复核",
    "verified": "已核定",
    "breached": "记为不符",
    "unsigned": "没有签字",
    "frozen": "已冻结",
}


@dataclass(frozen=True, slots=True)
class Year:
    """A school year as it is closed; a rehearsal has its own rows and is never the year itself."""

    key: str
    is_rehearsal: bool

    @property
    def words(self) -> str:
        return f"{self.key}学年{'（演练）' if self.is_rehearsal else ''}"

    @property
    def slug(self) -> str:
        return f"{self.key}{'-r' if self.is_rehearsal else ''}"


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """One school in a district's list. Counts of few pupils are None above the school."""

    id: UUID
    name: str
    state: str
    state_words: str
    classes: int
    full_classes: int
    pupils: int
    zero: int | None
    drawn: str
    signals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DistrictLine:
    """One district in the city's list."""

    place: OrgRef
    schools: int
    signed: int
    settled: int
    disputed: int
    is_ready: bool
    freeze: YearFreeze | None


def year_to_close() -> Year:
    """The year whose end is due: the last one for four months after it ended if it was counted, else the present one,
    which is a rehearsal until it is nearly over."""
    today, now = time.today(), registry.current_year()
    before = f"{now.starts.year - 1}-{now.starts.year}"
    if today - now.starts <= LONG_ENOUGH and _counted(before):
        return Year(before, is_rehearsal=False)
    return Year(now.key, rules.is_rehearsal(today, now.ends))


def _counted(key: str) -> bool:
    return GradeCoverage.objects.unscoped(_WHY).filter(school_year=key).exists()


def year_of(row: YearEnd | YearDraw | YearFreeze) -> Year:
    return Year(row.school_year, row.is_rehearsal)


def years(path: str) -> list[Year]:
    """The years begun below a place, the newest first."""
    found = YearEnd.objects.unscoped(_WHY).filter(scope_path__startswith=path)
    keys = found.order_by().values_list("school_year", "is_rehearsal").distinct()
    return sorted((Year(*one) for one in keys), key=lambda one: (one.key, not one.is_rehearsal), reverse=True)


def rows(year: Year, path: str) -> ScopedQuerySet[YearEnd]:
    """The schools' years below a place that the caller may see."""
    found = YearEnd.objects.unscoped(_WHY)
    return found.filter(school_year=year.key, is_rehearsal=year.is_rehearsal, scope_path__startswith=path)


def load(actor: Actor, year_end_id: UUID) -> YearEnd:
    return TABLE.load(actor, SEE_YEAR, YearEnd, id=year_end_id)


def drawn(year: Year, path: str) -> YearDraw | None:
    found = YearDraw.objects.unscoped(_WHY)
    return found.filter(scope_path=path, school_year=year.key, is_rehearsal=year.is_rehearsal).first()


def frozen(year: Year, path: str) -> YearFreeze | None:
    found = YearFreeze.objects.unscoped(_WHY)
    return found.filter(scope_path=path, school_year=year.key, is_rehearsal=year.is_rehearsal).first()


def district_of(path: str) -> OrgRef:
    """The district above a school."""
    return next(one for one in registry.ancestors(path) if one.kind is OrgKind.DISTRICT)


def schools(actor: Actor, district: OrgRef, year: Year) -> list[SchoolLine]:
    """A district's schools in the order of the tree: never by result."""
    TABLE.require(actor, SEE_YEAR, district)
    found = list(rows(year, district.path).order_by("scope_path"))
    names = registry.orgs([one.school_id for one in found])
    sums = [rules.added(one.lines) for one in found]
    zeros = desk_rules.shown_counts([(one["zero"], one["pupils"]) for one in sums])
    return [
        SchoolLine(
            id=one.id,
            name=names[one.school_id].name if one.school_id in names else "已撤并的学校",
            state=one.state,
            state_words=STATES[one.state],
            classes=total["classes"],
            full_classes=total["classes"] - total["short_classes"],
            pupils=total["pupils"],
            zero=zero,
            drawn=one.drawn,
            signals=tuple(says for _, says, _ in one.signals),
        )
        for one, total, zero in zip(found, sums, zeros, strict=True)
    ]


def districts(actor: Actor, city: OrgRef, year: Year) -> list[DistrictLine]:
    """Every district of a city with how far its schools are, in the official order."""
    TABLE.require(actor, SEE_YEAR, city)
    places = registry.districts(city.path)
    states: dict[str, list[str]] = {one.path: [] for one in places}
    for path, state in rows(year, city.path).values_list("scope_path", "state"):
        for one in places:
            if path.startswith(one.path):
                states[one.path].append(state)
    return [_district(one, states[one.path], frozen(year, one.path)) for one in places if states[one.path]]


def _district(place: OrgRef, states: list[str], freeze: YearFreeze | None) -> DistrictLine:
    settled = sum(one in {"verified", "breached", "unsigned", "frozen"} for one in states)
    return DistrictLine(
        place=place,
        schools=len(states),
        signed=sum(one not in {"open", "unsigned"} for one in states),
        settled=settled,
        disputed=sum(one in {"disputed", "answered"} for one in states),
        is_ready=settled == len(states) and freeze is None,
        freeze=freeze,
    )


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """One school's year in full. `lines` are those on record, or this moment's while nobody signed."""

    row: YearEnd
    year: Year
    school: OrgRef
    district: OrgRef
    lines: list[dict[str, Any]]
    digest: str
    sums: dict[str, int]
    signals: tuple[str, ...]
    look_at: list[tuple[str, PeriodRef]]
    changed: list[Change]
    steps: list[Step]
    seq: int


def school_year(row: YearEnd) -> SchoolYear:
    """What the page of a school's year shows; the caller has loaded `row` for somebody."""
    year, school = year_of(row), registry.org(row.school_id)
    now = cutting.cut(school, row.school_year)
    district = district_of(row.scope_path)
    said = [says for _, says, _ in row.signals]
    periods: list[PeriodRef] = []
    if row.state == "open" or row.drawn:
        periods = cutting.confirmed(school, row.school_year)
    if row.state == "open":
        said = [one.says for one in cutting.signals(periods)]
    draw = drawn(year, district.path)
    case = cases.follow_case([row.id])[row.id]
    lines = row.lines if row.digest else now.lines
    return SchoolYear(
        row=row,
        year=year,
        school=school,
        district=district,
        lines=lines,
        digest=row.digest or now.digest,
        sums=rules.added(lines),
        signals=tuple(said),
        look_at=_look_at(periods, draw.seed) if draw and row.drawn else [],
        changed=rules.changes(row.lines, now.lines) if row.digest else [],
        steps=cases.history(case),
        seq=case.seq,
    )


def _look_at(periods: list[PeriodRef], seed: str) -> list[tuple[str, PeriodRef]]:
    """Some confirmed periods of a drawn school, drawn with the same seed."""
    by_id = {one.id: one for one in periods}
    chosen = [by_id[one] for one in desk_rules.draw(list(by_id), LOOKED_AT, seed)]
    groups = registry.orgs({one.class_group_id for one in chosen})
    return [(groups[one.class_group_id].name, one) for one in chosen if one.class_group_id in groups]


def mine(actor: Actor) -> YearEnd | None:
    """The year of the actor's own school that is in hand: the newest."""
    found = YearEnd.objects.for_actor(actor, SEE_YEAR).order_by("-school_year", "is_rehearsal", "-id")
    return found.first()


def page_of(place: OrgRef) -> str:
    """Where the year end of a place is shown; nowhere for a school that has none."""
    if place.kind is OrgKind.CITY:
        return reverse("governance.year_home")
    if place.kind is OrgKind.DISTRICT:
        return reverse("governance.year_place", args=[place.id])
    found = YearEnd.objects.unscoped(_WHY).filter(school_id=place.id)
    row = found.order_by("-school_year", "is_rehearsal").first()
    return reverse("governance.year_school", args=[row.id]) if row else ""


def waits_for_head(actor: Actor) -> YearEnd | None:
    """A year that waits for the head's signature or answer."""
    if not any(grant.role == "school_head" for grant in actor.grants):
        return None
    found = YearEnd.objects.for_actor(actor, SEE_YEAR).filter(state__in=("open", "disputed"))
    return found.order_by("-id").first()


def asked_year(path: str, slug: str) -> Year:
    """The year a page was asked for, of those begun there; without a name the newest, or the one to close."""
    begun = years(path)
    if slug:
        found = next((one for one in begun if one.slug == slug), None)
        if found is None:
            raise Denied(SEE_YEAR)
        return found
    return begun[0] if begun else year_to_close()
