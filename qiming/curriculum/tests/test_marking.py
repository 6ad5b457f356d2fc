"""Marking: a table per kind, and hostile input of every shape."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiming.curriculum.rules import MalformedResponse, mark
from qiming.curriculum.rules.marking import parse_number

SINGLE = {
    "kind": "single",
    "options": [
        {"key": "A", "text": "对", "correct": True, "reply": "对。"},
        {"key": "B", "text": "错", "misconception": "m-b", "reply": "再想想。"},
    ],
}
MULTIPLE = {
    "kind": "multiple",
    "options": [
        {"key": "A", "text": "1", "correct": True, "reply": "对。"},
        {"key": "B", "text": "2", "correct": True, "reply": "对。"},
        {"key": "C", "text": "3", "misconception": "m-c", "reply": "C 呢？"},
        {"key": "D", "text": "4", "misconception": "m-d", "reply": "D 呢？"},
    ],
}
SPOTS = {
    "kind": "hotspot",
    "size": [400, 300],
    "options": [
        {"key": key, "text": key, "area": {"shape": "circle", "at": [at, 50, 20]}} | more
        for key, at, more in (
            ("A", 50, {"correct": True, "reply": "是它。"}),
            ("B", 150, {"misconception": "m-b", "reply": "B 和旁边的不同在哪？"}),
            ("C", 250, {"misconception": "m-c", "reply": "C 呢？"}),
        )
    ],
}
TWO_SPOTS = {
    **SPOTS,
    "least": 2,
    "most": 2,
    "options": [*SPOTS["options"], {"key": "D", "text": "D", "correct": True, "reply": "是。"}],
    "otherwise": "再找一处。",
}
ORDER = {
    "kind": "order",
    "entries": [{"key": k, "text": k} for k in "abc"],
    "traps": [{"before": ["c", "a"], "misconception": "m-ca", "reply": "c 真的在前？"}],
}
MATCH = {
    "kind": "match",
    "left": [{"key": "l1", "text": ""}, {"key": "l2", "text": ""}],
    "right": [{"key": "r1", "text": ""}, {"key": "r2", "text": ""}, {"key": "r3", "text": ""}],
    "pairs": {"l1": "r1", "l2": "r2"},
    "traps": [{"pair": ["l1", "r2"], "misconception": "m-12", "reply": "再看左边。"}],
    "otherwise": "有一条没连对。",
}
CLASSIFY = {
    "kind": "classify",
    "bins": [{"key": "x", "text": ""}, {"key": "y", "text": ""}],
    "entries": [{"key": "a", "text": "", "bin": "x"}, {"key": "b", "text": "", "bin": "y"}],
    "traps": [{"entry": "b", "bin": "x", "misconception": "m-bx", "reply": "b 呢？"}],
}
NUMERIC = {
    "kind": "numeric",
    "answer": {"value": 0.75, "tolerance": 0.005},
    "traps": [{"value": 0.9, "tolerance": 0.005, "misconception": "m-mix", "reply": "加在一起了？"}],
}
PERCENT = {"kind": "numeric", "answer": {"value": 75, "tolerance": 0.5, "unit": "%"}}
SHORT = {"kind": "short", "accept": ["测试集", "test set"], "rubric": [], "sample": ""}
ALL = [SINGLE, MULTIPLE, SPOTS, TWO_SPOTS, ORDER, MATCH, CLASSIFY, NUMERIC, PERCENT, SHORT]

CASES: list[tuple[dict[str, Any], dict[str, Any], bool | None, float, list[str], str]] = [
    (SINGLE, {"choice": "A"}, True, 1.0, [], "对。"),
    (SINGLE, {"choice": "B"}, False, 0.0, ["m-b"], "再想想。"),
    (MULTIPLE, {"choices": ["B", "A"]}, True, 1.0, [], "答对了。"),
    (MULTIPLE, {"choices": ["A"]}, False, 0.5, [], "选出来的都对，不过还没有选全。"),
    (MULTIPLE, {"choices": ["A", "B", "C"]}, False, 0.5, ["m-c"], "C 呢？"),
    (MULTIPLE, {"choices": ["D", "C"]}, False, 0.0, ["m-c", "m-d"], "C 呢？"),
    (SPOTS, {"choices": ["A"]}, True, 1.0, [], "是它。"),
    (SPOTS, {"choices": ["B"]}, False, 0.0, ["m-b"], "B 和旁边的不同在哪？"),
    (TWO_SPOTS, {"choices": ["D", "A"]}, True, 1.0, [], "答对了。"),
    (TWO_SPOTS, {"choices": ["A", "C"]}, False, 0.0, ["m-c"], "C 呢？"),
    (TWO_SPOTS, {"choices": ["B", "C"]}, False, 0.0, ["m-b", "m-c"], "B 和旁边的不同在哪？"),
    (ORDER, {"order": ["a", "b", "c"]}, True, 1.0, [], "答对了。"),
    (ORDER, {"order": ["a", "c", "b"]}, False, 2 / 3, [], "还差一点，再看看题。"),
    (ORDER, {"order": ["c", "b", "a"]}, False, 0.0, ["m-ca"], "c 真的在前？"),
    (MATCH, {"pairs": {"l1": "r1", "l2": "r2"}}, True, 1.0, [], "答对了。"),
    (MATCH, {"pairs": {"l1": "r2", "l2": "r2"}}, False, 0.5, ["m-12"], "再看左边。"),
    (MATCH, {"pairs": {"l1": "r3", "l2": "r2"}}, False, 0.5, [], "有一条没连对。"),
    (CLASSIFY, {"bins": {"a": "x", "b": "y"}}, True, 1.0, [], "答对了。"),
    (CLASSIFY, {"bins": {"a": "x", "b": "x"}}, False, 0.5, ["m-bx"], "b 呢？"),
    (NUMERIC, {"value": "0.75"}, True, 1.0, [], "答对了。"),
    (NUMERIC, {"value": "75%"}, True, 1.0, [], "答对了。"),
    (NUMERIC, {"value": " ３／４ "}, True, 1.0, [], "答对了。"),
    (NUMERIC, {"value": "０．９"}, False, 0.0, ["m-mix"], "加在一起了？"),
    (NUMERIC, {"value": 0.5}, False, 0.0, [], "还差一点，再看看题。"),
    (PERCENT, {"value": "75"}, True, 1.0, [], "答对了。"),
    (PERCENT, {"value": "75％"}, True, 1.0, [], "答对了。"),
    (SHORT, {"text": "  ＴＥＳＴ Set。"}, True, 1.0, [], "答对了。"),
    (SHORT, {"text": "没见过的那些"}, None, 0.0, [], "写好了。这句话要老师看过才算。"),
]


@pytest.mark.parametrize(("item", "response", "correct", "score", "named", "reply"), CASES)
def test_marks(
    item: dict[str, Any],
    response: dict[str, Any],
    correct: bool | None,
    score: float,
    named: list[str],
    reply: str,
) -> None:
    verdict = mark(item, response)
    assert (verdict.correct, verdict.misconceptions, verdict.reply) == (correct, named, reply)
    assert verdict.score == pytest.approx(score)


def test_says_of_each_part_whether_it_was_right() -> None:
    assert mark(ORDER, {"order": ["a", "c", "b"]}).per_part == {"a": True, "b": False, "c": False}
    assert mark(MATCH, {"pairs": {"l1": "r2", "l2": "r2"}}).per_part == {"l1": False, "l2": True}
    assert mark(MULTIPLE, {"choices": ["A", "C"]}).per_part == {"A": True, "C": False}


MALFORMED = [
    (SINGLE, {}),
    (SINGLE, {"choice": "Z"}),
    (SINGLE, {"choice": ["A"]}),
    (SINGLE, None),
    (SINGLE, "A"),
    (MULTIPLE, {"choices": []}),
    (MULTIPLE, {"choices": ["A", "A"]}),
    (MULTIPLE, {"choices": "AB"}),
    (SPOTS, {"choices": ["A", "B"]}),
    (SPOTS, {"choices": []}),
    (SPOTS, {"choices": ["E"]}),
    (SPOTS, {"points": [[50, 50]]}),
    (TWO_SPOTS, {"choices": ["A"]}),
    (TWO_SPOTS, {"choices": ["A", "B", "D"]}),
    (ORDER, {"order": ["a", "b"]}),
    (ORDER, {"order": ["a", "b", "b"]}),
    (MATCH, {"pairs": {"l1": "r1"}}),
    (MATCH, {"pairs": {"l1": "r1", "l2": {}}}),
    (CLASSIFY, {"bins": {"a": "x", "b": "q"}}),
    (NUMERIC, {"value": "abc"}),
    (NUMERIC, {"value": "NaN"}),
    (NUMERIC, {"value": "Infinity"}),
    (NUMERIC, {"value": "1e999999"}),
    (NUMERIC, {"value": "1/0"}),
    (NUMERIC, {"value": "9" * 60}),
    (NUMERIC, {"value": True}),
    (NUMERIC, {"value": ""}),
    (SHORT, {"text": " 。 "}),
    (SHORT, {"text": "长" * 2001}),
    (SHORT, {"text": 7}),
    ({"kind": "essay"}, {"text": "x"}),
]


@pytest.mark.parametrize(("item", "response"), MALFORMED)
def test_a_malformed_response_is_told_so_in_words(item: dict[str, Any], response: Any) -> None:
    with pytest.raises(MalformedResponse) as refusal:
        mark(item, response)
    assert str(refusal.value).endswith("。")


KEYS = st.sampled_from(["A", "B", "a", "b", "c", "l1", "l2", "r1", "x", "", "__proto__"]) | st.text(
    max_size=5
)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | KEYS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=15,
)
FIELDS = st.sampled_from(["choice", "choices", "order", "pairs", "bins", "value", "text"])


@settings(max_examples=400)
@given(st.sampled_from(ALL), ANY | st.dictionaries(FIELDS, ANY, max_size=4))
def test_nothing_but_malformed_response_is_ever_raised(item: dict[str, Any], response: Any) -> None:
    try:
        verdict = mark(item, response)
    except MalformedResponse:
        return
    assert 0.0 <= verdict.score <= 1.0
    assert verdict.reply
    assert (verdict.correct is True) == (verdict.score == 1.0)


@given(st.permutations(["a", "b", "c"]))
def test_only_the_right_order_is_right(order: list[str]) -> None:
    assert mark(ORDER, {"order": order}).correct is (order == ["a", "b", "c"])


@given(st.text(max_size=60))
def test_numbers_are_read_or_refused(raw: str) -> None:
    with suppress(MalformedResponse):
        assert parse_number(raw).is_finite()


@pytest.mark.parametrize("raw", ["-3", "－3", "−3", " - 3 ", "-6/2"])
def test_a_minus_may_come_from_any_keyboard(raw: str) -> None:
    assert parse_number(raw) == -3
