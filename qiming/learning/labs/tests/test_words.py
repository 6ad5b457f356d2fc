"""One vocabulary of evidence: typed, small, safe; older labs' words say what they mean."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.learning import rules
from qiming.learning.labs import words

NEW: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("predicted", {"about": "会变小吗", "guess": True}, {"about": "会变小吗", "guess": True}),
    (
        "saw-prediction",
        {"about": "哪类多", "guess": "猫", "came": "狗", "right": False},
        {"about": "哪类多", "guess": "猫", "came": "狗", "right": False},
    ),
    (
        "trained",
        {"method": "knn", "settings": {"k": 3, "data": {"n": 12}}, "scores": {"test": {"right": 3, "all": 4}}},
        {"method": "knn", "settings": {"k": 3, "data": {"n": 12}}, "scores": {"test": 0.75}},
    ),
    ("explained", {"about": "p1", "words": "光线太暗"}, {"about": "p1", "words": ["光线太暗"]}),
    ("broke", {"how": "只给一类"}, {"how": "只给一类"}),
    ("reached", {"index": 2, "goal": "placed", "per_kind": 3}, {"index": 2, "goal": "placed", "more": {"per_kind": 3}}),
    # wrong types go, the rest stays
    ("trained", {"method": 7, "settings": [1], "scores": {"a": "很好", "b": 0.5}}, {"scores": {"b": 0.5}}),
    ("saw-prediction", {"about": "x", "right": "yes"}, {"about": "x"}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "detail", "kept"), NEW)
def test_a_known_word_keeps_its_own_details(what: str, detail: dict[str, Any], kept: dict[str, Any]) -> None:
    said = words.cleaned(what, detail)
    assert said.is_known and (said.word, said.detail) == (what, kept)


OLD: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    ("predicted", {"method": "bfs", "maze": "m1"}, "predicted", {"guess": "bfs"}),
    (
        "saw-prediction",
        {"guess": "bfs", "seen": [{"way": "先宽", "opened": 9}, {"way": "先深", "opened": 5}], "right": False},
        "saw-prediction",
        {"guess": "bfs", "came": "先深", "right": False},
    ),
    ("searched", {"method": "bfs", "opened": 9}, "tested", {"settings": {"method": "bfs"}, "scores": {"opened": 9}}),
    ("guessed-kind", {"k": 3, "right": True, "votes": [2, 1]}, "saw-prediction", {"right": True}),
    ("guessed-centre", {"right": False, "centres": 3}, "saw-prediction", {"right": False}),
    ("guessed-step", {"rate": 0.1, "right": True}, "saw-prediction", {"right": True}),
    ("traced-row", {"row": 3, "right": True}, "saw-prediction", {"right": True}),
    (
        "tested-points",
        {"k": 3, "right": 6, "all": 8, "added": 2, "taken": 0},
        "tested",
        {"settings": {"k": 3, "data": {"added": 2, "taken": 0}}, "scores": {"test": 0.75}},
    ),
    ("groups-settled", {"groups": 3, "rounds": 4, "spread": 8.5}, "trained", {"method": "k-means", "scores": {"spread": 8.5}}),
    ("grew-tree", {"limit": 2, "questions": 3, "depth": 2}, "trained", {"method": "tree", "settings": {"limit": 2}}),
    ("tested-tree", {"which": "hand", "train": {"right": 4, "all": 4}}, "tested", {"scores": {"train": 1.0}}),
    ("walked-downhill", {"rate": 0.1, "steps": 5, "loss": 2.5}, "trained", {"scores": {"loss": 2.5}}),
    ("saw-best-line", {"hand": 3.5, "least": 2.5}, "tested", {"scores": {"loss": 3.5, "best": 2.5}}),
    ("ran-program", {"ending": "clean", "checks": {"a": True, "b": False}}, "tested", {"scores": {"checks": 0.5}}),
    (
        "trained",
        {"run": 1, "method": "knn", "features": "net", "pictures": {"猫": 5}},
        "trained",
        {"method": "knn", "settings": {"data": {"猫": 5}, "features": "net"}},
    ),
    (
        "tested",
        {"run": 1, "method": "knn", "train": {"right": 9, "all": 9}, "test": {"right": 1, "all": 4}, "answers": []},
        "tested",
        {"scores": {"train": 1.0, "test": 0.25}},
    ),
    ("explained-error", {"picture": "a.svg", "reason": "颜色像"}, "explained", {"about": "a.svg", "words": ["颜色像"]}),
    ("named-most-confused", {"pair": ["猫", "狗"], "right": True}, "explained", {"words": ["猫", "狗"]}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "detail", "word", "means"), OLD)
def test_older_words_say_what_they_mean(
    what: str, detail: dict[str, Any], word: str, means: dict[str, Any]
) -> None:
    said = words.cleaned(what, detail)
    assert said.word == word
    assert {name: said.detail.get(name) for name in means} == means
    assert what == word or said.detail["more"]["as"] == what
    # what is kept already says the same when it is read again
    assert words.cleaned(said.word, said.detail) == said


def test_every_older_word_is_in_the_table() -> None:
    assert {one[0] for one in OLD} == set(words.OLDER)


def test_an_unknown_word_stays_small() -> None:
    said = words.cleaned("looked-at-error", {"picture": "x" * 900, "deep": {"a": {"b": {"c": {"d": 1}}}}})
    assert not said.is_known and said.word == "looked-at-error"
    assert len(said.detail["picture"]) == words.MOST_TEXT
    assert said.detail["deep"] == {"a": {"b": None}}


@pytest.mark.parametrize("what", ["", "\u202e\u0000", None, 7, ["trained"]])
def test_no_word_at_all_is_kept_as_other(what: object) -> None:
    assert words.cleaned(what, None) == words.Said("other", {})


def test_pictures_and_unseen_marks_never_stay() -> None:
    said = words.cleaned("broke", {"how": "好\u202e\x07坏", "photo": " DATA:image/png;base64,AAAA"})
    assert said.detail == {"how": "好坏", "more": {"photo": None}}


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=50) | st.dictionaries(st.text(max_size=60), inner, max_size=50),
    max_leaves=80,
)


@given(st.sampled_from([*words.WORDS, *words.OLDER, "anything"]), JSON)
def test_whatever_comes_is_plain_and_keeps_its_meaning(what: str, detail: Any) -> None:
    said = words.cleaned(what, detail)
    json.dumps(said.detail, allow_nan=False, ensure_ascii=False).encode()
    assert words.cleaned(said.word, said.detail).word == said.word
    assert rules.weight_bytes(said.detail) < 1 << 40
