"""Strata, weights and intervals of surveys as pure functions."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.governance.surveys.results import Group, count, interval, parts, spread, tally, weights
from qiming.governance.surveys.rules import SMALL, Kind, Question, Stratum, merged, once, stratum_of

ONE = Question("q1", Kind.ONE, "哪个", ("甲", "乙"))


def test_wilson_against_printed_values() -> None:
    # Newcombe (1998), table I: 81 of 263 and 15 of 148
    assert interval(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert interval(15 / 148, 148) == pytest.approx((0.0624, 0.1605), abs=1e-4)


@given(st.floats(0, 1), st.floats(1, 1e5))
def test_an_interval_holds_its_share(share: float, n: float) -> None:
    low, high = interval(share, n)
    assert 0 <= low <= share + 1e-9 and share - 1e-9 <= high <= 1


@given(st.lists(st.sampled_from([0, 1]), min_size=SMALL, max_size=60), st.integers(1, 5000))
def test_one_stratum_is_its_plain_share(chosen: list[int], people: int) -> None:
    groups = count((0, {"q1": one}) for one in chosen)
    told = tally([ONE], groups, {0: people}, 0)
    assert told["questions"][0]["options"][1]["share"] == pytest.approx(sum(chosen) / len(chosen), abs=1e-4)
    assert spread(groups, weights(groups, {0: people})) == pytest.approx(1)


@given(st.dictionaries(st.integers(0, 5), st.integers(1, 40), min_size=1), st.data())
def test_unequal_weights_never_make_it_surer(sizes: dict[int, int], data: st.DataObject) -> None:
    groups = {one: Group(n, {}, {}) for one, n in sizes.items()}
    people = {one: data.draw(st.integers(1, 9000)) for one in sizes}
    assert spread(groups, weights(groups, people)) >= 1 - 1e-9


@given(st.dictionaries(st.sampled_from(["primary", "junior", "senior"]), st.integers(0, 30), min_size=1))
def test_nothing_left_out_is_found_by_subtraction(sizes: dict[str, int]) -> None:
    strata = [{"no": no, "stage": stage, "people": 100, "drawn": 1} for no, stage in enumerate(sizes)]
    rows = [(no, {"q1": 0}) for no, n in enumerate(sizes.values()) for _ in range(n)]
    names = {"primary": "小学", "junior": "初中", "senior": "高中"}
    shown = {one["name"] for one in parts([ONE], count(rows), strata, names, True)}
    hidden = [n for stage, n in sizes.items() if n and names[stage] not in shown]
    assert all(n >= SMALL for stage, n in sizes.items() if names[stage] in shown)
    assert not hidden or not shown or len(hidden) >= 2


people = st.frozensets(st.integers(0, 60).map(lambda at: UUID(int=at)), max_size=25)


@given(st.lists(people, min_size=1, max_size=8))
def test_small_strata_are_merged_and_nobody_is_lost_or_asked_twice(invited: list[frozenset[UUID]]) -> None:
    strata = once(
        [Stratum(str(at), "junior", 1, (uuid4(),), len(one), one) for at, one in enumerate(invited)]
    )
    found = merged(strata)
    assert sum(len(one.invited) for one in found) == len(frozenset().union(*invited))
    assert len(found) == 1 or all(len(one.invited) >= SMALL for one in found)
    assert sum(one.classes for one in found) == len(invited)


@pytest.mark.parametrize("text", ["", "x", "1", "1.", ".a", "-1.a", "١.a", "99999.a"])
def test_what_is_no_token_has_no_stratum(text: str) -> None:
    assert stratum_of(text) == -1
