"""Pure decisions, table by table and for anything a device may send."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.learning import rules
from qiming.learning.types import Context, HandInState, Late

T = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("facts", "context", "late"),
    [
        ({}, Context.OWN, Late.NO),
        ({"in_period": True}, Context.CLASS, Late.NO),
        ({"in_period": True, "period_ended_at": T + MINUTE}, Context.CLASS, Late.NO),
        ({"in_period": True, "period_ended_at": T - MINUTE}, Context.OWN, Late.PERIOD_ENDED),
        (
            {"in_period": True, "period_ended_at": T - MINUTE, "answered_at": T - HOUR},
            Context.CLASS,
            Late.PERIOD_ENDED,
        ),
        ({"in_homework": True, "homework_due_at": T + HOUR}, Context.HOMEWORK, Late.NO),
        ({"in_homework": True, "homework_due_at": T - MINUTE}, Context.HOMEWORK, Late.HOMEWORK_DUE),
        (
            {"in_homework": True, "homework_due_at": T - MINUTE, "answered_at": T - HOUR},
            Context.HOMEWORK,
            Late.NO,
        ),
        (
            {"in_homework": True, "homework_due_at": T - 2 * DAY, "answered_at": T - 3 * DAY},
            Context.HOMEWORK,
            Late.HOMEWORK_DUE,
        ),
        ({"in_practice": True}, Context.PRACTICE, Late.NO),
        ({"in_practice": True, "offering_closed": True}, Context.PRACTICE, Late.OFFERING_CLOSED),
    ],
)
def test_where_an_answer_belongs(facts: dict[str, Any], context: Context, late: Late) -> None:
    given_facts: dict[str, Any] = {"answered_at": T, "received_at": T} | facts
    assert rules.place(**given_facts) == rules.Place(context, late)


@pytest.mark.parametrize(
    ("client", "believed"),
    [(None, T), (T - HOUR, T - HOUR), (T + HOUR, T), (T - 90 * DAY, T), (T + MINUTE, T + MINUTE)],
)
def test_the_device_clock_is_believed_within_reason(client: datetime | None, believed: datetime) -> None:
    assert rules.when_answered(client, T) == believed


@pytest.mark.parametrize(
    ("tries", "taken", "rungs", "is_open"),
    [(0, 3, 3, False), (1, 3, 3, False), (2, 2, 3, False), (2, 3, 3, True), (9, 0, 0, True)],
)
def test_when_the_solution_opens(tries: int, taken: int, rungs: int, is_open: bool) -> None:
    assert rules.solution_open(tries=tries, rungs_taken=taken, rungs=rungs) is is_open


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
FIELD = st.fixed_dictionaries(
    {"v": VALUES, "at": st.integers(0, 3600).map(lambda s: (T + timedelta(seconds=s)).isoformat())}
)
FIELDS = st.dictionaries(st.sampled_from("abcd"), FIELD, max_size=4)
NOW = T + DAY


@given(FIELDS, FIELDS)
def test_merging_does_not_depend_on_the_order(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert rules.merge_fields(one, other, NOW) == rules.merge_fields(other, one, NOW)


@given(FIELDS, FIELDS, FIELDS)
def test_merging_does_not_depend_on_the_grouping(
    a: dict[str, Any], b: dict[str, Any], c: dict[str, Any]
) -> None:
    left = rules.merge_fields(rules.merge_fields(a, b, NOW), c, NOW)
    assert left == rules.merge_fields(a, rules.merge_fields(b, c, NOW), NOW)


@given(FIELDS)
def test_merging_twice_is_merging_once(fields: dict[str, Any]) -> None:
    once = rules.merge_fields({}, fields, NOW)
    assert rules.merge_fields(once, fields, NOW) == once


@given(st.recursive(VALUES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20))
def test_whatever_arrives_is_cleaned_or_refused(anything: Any) -> None:
    cleaned = rules.clean_fields(anything)
    assert cleaned is None or json.loads(json.dumps(cleaned)) == cleaned


def test_a_clock_that_runs_ahead_wins_nothing() -> None:
    ahead = {"a": {"v": "future", "at": (T + 99 * DAY).isoformat()}}
    assert rules.merge_fields({}, ahead, T)["a"]["at"] == T.isoformat()


def result(key: str, correct: bool | None, score: float | None, waits: bool = False) -> rules.ItemResult:
    return rules.ItemResult(key, correct, score, waits)


@pytest.mark.parametrize(
    ("results", "state", "score", "done"),
    [
        ([result("a", True, 1.0), result("b", False, 0.5)], HandInState.MARKED, 0.75, 2),
        ([result("a", True, 1.0)], HandInState.MARKED, 0.5, 1),
        ([result("a", True, 1.0), result("b", None, None, True)], HandInState.WAITING, None, 2),
        ([], HandInState.MARKED, 0.0, 0),
    ],
)
def test_homework_is_marked_where_the_machine_is_sure(
    results: list[rules.ItemResult], state: HandInState, score: float | None, done: int
) -> None:
    marked = rules.mark_homework(["a", "b"], {one.item_key: one for one in results})
    assert (marked.state, marked.score_scaled, marked.done, marked.of) == (
        state,
        score,
        done,
        2,
    ) and marked.reason


@pytest.mark.parametrize(
    ("points", "share"),
    [
        ({"a": 1, "b": 2}, 1.0),
        ({"a": 0, "b": 1}, 1 / 3),
        ({"a": 1}, None),
        ({"a": 2, "b": 2}, None),
        ({"a": -1, "b": 2}, None),
        ({"a": True, "b": 2}, None),
        ({"a": "1", "b": 2}, None),
        ({"a": 1, "b": 2, "c": 1}, None),
    ],
)
def test_points_are_a_share_of_the_rubric(points: dict[str, Any], share: float | None) -> None:
    assert rules.rubric_score(points, {"a": 1, "b": 2}) == share


@pytest.mark.parametrize(
    ("state", "has"),
    [
        ({"a": [{"b": "data:image/png;base64,x"}]}, True),
        ({"a": "image"}, False),
        ([1, "data:image/x"], True),
        (3, False),
    ],
)
def test_pictures_are_found_wherever_they_are(state: Any, has: bool) -> None:
    assert rules.has_pictures(state) is has


def test_deep_nesting_ends() -> None:
    deep: Any = "plain"
    for _ in range(200):
        deep = [deep]
    assert rules.has_pictures(deep) is True and rules.weight_bytes({"x": float("nan")}) > 1 << 30
