"""School days of a place: years, terms, weeks, the periods a class could have."""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.kernel.memo import kept, once_a_request
from qiming.registry.defaults import default_periods
from qiming.registry.models import Holiday, PeriodSlot, SchoolYear, Term
from qiming.registry.queries.places import city, org, prefixes, school_of
from qiming.registry.rules import calendar as rules
from qiming.registry.types import (
    HolidayRef,
    OrgKind,
    SchoolYearRef,
    SlotRef,
    SlotTime,
    Stage,
    TermRef,
)

# Holidays stop a clock, but not for ever: after so many days it is due all the same.
LONGEST_PAUSE = timedelta(days=75)
FRESH_S = 20  # years are loaded by the operator
_WHY = "the school calendar is open to everybody who works or learns there"


def years() -> list[SchoolYearRef]:
    """Every school year that is loaded, oldest first."""
    return list(_years())


def year(key: str) -> SchoolYearRef:
    """A school year by its key."""
    found = next((one for one in _years() if one.key == key), None)
    if found is None:
        raise UserError(f"没有{key}学年的校历", next="请学校管理员检查学年，或请运维载入校历。", status=404)
    return found


def current_year(on: date | None = None) -> SchoolYearRef:
    """The school year of a day (today); between two years, the coming one."""
    day = on or time.today()
    found = next((one for one in _years() if one.ends >= day), None)
    if found is None:
        raise UserError(f"{day}不在已载入的任何学年里", next="请运维载入新学年的校历。")
    return found


@kept(FRESH_S)
@once_a_request
def _years() -> tuple[SchoolYearRef, ...]:
    return tuple(_year_ref(row) for row in SchoolYear.objects.order_by("starts_on"))


def terms(year_key: str, org_path: str) -> list[TermRef]:
    """The two terms of a year as they hold at a place."""
    return [term for term in _calendar(org_path).terms if term.year == year_key]


def term_on(day: date, org_path: str) -> TermRef | None:
    """The term that contains a day; None in the holidays."""
    return rules.term_of(_calendar(org_path), day)


def week_of(day: date, org_path: str) -> int | None:
    """The teaching week of a day within its term; None in the holidays."""
    term = term_on(day, org_path)
    return rules.week_no(term, day) if term else None


def special_days(year_key: str, org_path: str) -> list[HolidayRef]:
    """Days of a year without lessons and weekend days with lessons, in order."""
    within = year(year_key)
    special = _calendar(org_path).special
    return [special[day] for day in sorted(special) if within.starts <= day <= within.ends]


def school_slots(
    org_id: UUID,
    from_date: date,
    to_date: date,
    weekday: int | None = None,
    no: int | None = None,
) -> list[SlotRef]:
    """The periods a class (or any class of a school) could have: teaching days only, holidays removed.

    `weekday` 1–7 (a make-up day counts as the weekday it is taught as) and `no` narrow the answer.
    """
    place = org(org_id)
    return rules.slots(
        _calendar(place.path), slot_times(org_id), starts=from_date, ends=to_date, weekday=weekday, no=no
    )


def school_days_after(place_id: UUID, start: date, days: int) -> date:
    """The day that is `days` school days after `start` at a place; holidays don't count."""
    last = start + LONGEST_PAUSE
    taught = sorted({slot.date for slot in school_slots(place_id, start + timedelta(days=1), last)})
    return taught[days - 1] if len(taught) >= days else last


def teaching_weeks_left(on: date, org_path: str) -> int:
    """In how many weeks of this school year there are still lessons, from `on` on."""
    return rules.weeks_left(_calendar(org_path), on, current_year(on).key)


def slot_times(org_id: UUID) -> list[SlotTime]:
    """The period table of a class's or group's stage, or of a school's lowest stage: its own or the default."""
    place = org(org_id)
    school = school_of(place.path) if place.is_taught else place
    return stage_times(school.id, place.stage)[0]


def stage_times(school_id: UUID, stage: Stage) -> tuple[list[SlotTime], bool]:
    """The period table of a school for a stage, and whether it is the school's own."""
    rows = PeriodSlot.objects.unscoped(_WHY).filter(stage=stage)
    rows = rows.filter(Q(school_id=school_id) | Q(school__kind=OrgKind.CITY)).order_by("no")
    own: list[SlotTime] = []
    usual: list[SlotTime] = []
    for row in rows:
        times = own if row.school_id == school_id else usual
        times.append(SlotTime(row.no, row.starts, row.ends, row.label))
    return (own, True) if own else (usual or list(default_periods(stage)), False)


@once_a_request
def _calendar(org_path: str) -> rules.Calendar:
    above = prefixes(org_path)
    if len(above) == 1:
        above = [city().path]  # a company, which stands beside the city, goes by its days too
    rows = Term.objects.unscoped(_WHY).filter(scope_path__in=above).select_related("school_year")
    days = Holiday.objects.unscoped(_WHY).filter(scope_path__in=above)
    city_path = above[0] if above else ""
    return rules.Calendar(
        terms=rules.merge_terms(
            [_term_ref(row) for row in rows if row.scope_path == city_path],
            [_term_ref(row, own=True) for row in rows if row.scope_path != city_path],
        ),
        special=rules.merge_special(
            [_holiday_ref(row) for row in days if row.scope_path == city_path],
            [_holiday_ref(row, own=True) for row in days if row.scope_path != city_path],
        ),
    )


def _year_ref(row: SchoolYear) -> SchoolYearRef:
    return SchoolYearRef(row.key, row.starts_on, row.ends_on, row.source, row.verified)


def _term_ref(row: Term, *, own: bool = False) -> TermRef:
    return TermRef(
        year=row.school_year.key,
        no=row.no,
        starts=row.starts_on,
        ends=row.ends_on,
        weeks=rules.weeks_between(row.starts_on, row.ends_on),
        source=row.source,
        verified=row.verified,
        own=own,
    )


def _holiday_ref(row: Holiday, *, own: bool = False) -> HolidayRef:
    return HolidayRef(row.date, row.label, row.makeup_weekday, row.source, row.verified, own)
