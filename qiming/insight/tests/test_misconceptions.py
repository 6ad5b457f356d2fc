"""Who holds a misconception: two items, not two wrong answers to one; cleared by two right ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.insight.rules.misconceptions import held, shown_by
from qiming.insight.types import Answered, Held

AN, BO = str(1), str(2)
SHOWS = {
    "q1": frozenset({"m"}),
    "q2": frozenset({"m"}),
    "q3": frozenset({"m", "other"}),
    "q4": frozenset({"m"}),
    "q9": frozenset(),
}
START, DAY = 1_793_000_000.0, 86_400.0


def wrong(item: str, name: str = "m", who: str = AN) -> Answered:
    return Answered(who, item, "c", False, [name], 0, False, START)


def right(item: str, who: str = AN, hints: int = 0, *, shown: bool = False) -> Answered:
    return Answered(who, item, "c", True, [], hints, shown, START)


def only(answers: list[Answered]) -> Held:
    (found,) = held(answers, SHOWS)
    return found


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([wrong("q1"), wrong("q2")], "holds"),
        ([wrong("q1"), wrong("q1"), right("q2")], "clue"),
        ([wrong("q1"), right("q2")], "clue"),
        ([wrong("q1"), wrong("q2"), right("q3")], "holds"),
        ([wrong("q1"), wrong("q2"), right("q3"), right("q4")], "cleared"),
        ([wrong("q1"), wrong("q2"), right("q3", hints=1), right("q4")], "holds"),
        ([wrong("q1"), wrong("q2"), right("q3", shown=True), right("q4")], "holds"),
        ([wrong("q1"), wrong("q2"), right("q1"), right("q2")], "holds"),  # second tries clear nothing
        ([wrong("q1"), wrong("q2"), right("q9"), right("q9")], "holds"),  # an item that can't show it
        ([right("q3"), right("q4"), wrong("q1"), wrong("q2")], "holds"),  # right before, not after
        ([wrong("q1"), right("q3"), right("q4")], "cleared"),
        ([wrong("q1"), right("q3"), right("q4"), wrong("q2")], "holds"),  # shown again
    ],
)
def test_one_pupil(answers: list[Answered], state: str) -> None:
    found = only(answers)
    assert {"holds": found.pupils, "clue": found.clue, "cleared": found.cleared}[state] == {AN}
    assert len(found.pupils) + len(found.clue) + len(found.cleared) == 1


def test_one_item_is_only_a_clue_for_the_class_and_says_so() -> None:
    found = only([wrong("q1"), right("q1", BO)])
    assert (found.is_single, set(found.pupils), found.answered) == (True, {AN}, 2)


def test_counts_name_their_base() -> None:
    found = only([wrong("q1"), wrong("q2"), right("q2", BO), wrong("q4", who=str(3)), right("q9", str(4))])
    assert (found.n, set(found.clue), found.answered) == (1, {str(3)}, 3)
    assert found.by_item == (("q1", 1), ("q2", 1), ("q4", 1))


def test_the_commonest_comes_first_and_single_ones_last() -> None:
    answers = [wrong("q3", "other"), wrong("q3", "other", BO), wrong("q1"), wrong("q2")]
    assert [one.id for one in held(answers, SHOWS)] == ["m", "other"]


def test_nothing_comes_of_nothing() -> None:
    assert held([], SHOWS) == []


def test_what_an_item_can_show() -> None:
    item = {
        "options": [{"key": "A", "correct": True}, {"key": "B", "misconception": "m-a"}],
        "traps": [{"value": 3, "misconception": "m-b"}],
    }
    assert shown_by(item) == {"m-a", "m-b"}
    assert shown_by({}) == frozenset()


ANSWERS = st.lists(
    st.builds(
        Answered,
        pupil_id=st.sampled_from([str(n) for n in range(4)]),
        item_key=st.sampled_from(sorted(SHOWS)),
        concept=st.just("c"),
        correct=st.sampled_from([True, False, None]),
        misconceptions=st.sampled_from([[], ["m"], ["other"], ["m", "other"]]),
        hints_used=st.integers(0, 2),
        solution_shown=st.booleans(),
        at=st.just(START),
    ),
    max_size=40,
)


@given(ANSWERS)
def test_everybody_stands_in_one_place_only(answers: list[Answered]) -> None:
    for one in held(answers, SHOWS):
        places = [one.pupils, one.clue, one.cleared]
        showed = {a.pupil_id for a in answers if one.id in a.misconceptions}
        assert frozenset.union(*places) == showed
        assert sum(len(place) for place in places) == len(showed)


@given(ANSWERS)
def test_counting_again_says_the_same(answers: list[Answered]) -> None:
    later = [answer._replace(at=answer.at + DAY) for answer in answers]
    assert held(answers, SHOWS) == held(later, SHOWS)
