"""The timetable in force: which lessons a class has in a week, and on which days of the calendar that is."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from qiming.registry.models import TimetableLine
from qiming.registry.queries.calendar import school_slots
from qiming.registry.queries.calendar import terms as terms_of
from qiming.registry.queries.places import org
from qiming.registry.rules.timetable import Weeks
from qiming.registry.types import SlotRef

_WHY = "the timetable of a class is open to whoever teaches there; the caller checked the right"
_DAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class WeeklyCourse:
    """A course of a class's timetable with the lessons it has in a week."""

    course: str
    words: str
    lessons: int


def weekly_courses(place_id: UUID, year_key: str) -> list[WeeklyCourse]:
    """The courses that stand in a class's timetable of a school year, with their days in words."""
    rows = TimetableLine.objects.unscoped(_WHY).filter(place_id=place_id, school_year=year_key)
    found: dict[str, dict[str, None]] = {}
    for row in rows.order_by("term_no", "weekday", "slot_no"):
        weeks = Weeks(row.first_week, row.last_week, row.parity).words
        turn = "" if weeks == "每周" else f"（{weeks}）"
        found.setdefault(row.course, {})[f"周{_DAYS[row.weekday - 1]}第{row.slot_no}节{turn}"] = None
    return [WeeklyCourse(course, "、".join(at), len(at)) for course, at in sorted(found.items())]


def timetable_slots(place_id: UUID, course: str, starts: date, ends: date) -> list[SlotRef]:
    """The periods of a course by the class's timetable, in order of time: teaching days only, its weeks only.

    A term for which no timetable was brought in yet goes by the other term's of that school year.
    """
    lines = list(TimetableLine.objects.unscoped(_WHY).filter(place_id=place_id, course=course))
    path = org(place_id).path
    calendar = [term for key in {line.school_year for line in lines} for term in terms_of(key, path)]
    terms = {(line.school_year, line.term_no) for line in lines}
    at_of: dict[date, tuple[str, int]] = {}
    found: dict[tuple[date, int], SlotRef] = {}
    for line in lines:
        weeks = Weeks(line.first_week, line.last_week, line.parity)
        for slot in school_slots(place_id, starts, ends, weekday=line.weekday, no=line.slot_no):
            if slot.date not in at_of:
                term = next((one for one in calendar if one.starts <= slot.date <= one.ends), None)
                at_of[slot.date] = (term.year, term.no) if term else ("", 0)
            at = at_of[slot.date]
            own = at == (line.school_year, line.term_no)
            stands_in = at[0] == line.school_year and at not in terms
            if (own or stands_in) and weeks.has(slot.week):
                found[slot.date, slot.no] = slot
    return [found[key] for key in sorted(found)]
