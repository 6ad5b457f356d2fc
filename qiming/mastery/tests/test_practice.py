from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from qiming.mastery import Band, Candidate, Observation, Params, State, band, choose_practice, explain

TODAY = date(2026, 11, 24)
WEAK, NEARLY, KNOWN = State(0.2, 4, TODAY), State(0.8, 4, TODAY), State(0.98, 5, TODAY)
TITLES = {"split": "划分", "over": "过拟合", "matrix": "混淆矩阵"}
NEEDS = {"over": ["split"], "matrix": ["split"]}


def pool(*concepts: str) -> list[Candidate]:
    return [
        Candidate(f"{c}-{n}", c, kind, n)
        for c in concepts
        for n, kind in ((1, "single"), (2, "order"), (3, "match"))
    ]


def test_the_weakest_concept_comes_first_with_its_reason() -> None:
    chosen = choose_practice(
        {"split": KNOWN, "over": WEAK, "matrix": NEARLY},
        NEEDS,
        pool("matrix", "over"),
        today=TODAY,
        titles=TITLES,
    )
    assert [c.item for c in chosen] == ["over-1", "over-2", "matrix-3", "matrix-2"]
    assert "过拟合" in chosen[0].reason


def test_a_weak_prerequisite_goes_before_a_weaker_concept() -> None:
    states = {"split": State(0.5, 4), "over": State(0.1, 4)}
    chosen = choose_practice(states, NEEDS, pool("over", "split"), today=TODAY, titles=TITLES)
    assert [c.concept for c in chosen] == ["split", "split", "over", "over"]
    assert "过拟合" in chosen[0].reason and "先把它练稳" in chosen[0].reason


def test_a_prerequisite_without_items_blocks_nothing() -> None:
    chosen = choose_practice({"split": WEAK, "over": WEAK}, NEEDS, pool("over"), today=TODAY)
    assert {c.concept for c in chosen} == {"over"}


def test_known_rests_a_week_then_comes_back() -> None:
    rested = State(0.98, 5, TODAY - timedelta(days=7))
    assert choose_practice({"split": KNOWN}, {}, pool("split"), today=TODAY) == []
    assert choose_practice({"split": rested}, {}, pool("split"), today=TODAY)[0].item == "split-3"


def test_an_item_just_answered_rests() -> None:
    items = [
        Candidate("a", "split", last_day=TODAY, last_correct=False),
        Candidate("b", "split", last_day=TODAY - timedelta(days=6), last_correct=True),
        Candidate("c", "split", last_day=TODAY - timedelta(days=1), last_correct=False),
    ]
    assert [c.item for c in choose_practice({"split": WEAK}, {}, items, today=TODAY)] == ["c"]


@given(
    st.dictionaries(
        st.sampled_from("abcdef"), st.builds(State, p=st.floats(0.001, 0.999), n=st.integers(0, 9))
    ),
    st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3)),
    st.lists(st.sampled_from("abcdef"), max_size=6, unique=True),
    st.integers(0, 8),
)
def test_any_graph_gives_a_bounded_choice_without_repeats(
    states: dict[str, State], needs: dict[str, list[str]], concepts: list[str], count: int
) -> None:
    chosen = choose_practice(states, needs, pool(*concepts), today=TODAY, count=count)
    assert len(chosen) <= count
    assert len({c.item for c in chosen}) == len(chosen)
    assert all(c.reason for c in chosen)


def test_explanation_replays_each_answer_and_says_what_it_did() -> None:
    told = explain(
        [
            Observation(False, ref="1"),
            Observation(True, try_no=2, hints_used=1, hints_total=3, ref="2"),
            Observation(True, try_no=3, solution_shown=True, ref="3"),
        ]
    )
    assert [s.ref for s in told.steps] == ["1", "2", "3"]
    assert told.steps[0].after < told.steps[0].before
    assert told.steps[1].words == "答对，第2次试，看了1步提示，算得轻一些"
    assert told.steps[2].before == told.steps[2].after
    assert "只算看过" in told.steps[2].words
    assert told.band is Band.PRACTISE and told.state.n == 2


def test_explanation_of_nothing_and_of_mastery() -> None:
    assert explain([]).band is Band.UNSURE
    told = explain([Observation(True)] * 4)
    assert told.band is Band.KNOWN and told.summary.startswith("已经掌握：算数的作答4次，答对4次")
    assert band(told.state) is Band.KNOWN
    assert explain([Observation(True, Params(guess=0.1))] * 2).summary.startswith("快了")
