"""The year end, pure: digests, what is drawn, what looks hurried, what changed since."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.governance.yearend import rules
from qiming.governance.yearend.rules import Taught

SCHOOLS = st.dictionaries(st.uuids(), st.integers(0, 7), min_size=1, max_size=120)
START = datetime(2027, 7, 1, 9, tzinfo=UTC)


def line(key: str = "a", **more: int) -> dict[str, object]:
    known = dict.fromkeys(
        ("pupils", "zero", "enough", "confirmed_milli", "platform", "documented", "declared"), 0
    )
    return {"class_id": key, "name": f"{key}班", **known, **more}


@given(SCHOOLS, st.text(min_size=1, max_size=12))
def test_a_draw_is_the_same_for_everybody(schools: dict[UUID, int], seed: str) -> None:
    drawn = rules.draw(schools, seed)
    again = rules.draw(dict(reversed(schools.items())), seed)
    assert drawn == again
    both = [*drawn.by_risk, *drawn.at_random]
    assert len(both) == len(set(both)) == rules.size(len(schools))
    assert set(both) <= schools.keys()
    assert all(schools[one] > 0 for one in drawn.by_risk)
    assert len(drawn.by_risk) <= len(both) // 2
    left = [points for one, points in schools.items() if one not in drawn.by_risk]
    assert all(schools[one] >= max(left) for one in drawn.by_risk) or not drawn.by_risk


@pytest.mark.parametrize(("schools", "looked_at"), [(0, 0), (1, 1), (2, 2), (40, 2), (41, 3), (80, 4)])
def test_how_many_are_looked_at(schools: int, looked_at: int) -> None:
    assert rules.size(schools) == looked_at


def test_every_school_has_the_same_chance_where_nothing_looks_hurried() -> None:
    schools = {UUID(int=n): 0 for n in range(10)}
    seen = {one for seed in range(200) for one in rules.draw(schools, str(seed)).at_random}
    assert seen == set(schools)


@pytest.mark.parametrize(
    ("periods", "keys"),
    [
        ([Taught(date(2027, 6, 1), START, False, False, False)] * 3, []),
        ([Taught(date(2027, 6, 1), START, False, False, False)] * 8, ["burst"]),
        (
            [Taught(date(2027, 6, 1), START + timedelta(days=n), True, True, n < 2) for n in range(8)],
            ["declared", "late", "amended"],
        ),
        ([Taught(date(2027, 6, 1), START + timedelta(days=n), False, False, False) for n in range(40)], []),
    ],
)
def test_what_looks_hurried(periods: list[Taught], keys: list[str]) -> None:
    assert [one.key for one in rules.signals(periods)] == keys


@given(st.lists(st.integers(0, 3000).map(lambda minutes: START + timedelta(minutes=minutes)), max_size=30))
def test_a_burst_is_what_counting_by_hand_finds(moments: list[datetime]) -> None:
    by_hand = max(
        (sum(timedelta() <= one - at <= rules.BURST for one in moments) for at in moments), default=0
    )
    assert rules._burst(moments) == by_hand


@given(st.permutations([("a", 1), ("b", 2), ("c", 3)]))
def test_a_digest_is_of_what_is_said_not_of_how(pairs: list[tuple[str, int]]) -> None:
    assert rules.digest(dict(pairs)) == rules.digest({"a": 1, "b": 2, "c": 3})
    assert rules.digest(dict(pairs)) != rules.digest({"a": 1, "b": 2, "c": 4})


def test_changes_are_told_class_by_class() -> None:
    then = [line("a", pupils=40, enough=39, confirmed_milli=7000), line("b", pupils=30)]
    now = [line("a", pupils=40, enough=40, confirmed_milli=8500), line("c", pupils=20)]
    told = [(one.name, one.what, one.then, one.now) for one in rules.changes(then, now)]
    assert ("a班", "满的人数", 39, 40) in told
    assert ("a班", "课时", 7, 8) in told
    assert ("b班", "人数", 30, None) in told
    assert ("c班", "人数", None, 20) in told
    assert rules.changes(then, list(reversed(then))) == []


def test_before_it_is_nearly_over_a_year_is_rehearsed() -> None:
    ends = date(2027, 7, 9)
    assert rules.is_rehearsal(date(2026, 11, 20), ends)
    assert not rules.is_rehearsal(date(2027, 6, 1), ends)
