"""School days: rules by tables and properties, then what a school may change."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries, services
from qiming.registry.rules import calendar as rules
from qiming.registry.testing import Cast
from qiming.registry.types import HolidayRef, SlotTime, Stage, TermRef

AUTUMN = TermRef("2026-2027", 1, date(2026, 9, 1), date(2027, 1, 22), 0, "", False)
SPRING = TermRef("2026-2027", 2, date(2027, 2, 22), date(2027, 7, 9), 0, "", False)
OFF = [HolidayRef(date(2026, 10, n), "国庆节", None, "", False) for n in range(1, 8)]
MAKEUP = HolidayRef(date(2026, 10, 10), "调课", 3, "", False)
CALENDAR = rules.Calendar((AUTUMN, SPRING), {day.date: day for day in [*OFF, MAKEUP]})
TABLE = [SlotTime(1, time(8), time(8, 45), "1"), SlotTime(2, time(9), time(9, 45), "2")]


@pytest.mark.parametrize(
    ("day", "taught"),
    [
        (date(2026, 8, 31), None),
        (date(2026, 9, 1), 2),
        (date(2026, 9, 5), None),
        (date(2026, 10, 1), None),
        (date(2026, 10, 8), 4),
        (date(2026, 10, 10), 3),
        (date(2027, 1, 22), 5),
        (date(2027, 1, 25), None),
        (date(2027, 2, 22), 1),
    ],
)
def test_which_days_are_taught(day: date, taught: int | None) -> None:
    assert rules.taught_as(CALENDAR, day) == taught


@pytest.mark.parametrize(
    ("day", "week"),
    [(date(2026, 9, 1), 1), (date(2026, 9, 6), 1), (date(2026, 9, 7), 2), (date(2026, 12, 31), 18)],
)
def test_weeks_begin_on_monday_and_the_first_day_lies_in_week_one(day: date, week: int) -> None:
    assert rules.week_no(AUTUMN, day) == week


def test_slots_by_weekday_and_number() -> None:
    found = rules.slots(CALENDAR, TABLE, starts=date(2026, 9, 28), ends=date(2026, 10, 14), weekday=3, no=2)
    assert [slot.date for slot in found] == [date(2026, 9, 30), date(2026, 10, 10), date(2026, 10, 14)]
    assert {slot.no for slot in found} == {2}
    assert [slot.week for slot in found] == [5, 6, 7]


def test_days_in_a_row_stand_in_one_line() -> None:
    own = HolidayRef(date(2026, 10, 8), "国庆节", None, "", False, own=True)
    found = rules.spans([*OFF, own, MAKEUP])
    assert [(span.first.day, span.last.day, span.own) for span in found] == [
        (1, 7, False),
        (8, 8, True),
        (10, 10, False),
    ]
    assert rules.spans([]) == []


_days = st.dates(date(2026, 8, 1), date(2027, 8, 1))


@given(_days, st.integers(0, 60), st.none() | st.integers(1, 7), st.none() | st.integers(1, 2))
def test_every_slot_lies_on_a_taught_day_in_order(
    start: date, length: int, weekday: int | None, no: int | None
) -> None:
    end = start + timedelta(days=length)
    found = rules.slots(CALENDAR, TABLE, starts=start, ends=end, weekday=weekday, no=no)
    assert found == sorted(found, key=lambda slot: (slot.date, slot.no))
    for slot in found:
        taught = rules.taught_as(CALENDAR, slot.date)
        assert start <= slot.date <= end and taught is not None
        assert weekday in (None, taught) and no in (None, slot.no) and slot.week >= 1


@given(_days)
def test_weeks_left_only_get_fewer(day: date) -> None:
    now = rules.weeks_left(CALENDAR, day, "2026-2027")
    later = rules.weeks_left(CALENDAR, day + timedelta(days=1), "2026-2027")
    assert 0 <= now - later <= 1


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ([], "至少要有一节课"),
        ([SlotTime(1, time(9), time(8, 30), "")], "第1节的结束时间要晚于开始时间"),
        ([SlotTime(1, time(9), time(9, 5), "")], "一节课应在20到90分钟之间"),
        ([*TABLE, SlotTime(3, time(9, 30), time(10), "")], "第3节在第2节结束之前就开始了"),
    ],
)
def test_what_is_wrong_with_a_period_table(table: list[SlotTime], says: str) -> None:
    assert says in "；".join(rules.table_problems(table))
    assert rules.table_problems(TABLE) == []


# ---------- with the database ----------


def test_a_class_has_slots_by_its_stage_and_holidays_are_removed(cast: Cast) -> None:
    found = queries.school_slots(cast.klass.id, date(2026, 9, 28), date(2026, 10, 9))
    assert {slot.date for slot in found} == {
        date(2026, 9, 28),
        date(2026, 9, 29),
        date(2026, 9, 30),
        date(2026, 10, 8),
        date(2026, 10, 9),
    }
    assert len(queries.slot_times(cast.klass.id)) == 8
    assert all(slot.minutes == 45 for slot in queries.slot_times(cast.school.id))


def test_years_terms_and_weeks(cast: Cast) -> None:
    assert queries.current_year(date(2026, 11, 22)).key == "2026-2027"
    assert queries.current_year(date(2026, 8, 31)).key == "2025-2026"
    assert [term.no for term in queries.terms("2026-2027", cast.klass.path)] == [1, 2]
    assert queries.week_of(date(2026, 9, 1), cast.klass.path) == 1
    assert queries.week_of(date(2027, 2, 10), cast.klass.path) is None
    assert queries.teaching_weeks_left(date(2027, 7, 1), cast.klass.path) == 2
    assert not queries.year("2026-2027").verified
    with pytest.raises(UserError):
        queries.current_year(date(2031, 1, 1))
    with pytest.raises(UserError):
        queries.year("1999-2000")


def test_a_school_sets_its_own_period_table(cast: Cast) -> None:
    services.set_period_table(actor=cast.admin, school_id=cast.school.id, stage=Stage.JUNIOR, table=TABLE)
    assert queries.slot_times(cast.klass.id) == TABLE
    assert len(queries.slot_times(cast.other_class.id)) == 8
    with pytest.raises(UserError, match="没有这个学段"):
        services.set_period_table(
            actor=cast.admin, school_id=cast.school.id, stage=Stage.PRIMARY, table=TABLE
        )
    with pytest.raises(UserError, match="至少"):
        services.set_period_table(actor=cast.admin, school_id=cast.school.id, stage=Stage.JUNIOR, table=[])
    assert queries.slot_times(cast.klass.id) == TABLE


def test_a_school_adds_and_takes_back_a_day_without_lessons(cast: Cast) -> None:
    day = date(2026, 11, 27)
    services.add_holiday(actor=cast.admin, school_id=cast.school.id, day=day, label="运动会")
    assert queries.school_slots(cast.klass.id, day, day) == []
    assert queries.school_slots(cast.other_class.id, day, day) != []
    with pytest.raises(UserError, match="已经写过"):
        services.add_holiday(actor=cast.admin, school_id=cast.school.id, day=day, label="运动会")
    services.remove_holiday(actor=cast.admin, school_id=cast.school.id, day=day)
    assert queries.school_slots(cast.klass.id, day, day) != []
    with pytest.raises(Denied):
        services.remove_holiday(actor=cast.admin, school_id=cast.school.id, day=date(2026, 10, 1))


def test_a_school_teaches_a_make_up_day_as_another_weekday(cast: Cast) -> None:
    day = date(2026, 10, 10)
    services.add_holiday(actor=cast.admin, school_id=cast.school.id, day=day, label="调课", makeup_weekday=1)
    assert queries.school_slots(cast.klass.id, day, day, weekday=1) != []
    assert queries.school_slots(cast.klass.id, day, day, weekday=3) == []


def test_a_school_term_that_differs(cast: Cast) -> None:
    services.set_term(
        actor=cast.admin,
        school_id=cast.school.id,
        year_key="2026-2027",
        no=1,
        starts=date(2026, 9, 7),
        ends=date(2027, 1, 15),
    )
    assert queries.week_of(date(2026, 9, 1), cast.klass.path) is None
    assert queries.week_of(date(2026, 9, 1), cast.other_class.path) == 1


@pytest.mark.parametrize("who", ["teacher", "head", "other_admin", "district_officer", "city_officer"])
def test_only_the_own_administrator_changes_the_calendar(cast: Cast, who: str) -> None:
    actor = cast.actor(who)
    with pytest.raises(Denied):
        services.add_holiday(actor=actor, school_id=cast.school.id, day=date(2026, 11, 27), label="运动会")
    with pytest.raises(Denied):
        services.set_period_table(actor=actor, school_id=cast.school.id, stage=Stage.JUNIOR, table=TABLE)
    assert len(queries.special_days("2026-2027", cast.school.path)) == len(
        queries.special_days("2026-2027", cast.other_school.path)
    )


@pytest.mark.parametrize(
    ("day", "label", "says"),
    [
        (date(2027, 2, 1), "假", "不在学期里"),
        (date(2026, 11, 27), " ", "原因"),
        (date(2026, 11, 27), "长" * 41, "40个字"),
    ],
)
def test_days_that_are_refused(cast: Cast, day: date, label: str, says: str) -> None:
    with pytest.raises(UserError, match=says):
        services.add_holiday(actor=cast.admin, school_id=cast.school.id, day=day, label=label)


def test_a_school_differs_in_a_term_on_the_page_and_goes_back(cast: Cast) -> None:
    client = cast.client("admin")
    url = f"/school/{cast.school.id}/calendar/2026-2027/term/"
    page = f"/school/calendar/?school={cast.school.id}&year=2026-2027"
    assert "还没有核对" in client.get(page).content.decode()
    own = {"no": "1", "starts": "2026-09-03", "ends": "2027-01-20"}
    assert client.post(url, own).status_code == 302
    first = queries.terms("2026-2027", cast.klass.path)[0]
    assert (first.starts, first.ends, first.own) == (date(2026, 9, 3), date(2027, 1, 20), True)
    assert "按全市的" in client.get(page).content.decode()
    assert not queries.terms("2026-2027", cast.other_class.path)[0].own
    assert client.post(url, {"drop": "1"}).status_code == 302
    assert queries.terms("2026-2027", cast.klass.path)[0].starts == date(2026, 9, 1)
    assert client.post(url, {"drop": "1"}).status_code == 404


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"no": "1", "starts": "2026-09-03", "ends": "2027-03-20"}, "重叠"),
        ({"no": "2", "starts": "2027-01-03", "ends": "2027-06-20"}, "重叠"),
        ({"no": "1", "starts": "2026-01-03", "ends": "2026-12-20"}, "学年之内"),
        ({"no": "1", "starts": "2026-12-03", "ends": "2026-10-20"}, "学年之内"),
        ({"no": "1", "starts": "", "ends": "x"}, "日期还没有填"),
    ],
)
def test_terms_that_cannot_be_are_refused(cast: Cast, given_: dict[str, str], said: str) -> None:
    answer = cast.client("admin").post(f"/school/{cast.school.id}/calendar/2026-2027/term/", given_)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not queries.terms("2026-2027", cast.klass.path)[0].own


def test_nobody_else_sets_a_term(cast: Cast) -> None:
    for who in ("teacher", "head", "other_admin", "district_officer"):
        answer = cast.client(who).post(f"/school/{cast.school.id}/calendar/2026-2027/term/", {"drop": "1"})
        assert answer.status_code in {403, 404}
