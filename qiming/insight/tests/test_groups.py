"""Suggested groups: everybody in exactly one, what is more precise first, nobody guessed at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.insight.rules.groups import assessed, is_known, suggest, threshold
from qiming.insight.types import GroupKind

CLASS = [f"{n:02}" for n in range(12)]
CONCEPTS = ["c1", "c2", "c3"]


def all_bands(band: str, but: dict[tuple[int, str], str] | None = None) -> dict[tuple[str, str], str]:
    found = {(pupil, key): band for pupil in CLASS for key in CONCEPTS}
    return found | {(CLASS[n], key): value for (n, key), value in (but or {}).items()}


@pytest.mark.parametrize(
    ("pupils", "least"), [(0, 1), (1, 1), (4, 1), (5, 2), (8, 2), (9, 3), (12, 3), (45, 3)]
)
def test_how_many_make_a_group(pupils: int, least: int) -> None:
    assert threshold(pupils) == least


def test_a_misconception_comes_before_a_weak_concept() -> None:
    bands = all_bands("known", {(n, "c1"): "practise" for n in range(6)})
    groups = suggest(CLASS, {"m": {CLASS[0], CLASS[1], CLASS[2]}}, bands, CONCEPTS)
    assert [(one.kind, one.key, len(one.pupils)) for one in groups] == [
        (GroupKind.MISCONCEPTION, "m", 3),
        (GroupKind.CONCEPT, "c1", 3),
        (GroupKind.AHEAD, "ahead", 6),
    ]


def test_too_few_for_a_group_practise_by_themselves() -> None:
    bands = all_bands("known", {(0, "c1"): "practise", (1, "c2"): "practise"})
    kinds = {one.kind: one.pupils for one in suggest(CLASS, {"m": {CLASS[2]}}, bands, CONCEPTS)}
    assert kinds[GroupKind.OWN] == tuple(CLASS[:3])
    assert len(kinds[GroupKind.AHEAD]) == 9


def test_whoever_we_know_too_little_about_is_told_apart() -> None:
    bands = {key: band for key, band in all_bands("known").items() if key[0] != CLASS[5]}
    bands[(CLASS[5], "c1")] = "known"
    groups = suggest(CLASS, {}, bands, CONCEPTS)
    assert [(one.kind, len(one.pupils)) for one in groups] == [(GroupKind.AHEAD, 11), (GroupKind.UNKNOWN, 1)]


def test_without_answers_nobody_is_known() -> None:
    (group,) = suggest(CLASS, {}, {}, CONCEPTS)
    assert (group.kind, group.pupils) == (GroupKind.UNKNOWN, tuple(CLASS))
    assert suggest([], {}, {}, CONCEPTS) == []


def test_a_concept_nobody_can_be_judged_on_does_not_make_anybody_unknown() -> None:
    bands = all_bands("known", {(n, "c3"): "unsure" for n in range(12)})
    assert assessed(CLASS, bands, CONCEPTS) == ["c1", "c2"]
    assert is_known(CLASS[0], bands, ["c1", "c2"])
    assert not is_known(CLASS[0], bands, [])


def test_one_pupil_alone() -> None:
    one = CLASS[:1]
    (group,) = suggest(one, {"m": {one[0]}}, {}, CONCEPTS)
    assert (group.kind, group.pupils) == (GroupKind.MISCONCEPTION, tuple(one))


BANDS = st.dictionaries(
    st.tuples(st.sampled_from(CLASS), st.sampled_from(CONCEPTS)),
    st.sampled_from(["known", "nearly", "practise", "unsure"]),
)
HOLDERS = st.dictionaries(st.sampled_from(["m1", "m2", "m3"]), st.sets(st.sampled_from(CLASS)))


@given(BANDS, HOLDERS, st.integers(0, len(CLASS)))
def test_everybody_is_in_exactly_one_group(
    bands: dict[tuple[str, str], str], holders: dict[str, set[str]], size: int
) -> None:
    pupils = CLASS[:size]
    groups = suggest(pupils, holders, bands, CONCEPTS)
    assert sorted(p for one in groups for p in one.pupils) == sorted(pupils)
    assert all(list(one.pupils) == sorted(one.pupils) and one.pupils for one in groups)
    assert len({(one.kind, one.key) for one in groups}) == len(groups) <= 7
