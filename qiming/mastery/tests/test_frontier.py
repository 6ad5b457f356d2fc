"""The frontier: nothing before what it builds on, reviews in their share, reasons in words, the same input the same choice."""

import string

from hypothesis import example, given
from hypothesis import strategies as st

from qiming.mastery.frontier import (
    KNOWN_AT,
    READY_AT,
    Offer,
    Standing,
    Why,
    blocking,
    choose_next,
    frontier,
    start_of,
)

NEEDS = {"b": ["a"], "c": ["b"], "d": []}
NAMES = list(string.ascii_lowercase[:7])
CHANCE = st.floats(0, 1)
GRAPHS = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=3))
STANDINGS = st.builds(
    Standing,
    known=st.dictionaries(st.sampled_from(NAMES), CHANCE),
    answered=st.dictionaries(st.sampled_from(NAMES), st.integers(0, 9)),
    due=st.dictionaries(st.sampled_from(NAMES), CHANCE),
)
OFFERS = st.lists(st.builds(Offer, st.integers(0, 20).map(str), st.sampled_from(NAMES), CHANCE), max_size=15)


def offers(*concepts: str) -> list[Offer]:
    return [Offer(f"{c}{n}", c, chance) for c in concepts for n, chance in enumerate((0.5, 0.74, 0.95))]


@example(Standing({}, {}, {}), {"b": ["a"]}, [Offer("1", "a", 0.0), Offer("1", "b", 0.0)], "")
@given(STANDINGS, GRAPHS, OFFERS, st.text(max_size=3))
def test_nothing_blocked_is_offered_nothing_twice_and_something_always(
    standing: Standing, needs: dict[str, list[str]], given_: list[Offer], seed: str
) -> None:
    chosen = choose_next(standing, needs, given_, seed=seed)
    concepts = {one.concept for one in given_}
    for one in chosen:
        assert not concepts & set(blocking(one.concept, standing, needs))
        assert one.words and not any(mark.isdigit() for mark in one.words)
    assert len({one.item for one in chosen}) == len(chosen) <= 5
    assert bool(chosen) == bool(given_)
    assert chosen == choose_next(standing, needs, given_, seed=seed)


@given(STANDINGS, GRAPHS)
def test_the_frontier_is_what_is_not_known_and_not_blocked(
    standing: Standing, needs: dict[str, list[str]]
) -> None:
    found = frontier(standing, needs, NAMES)
    for name in NAMES:
        is_open = standing.known.get(name, 0) < KNOWN_AT and not blocking(name, standing, needs)
        assert (name in found) == is_open


def test_a_new_pupil_begins_at_the_roots_near_three_in_four() -> None:
    chosen = choose_next(Standing({}), NEEDS, offers("a", "b", "c", "d"), seed="1", explored=0.0)
    assert {one.concept for one in chosen} == {"a", "d"}
    assert {one.item for one in chosen[:2]} == {"a1", "d1"}
    assert all("可以开始学了" in one.words for one in chosen)


def test_a_weak_prerequisite_comes_first_and_says_for_what() -> None:
    standing = Standing({"a": 0.4, "b": 0.5}, {"a": 5, "b": 5})
    [first, *_] = choose_next(standing, NEEDS, offers("a", "b"), seed="1", titles={"a": "甲", "b": "乙"})
    assert (first.concept, first.why) == ("a", Why.REPAIR)
    assert first.words == "“乙”要用到“甲”，先把它练稳。"


def test_a_prerequisite_without_items_blocks_nothing() -> None:
    assert choose_next(Standing({"a": 0.3}), NEEDS, offers("b"), seed="1")


def test_due_reviews_come_first_but_leave_half_the_places() -> None:
    standing = Standing({"a": 0.97, "b": 0.8}, {"a": 9, "b": 9}, due={"a": 0.8})
    chosen = choose_next(standing, NEEDS, [*offers("a"), *offers("b")], seed="1", count=4)
    assert [one.why for one in chosen] == [Why.REVIEW, Why.REVIEW, Why.LEARN, Why.LEARN]
    assert len(choose_next(standing, NEEDS, offers("a"), seed="1", count=4)) == 3


def test_exploration_takes_its_share_and_only_of_what_is_little_known() -> None:
    standing = Standing({"a": 0.8, "d": 0.5}, {"a": 9, "d": 1})
    firsts = [choose_next(standing, NEEDS, offers("a", "d"), seed=str(n), count=1)[0] for n in range(400)]
    explored = [one for one in firsts if one.why is Why.EXPLORE]
    assert {one.concept for one in explored} == {"d"}
    assert 20 <= len(explored) <= 65


@given(st.floats(0.05, 0.9), CHANCE, CHANCE, st.floats(-4, 4))
def test_a_start_follows_what_it_builds_on(usual: float, one: float, other: float, ability: float) -> None:
    low, high = sorted((one, other))
    of = [start_of("b", {"a": p}, NEEDS, usual=usual, ability=ability) for p in (low, high)]
    alone = start_of("b", {}, NEEDS, usual=usual, ability=ability)
    assert 0 < of[0] <= of[1] < 1
    assert of[1] >= alone - 1e-9 if high >= usual else of[1] <= alone + 1e-9
    assert start_of("d", {}, NEEDS, usual=usual, ability=abs(ability)) >= usual - 1e-9
    assert start_of("b", {"a": READY_AT}, {"b": ["b"]}, usual=usual) == start_of("b", {}, {}, usual=usual)
