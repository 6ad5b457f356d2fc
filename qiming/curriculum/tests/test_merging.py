"""Three versions put together: by hand where it matters, by generated lessons for what must always hold."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.curriculum.authoring.merging import MISSING, differences, merge, merged_order

keys = st.sampled_from("abcdef")
texts = st.sampled_from(["", "甲", "乙", "丙"])
pieces = st.lists(keys, unique=True, min_size=1, max_size=4).flatmap(
    lambda names: st.tuples(*[st.fixed_dictionaries({"key": st.just(n), "text": texts}) for n in names]).map(
        list
    )
)
blocks = st.fixed_dictionaries({"text": texts, "minutes": st.integers(1, 3)}, optional={"options": pieces})
lessons = st.dictionaries(keys.map("item/{}".format), blocks, min_size=1, max_size=4).map(
    lambda found: {**found, "items": sorted(name.removeprefix("item/") for name in found)}
)


@given(lessons, lessons)
def test_what_one_side_changed_is_taken(base: dict[str, Any], other: dict[str, Any]) -> None:
    assert merge(base, other, base).value == other
    assert merge(base, base, other).value == other
    assert merge(base, other, other).value == other
    assert not merge(base, other, base).conflicts


@given(lessons, lessons, lessons)
def test_nothing_is_lost_without_a_word(
    base: dict[str, Any], theirs: dict[str, Any], mine: dict[str, Any]
) -> None:
    found = merge(base, theirs, mine)
    for place in base.keys() & theirs.keys() & mine.keys() - {"items"}:
        old, there, here = (side[place]["text"] for side in (base, theirs, mine))
        expected = {there} if here == old else {here}
        assert {found.value[place]["text"]} == expected
    all_theirs = {one.name: "theirs" for one in found.conflicts}
    taken = merge(base, theirs, mine, all_theirs).value
    for one in found.conflicts:
        if one.path[-1] != "@order" and len(one.path) == 2:
            value = taken.get(one.path[0], {}).get(one.path[1], MISSING)
            assert value == one.theirs


@given(lessons, lessons)
def test_equal_lessons_have_no_differences(base: dict[str, Any], other: dict[str, Any]) -> None:
    assert not differences(base, base)
    assert bool(differences(base, other)) == (base != other)


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "order"),
    [
        ("abc", "abxc", "abc", "abxc"),
        ("abc", "abc", "cab", "cab"),
        ("abc", "abcx", "bac", "bacx"),
        ("abc", "axbc", "aybc", "ayxbc"),
        ("abc", "ac", "abcd", "acd"),
        ("abc", "cab", "bca", None),
        ("abc", "bac", "bac", "bac"),
        ("ab", "b", "a", ""),
    ],
)
def test_orders(base: str, theirs: str, mine: str, order: str | None) -> None:
    found = merged_order(list(base), list(theirs), list(mine))
    assert (None if found is None else "".join(found)) == order


def test_two_words_changed_differently_are_a_conflict_at_that_word() -> None:
    def options(a: str, b: str) -> list[dict[str, str]]:
        return [{"key": "A", "text": a}, {"key": "B", "text": b}]

    base, theirs, mine = (
        {"item/q": {"stem": stem, "options": options(a, b)}}
        for stem, a, b in (("问", "甲", "乙"), ("问？", "甲一", "乙"), ("问", "甲二", "乙二"))
    )
    found = merge(base, theirs, mine)
    assert [one.name for one in found.conflicts] == ["item/q/options/A/text"]
    assert found.value == {"item/q": {"stem": "问？", "options": options("甲二", "乙二")}}
    chosen = merge(base, theirs, mine, {"item/q/options/A/text": "theirs"})
    assert chosen.value == {"item/q": {"stem": "问？", "options": options("甲一", "乙二")}}


def test_what_one_deleted_and_the_other_changed_must_be_chosen() -> None:
    base, theirs = {"activity/x": {"text": "甲"}}, {"activity/x": {"text": "乙"}}
    found = merge(base, theirs, {})
    assert [one.path for one in found.conflicts] == [("activity/x",)]
    assert found.value == {}
    assert merge(base, theirs, {}, {"activity/x": "theirs"}).value == theirs
    assert merge(base, base, {}).value == {}
