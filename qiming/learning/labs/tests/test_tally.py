"""Evidence counted step by step, and the class's strategies worked out from the counts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.learning.labs import tally, words
from qiming.learning.labs.strategies import WAYS, strategies, way_of
from qiming.learning.labs.tally import Tally


def counted(*said: tuple[str, dict[str, Any]]) -> Tally:
    return tally.after(Tally(), [words.cleaned(what, detail) for what, detail in said])


def trained(data: int, k: int = 3) -> tuple[str, dict[str, Any]]:
    return "trained", {"method": "knn", "settings": {"k": k, "data": {"n": data}}, "scores": {}}


CASES: list[tuple[list[tuple[str, dict[str, Any]]], dict[str, Any], str]] = [
    ([], {}, "looked"),
    ([trained(1)], {"trained": 1}, "once"),
    ([trained(1), trained(1), trained(1)], {"trained": 3, "changed_data": 0}, "again"),
    ([trained(1), trained(2)], {"changed_data": 1, "changed_settings": 0}, "data"),
    ([trained(1), trained(1, k=5)], {"changed_data": 0, "changed_settings": 1}, "settings"),
    ([trained(1), trained(2), trained(2, k=5)], {"changed_data": 1, "changed_settings": 1}, "both"),
    # a test is compared with the test before it, not with the model
    ([trained(1), ("tested", {"settings": {"k": 3}, "scores": {}})], {"tested": 1, "changed_settings": 0}, "once"),
    ([("predicted", {"about": "x", "guess": 1})], {"predicted": 1}, "looked"),
    (
        [("saw-prediction", {"about": "x", "right": True}), ("saw-prediction", {"about": "x", "right": False})],
        {"right": 1, "wrong": 1},
        "looked",
    ),
    ([("reached", {"index": 2, "goal": "a"}), ("reached", {"index": 2, "goal": "a"})], {"goals": (2,)}, "looked"),
    ([("broke", {"how": "只给一类"}), ("broke", {"how": "只给一类"})], {"broke": ("只给一类",)}, "looked"),
    ([("asked-hint", {"hint": 3})], {"hints": 3}, "looked"),
    ([("walked-downhill", {"rate": 0.1, "steps": 5, "loss": 2}), ("walked-downhill", {"rate": 0.5, "steps": 9, "loss": 1})],
     {"trained": 2, "changed_settings": 1}, "settings"),
    ([("walked-downhill", {"rate": 0.1, "steps": 5, "loss": 2}), ("walked-downhill", {"rate": 0.1, "steps": 9, "loss": 1})],
     {"trained": 2, "changed_settings": 0}, "once"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "counts", "way"), CASES)
def test_what_was_said_is_counted(
    said: list[tuple[str, dict[str, Any]]], counts: dict[str, Any], way: str
) -> None:
    run = counted(*said)
    assert {name: getattr(run, name) for name in counts} == counts
    assert run.acts == len(said) and way_of(run).key == way
    assert tally.read(run.as_json()) == run


def test_the_first_hand_in_fixes_the_models_before_it() -> None:
    run = tally.handed_in(counted(trained(1), trained(2)))
    later = tally.handed_in(tally.after(run, [words.cleaned(*trained(3))]))
    assert (run.before_hand_in, later.before_hand_in, later.trained) == (2, 2, 3)
    assert tally.handed_in(Tally()).as_json() == {"before_hand_in": 0}


def test_a_class_in_a_short_picture() -> None:
    class_ = [
        tally.handed_in(counted(trained(1), trained(2))),
        counted(trained(1), trained(1, k=9), ("saw-prediction", {"about": "x", "right": False})),
        counted(("reached", {"index": 0, "goal": "broken-by-few"}), ("asked-hint", {"hint": 1})),
        counted(("broke", {"how": "只给一类"})),
        Tally(),  # never began
    ]
    seen = strategies(class_, "broken-by-few", "三个点就骗过它")
    assert seen.began == 4
    assert {bar.key: (bar.n, bar.share) for bar in seen.bars} == {
        "data": (1, 25),
        "settings": (1, 25),
        "looked": (2, 50),
    }
    assert (seen.predicted, seen.right, seen.wrong, seen.hints) == (1, 0, 1, 1)
    assert dict(seen.broke) == {"三个点就骗过它": 1, "只给一类": 1}
    assert seen.before_hand_in == (("训练2到4次", 1),)
    assert seen.finding == "4人做过，最多的一种做法（2人）：做了别的，没有训练"
    assert strategies([]).finding == "还没有人做这个实验"


def test_a_class_that_had_nothing_to_train_is_told_what_it_did() -> None:
    thought = ("explained", {"about": "运动会的照片", "words": ["照片里的人有权说不"]})
    chose = ("chose", {"about": "运动会的照片", "choice": "先问"})
    seen = strategies([tally.handed_in(counted(thought, chose)), counted(thought)])
    assert seen.finding == "2人做过，最多的一种做法（2人）：想过，说出了理由"
    assert seen.before_hand_in == ()


WORD = st.sampled_from([*words.WORDS, *words.OLDER, "other"])
DETAIL = st.dictionaries(
    st.sampled_from(["index", "goal", "hint", "right", "settings", "method", "how", "about", "pictures"]),
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.dictionaries(st.text(max_size=4), st.integers()),
)  # fmt: skip


@given(st.lists(st.tuples(WORD, DETAIL), max_size=30))
def test_any_evidence_can_be_counted_stored_and_told(said: list[tuple[str, dict[str, Any]]]) -> None:
    run = counted(*said)
    assert tally.read(run.as_json()) == run and run.acts == len(said)
    seen = strategies([run])
    assert sum(bar.n for bar in seen.bars) == seen.began <= 1
    assert way_of(run) in WAYS


def test_a_stored_line_of_another_time_is_read() -> None:
    assert tally.read({"goals": [1], "unheard": 3}) == Tally(goals=(1,))
