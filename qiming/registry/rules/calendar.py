"""School days: which days are taught, in which week, at which times."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

from qiming.registry.types import HolidayRef, SlotRef, SlotTime, TermRef

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is known of a place's school days: its terms and the days that differ from their weekday."""

    terms: tuple[TermRef, ...]
    special: Mapping[date, HolidayRef] = field(default_factory=dict)


def merge_special(city: Iterable[HolidayRef], own: Iterable[HolidayRef]) -> dict[date, HolidayRef]:
    """The city's special days, a school's own taking their place on the same day."""
    return {day.date: day for day in city} | {day.date: day for day in own}


def merge_terms(city: Iterable[TermRef], own: Iterable[TermRef]) -> tuple[TermRef, ...]:
    """The city's terms, a school's own taking the place of the same term."""
    merged = {(term.year, term.no): term for term in city} | {(term.year, term.no): term for term in own}
    return tuple(sorted(merged.values(), key=lambda term: term.starts))


def weeks_between(starts: date, ends: date) -> int:
    """How many calendar weeks (from Monday) a term touches."""
    return (_monday(ends) - _monday(starts)).days // 7 + 1


def term_of(calendar: Calendar, day: date) -> TermRef | None:
    """The term that contains `day`."""
    return next((term for term in calendar.terms if term.starts <= day <= term.ends), None)


def week_no(term: TermRef, day: date) -> int:
    """The teaching week of `day`: the week of the first day of term is week 1, weeks begin on Monday."""
    return (_monday(day) - _monday(term.starts)).days // 7 + 1


def taught_as(calendar: Calendar, day: date) -> int | None:
    """The weekday (1–7) by which `day` is taught; None when there are no lessons."""
    if term_of(calendar, day) is None:
        return None
    special = calendar.special.get(day)
    if special is not None:
        return special.makeup_weekday
    return day.isoweekday() if day.isoweekday() <= 5 else None


def slots(
    calendar: Calendar,
    table: Sequence[SlotTime],
    *,
    starts: date,
    ends: date,
    weekday: int | None = None,
    no: int | None = None,
) -> list[SlotRef]:
    """Every period a class could have from `starts` to `ends` (both included), in order of time.

    A make-up day counts as the weekday it is taught as.
    """
    found: list[SlotRef] = []
    for day in _days(starts, ends):
        term = term_of(calendar, day)
        taught = taught_as(calendar, day)
        if term is None or taught is None or (weekday is not None and taught != weekday):
            continue
        week = week_no(term, day)
        found += [
            SlotRef(date=day, no=time.no, starts=time.starts, ends=time.ends, week=week)
            for time in table
            if no is None or time.no == no
        ]
    return found


def weeks_left(calendar: Calendar, on: date, year: str) -> int:
    """In how many weeks of the school year there is still a day with lessons, from `on` on."""
    weeks: set[tuple[int, int]] = set()
    for term in calendar.terms:
        if term.year != year or term.ends < on:
            continue
        for day in _days(max(on, term.starts), term.ends):
            if taught_as(calendar, day) is not None:
                weeks.add((term.no, week_no(term, day)))
    return len(weeks)


def table_problems(table: Sequence[SlotTime]) -> list[str]:
    """What is wrong with a period table, in words for the person who typed it."""
    said: list[str] = []
    if not table:
        said.append("至少要有一节课")
    for time in table:
        if time.ends <= time.starts:
            said.append(f"第{time.no}节的结束时间要晚于开始时间")
        elif not 20 <= time.minutes <= 90:
            said.append(f"第{time.no}节有{time.minutes}分钟，一节课应在20到90分钟之间")
    for before, after in pairwise(table):
        if after.starts < before.ends:
            said.append(f"第{after.no}节在第{before.no}节结束之前就开始了")
    return said


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row that differ from their weekday for one reason; a school's own days stand singly."""

    first: date
    last: date
    label: str
    makeup_weekday: int | None
    source: str
    own: bool


def spans(days: Sequence[HolidayRef]) -> list[Span]:
    """Special days, in order, with what belongs together in one line."""
    found: list[Span] = []
    for day in days:
        fresh = Span(day.date, day.date, day.label, day.makeup_weekday, day.source, day.own)
        if found and _goes_on(found[-1], fresh):
            found[-1] = replace(found[-1], last=day.date)
        else:
            found.append(fresh)
    return found


def _goes_on(span: Span, day: Span) -> bool:
    shared = (None, day.label, day.source, False)
    return (
        (span.makeup_weekday, span.label, span.source, span.own) == shared
        and day.makeup_weekday is None
        and not day.own
        and day.first - span.last == _DAY
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _days(starts: date, ends: date) -> Iterator[date]:
    day = starts
    while day <= ends:
        yield day
        day += _DAY
