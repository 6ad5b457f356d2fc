"""Who is on duty and who is told next, for every roster."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from qiming.assist.duty import rules

PEOPLE = [UUID(int=number) for number in range(1, 7)]
people = st.sampled_from(PEOPLE)
LOW = datetime(2026, 1, 1)  # noqa: DTZ001 - hypothesis takes naive bounds; a roster is about wall clocks
hours = st.integers(0, 22)


@st.composite
def lines(draw: st.DrawFn) -> rules.Line:
    starts = draw(hours)
    ends = draw(st.integers(starts + 1, 23))
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    return rules.Line(draw(people), days, time(starts), time(ends), draw(st.integers(1, 3)))


@given(st.lists(lines(), max_size=8), st.datetimes(LOW, LOW + timedelta(days=31)))
def test_whoever_is_on_duty_has_a_line_that_covers_now_and_gaps_are_what_is_left(
    roster: list[rules.Line], at: datetime
) -> None:
    duty = rules.on_duty(roster, at)
    assert len(set(duty)) == len(duty)
    assert set(duty) == {line.person_id for line in roster if line.covers(at)}
    in_gap = any(
        gap.weekday == at.weekday() and gap.starts <= at.time() < gap.ends for gap in rules.gaps(roster)
    )
    if rules.DAY[0] <= at.time() < rules.DAY[1]:
        assert in_gap is not bool(duty)


@given(st.lists(people, max_size=3), st.lists(people, max_size=4, unique=True), st.lists(people, max_size=3))
def test_everybody_is_told_once_in_order_and_then_it_ends(
    teachers: list[UUID], duty: list[UUID], last: list[UUID]
) -> None:
    told: list[UUID] = []
    for _ in range(20):
        who = rules.next_told(teachers, duty, last, told)
        if not who:
            break
        assert not set(who) & set(told)
        told += who
    else:
        raise AssertionError("telling never ends")
    assert set(told) == set(teachers) | set(duty) | set(last)
    if teachers:
        assert teachers[0] in told[: len(set(teachers))]


def test_one_waits_before_the_next_is_told() -> None:
    at = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    assert not rules.is_late(at, at + rules.WAIT - timedelta(seconds=1))
    assert rules.is_late(at, at + rules.WAIT)
