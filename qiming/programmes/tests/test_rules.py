"""The ranking, the forms' length, the numbers of a call: pure."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiming.kernel import content
from qiming.programmes.queries.facts import FACTS
from qiming.programmes.rules import ranking, reading, terms
from qiming.programmes.types import Candidate, Duty, Programme, Quota, Terms

ROOT = Path(__file__).parents[3] / "content"
CALL = UUID(int=7)
DISTRICTS, STAGES = ("a/", "b/", "c/"), ("primary", "junior")


def read(key: str) -> Programme:
    said = content.read_yaml(ROOT / "programmes" / f"{key}.yaml", ROOT)
    assert not content.against_schema(said, ROOT / "schemas" / "programme.schema.json")
    return reading.parse(said.data, content.hash_data(said.data))


@st.composite
def calls(draw: st.DrawFn) -> tuple[list[Candidate], Quota]:
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from(DISTRICTS),
                st.sampled_from(STAGES),
                st.one_of(st.none(), st.integers(60, 70).map(float)),
            ),
            max_size=14,
        )
    )
    total = draw(st.integers(0, 10))
    quota = Quota(
        total,
        draw(st.one_of(st.none(), st.integers(0, 3))),
        draw(
            st.dictionaries(st.tuples(st.sampled_from(DISTRICTS), st.sampled_from(STAGES)), st.integers(0, 4))
        ),
        draw(st.integers(0, total)),
        frozenset(draw(st.sets(st.sampled_from(DISTRICTS)))),
    )
    return [Candidate(UUID(int=n + 1), *row) for n, row in enumerate(rows)], quota


@settings(max_examples=150, deadline=None)
@given(calls(), st.randoms(use_true_random=False))
def test_the_quota_is_never_exceeded_and_the_floor_is_kept(
    given_call: tuple[list[Candidate], Quota], random: object
) -> None:
    candidates, quota = given_call
    places = ranking.choose(CALL, candidates, quota)
    by_id = {one.id: one for one in candidates}
    chosen = [by_id[one.id] for one in places if one.chosen]
    assert len(chosen) <= quota.total
    cells = {(one.district, one.stage) for one in candidates}
    for cell in cells:
        room = quota.room(cell)
        assert room is None or sum((one.district, one.stage) == cell for one in chosen) <= room
    # the floor, as far as eligible ones and the rooms of their cells reach
    fit = 0
    for cell in cells:
        if cell[0] in quota.floor_districts:
            eligible = sum(
                (one.district, one.stage) == cell and one.percent is not None for one in candidates
            )
            room = quota.room(cell)
            fit += eligible if room is None else min(eligible, room)
    assert sum(one.district in quota.floor_districts for one in chosen) >= min(quota.floor, fit)
    assert all(one.percent is not None for one in chosen)
    assert all(one.why for one in places)
    # nobody of a cell is passed over for somebody of the same cell with fewer points
    for left in (by_id[one.id] for one in places if not one.chosen):
        for one in chosen:
            if left.percent is not None and (one.district, one.stage) == (left.district, left.stage):
                assert (one.percent or 0) >= left.percent
    shuffled = list(candidates)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' own Random
    assert ranking.choose(CALL, shuffled, quota) == places


def test_what_stands_already_keeps_its_place_and_counts() -> None:
    held = Candidate(UUID(int=1), "a/", "junior", 61.0, held=True)
    better = Candidate(UUID(int=2), "a/", "junior", 99.0)
    places = ranking.choose(CALL, [better, held], Quota(1))
    assert [(one.id, one.chosen) for one in places] == [(held.id, True), (better.id, False)]
    assert places[1].why == "总名额已满。"


@pytest.mark.parametrize("path", sorted((ROOT / "programmes").glob("*.yaml")), ids=lambda one: one.stem)
def test_every_programme_is_fit_and_short(path: Path) -> None:
    programme = read(path.stem)
    assert list(reading.faults(programme, FACTS)) == []
    assert reading.pages(programme) <= reading.MOST_PAGES
    assert all(one.source and one.status for one in programme.criteria)


def test_an_unfit_programme_says_why() -> None:
    fit = read("case_collection")
    long = replace(fit, fields=tuple(replace(one, most=4000) if one.most else one for one in fit.fields))
    assert "最多10页" in next(reading.faults(long, FACTS))
    assert any("平台不知道" in one for one in reading.faults(fit, []))


def test_two_hundreds_are_two_programmes() -> None:
    assert {read(one).places for one in ("benchmark_school", "smart_campus_school")} == {100}
    assert read("demonstration_school").places is None


def test_the_numbers_of_a_call() -> None:
    programme = read("smart_campus_school")
    good = Terms(date(2026, 9, 1), date(2026, 10, 15), Quota(40, floor=8, floor_districts=frozenset({"a/"})))
    assert terms.faults(programme, good, 60) == []
    assert "最多再给39个" in terms.faults(programme, good, 61)[0]
    assert terms.faults(programme, replace(good, closes_on=date(2026, 9, 5)), 0) == ["从开始到截止至少30天。"]
    assert len(terms.faults(programme, replace(good, quota=Quota(3, floor=4)), 0)) == 2


def test_lines_of_a_quota() -> None:
    names, stages = {"延庆区": "y/"}, {"小学": "primary"}
    found, wrong = terms.cells_of("延庆区 小学 2\n\n延庆区，小学，3\n火星 小学 1", names, stages)
    assert found == {("y/", "primary"): 2}
    assert len(wrong) == 2


def test_duties_and_terms() -> None:
    duties = (Duty("partners", "结对的学校", 10),)
    assert terms.owed(duties, {"partners": 10}) == []
    assert terms.owed(duties, {}) == ["结对的学校：0，应有10"]
    assert terms.term_end(date(2028, 2, 29), 3) == date(2031, 2, 28)
