"""Where a product stands and whether it may be served: tables, and properties over every set of conditions."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.assurance.admission import ANY, OF_STATE, Conditions, Facts, Function, Scope, Verdict
from qiming.assurance.rules.standing import (
    CLOSED_TO_PRIMARY,
    SERVING,
    Asked,
    Case,
    both,
    is_stricter,
    may_serve,
    verdict_of,
    version_hash,
)
from qiming.assurance.testing import OPEN, facts

TODAY = date(2026, 11, 20)
ASKED = Asked("junior", frozenset({"chat"}), frozenset({"answers"}))
SCHOOL = "b/4k2/x9y8z/"

words = st.sampled_from(["primary", "junior", "senior", ANY])
stages = st.frozensets(words, max_size=3)
functions = st.frozensets(st.sampled_from([one.value for one in Function]), max_size=4)
scopes = st.frozensets(st.sampled_from([*(one.value for one in Scope), ANY]), max_size=4)
days = st.none() | st.dates(TODAY - timedelta(days=3), TODAY + timedelta(days=3))
conditions = st.builds(
    Conditions,
    stages=stages,
    subjects=st.frozensets(st.sampled_from(["数学", "语文", ANY]), max_size=2),
    functions_off=functions,
    data_scopes=scopes,
    daily_launches=st.none() | st.integers(0, 3),
    until=days,
    supervised_only=st.booleans(),
)
asking = st.builds(
    Asked,
    stage=st.sampled_from(["primary", "junior", "senior"]),
    functions=functions,
    personal_fields=st.frozensets(st.sampled_from([one.value for one in Scope]), max_size=3),
    subject=st.sampled_from(["", "数学", "语文"]),
    school_path=st.sampled_from(["", SCHOOL]),
    supervised=st.booleans(),
)
cases = st.builds(
    Case,
    st.sampled_from(list(Verdict)),
    conditions,
    asking,
    today=st.just(TODAY),
    launches_today=st.integers(0, 3),
    trial_schools=st.sampled_from([frozenset[str](), frozenset({SCHOOL})]),
)


@pytest.mark.parametrize(
    ("verdict", "change", "asked", "says"),
    [
        (Verdict.ADMITTED, {}, ASKED, ""),
        (Verdict.WATCH, {}, ASKED, ""),
        (Verdict.SUSPENDED, {}, ASKED, "暂停"),
        (Verdict.RETEST, {}, ASKED, "复测"),
        (Verdict.REVOKED, {}, ASKED, "撤销"),
        (Verdict.ADMITTED, {"until": TODAY}, ASKED, ""),
        (Verdict.ADMITTED, {"until": TODAY - timedelta(days=1)}, ASKED, "到期"),
        (Verdict.TRIAL, {}, ASKED, "指定的学校"),
        (Verdict.TRIAL, {}, replace(ASKED, school_path=SCHOOL), ""),
        (Verdict.ADMITTED, {"stages": frozenset({"senior"})}, ASKED, "学段"),
        (Verdict.ADMITTED, {"subjects": frozenset({"语文"})}, replace(ASKED, subject="数学"), "学科"),
        (Verdict.ADMITTED, {"functions_off": frozenset({"chat"})}, ASKED, "限定范围的对话"),
        (Verdict.ADMITTED, {}, replace(ASKED, functions=frozenset({"telepathy"})), "不是申报过"),
        (Verdict.ADMITTED, {"data_scopes": frozenset()}, ASKED, "学生写下的回答"),
        (
            Verdict.ADMITTED,
            {"data_scopes": frozenset()},
            replace(ASKED, personal_fields=frozenset({"grade"})),
            "",
        ),
        (Verdict.ADMITTED, {}, replace(ASKED, personal_fields=frozenset({"name"})), "name"),
        (Verdict.ADMITTED, {"supervised_only": True}, ASKED, "老师带着"),
        (Verdict.ADMITTED, {"supervised_only": True}, replace(ASKED, supervised=True), ""),
        (Verdict.ADMITTED, {"daily_launches": 5}, ASKED, "上限"),
        (Verdict.ADMITTED, {"daily_launches": 6}, ASKED, ""),
        (Verdict.ADMITTED, {"stages": frozenset()}, ASKED, "学段"),
        (
            Verdict.ADMITTED,
            {"stages": frozenset({ANY}), "data_scopes": frozenset({ANY})},
            Asked("primary", frozenset({"open_generation"})),
            "开放式",
        ),
    ],
)
def test_may_serve(verdict: Verdict, change: dict[str, object], asked: Asked, says: str) -> None:
    case = Case(
        verdict,
        replace(OPEN, **change),  # type: ignore[arg-type]  # fields by name, from the table above
        asked,
        today=TODAY,
        launches_today=5,
        trial_schools=frozenset({SCHOOL}),
    )
    answer = may_serve(case)
    assert answer.yes == (not says)
    assert says in answer.reason


@given(cases, conditions)
def test_a_stricter_condition_never_opens_more(case: Case, other: Conditions) -> None:
    together = both(case.conditions, other)
    assert is_stricter(together, case.conditions) and is_stricter(together, other)
    if may_serve(replace(case, conditions=together)):
        assert may_serve(case)
        assert may_serve(replace(case, conditions=other))


@given(conditions, conditions)
def test_the_order_of_conditions(one: Conditions, other: Conditions) -> None:
    assert is_stricter(one, one)
    assert both(one, other) == both(other, one)
    if is_stricter(one, other):
        assert is_stricter(both(one, other), one) and is_stricter(one, both(one, other))


@given(cases)
def test_only_three_verdicts_ever_serve(case: Case) -> None:
    if may_serve(case):
        assert case.verdict in SERVING
        assert case.conditions.until is None or case.conditions.until >= TODAY
        assert not (case.asked.stage == "primary" and case.asked.functions & CLOSED_TO_PRIMARY)


@given(conditions)
def test_conditions_survive_storing(one: Conditions) -> None:
    assert Conditions.of(one.as_json()) == one


def test_nothing_is_open_before_it_is_opened() -> None:
    assert not may_serve(Case(Verdict.ADMITTED, Conditions(), Asked("junior"), today=TODAY))


@pytest.mark.parametrize("state", sorted(OF_STATE))
def test_what_changed_or_is_over_counts_at_once(state: str) -> None:
    verdict = OF_STATE[state]
    changed = verdict_of(state, filed_hash="a", now_hash="b", until=None, today=TODAY)
    over = verdict_of(state, filed_hash="a", now_hash="a", until=TODAY - timedelta(days=1), today=TODAY)
    assert changed is (Verdict.RETEST if verdict in SERVING else verdict)
    assert over is (Verdict.EXPIRED if verdict in SERVING else verdict)


def test_every_state_of_the_workflow_has_a_standing() -> None:
    from pathlib import Path

    from qiming.casework import reading

    root = Path(__file__).resolve().parents[3] / "content"
    flow = next(flow for flow, _ in reading.read_all(root) if flow.key == "admission")
    assert set(OF_STATE) == set(flow.states)


@pytest.mark.parametrize(
    "change",
    [
        {"launch": {"kind": "link", "url": "https://elsewhere.example.com/"}},
        {"launch": {"kind": "lti", "url": "https://tutor.example.com/launch", "jwks_url": "https://x/keys"}},
        {"model_version": "1.1"},
        {"subprocessors": ("另一家公司",)},
        {"functions": ("chat", "image")},
        {"data_map": ()},
        {"endpoint": {"kind": "openai", "url": "http://127.0.0.1:9/v1", "model": "other"}},
    ],
)
def test_anything_filed_changes_the_hash(change: dict[str, object]) -> None:
    assert version_hash(facts(**change)) != version_hash(facts())


def test_the_order_in_which_it_was_filled_in_does_not() -> None:
    one = facts(stages=("junior", "senior"), subprocessors=("甲", "乙"))
    other = facts(stages=("senior", "junior"), subprocessors=("乙", "甲"))
    assert version_hash(one) == version_hash(other)
    assert version_hash(Facts.of(one.as_json())) == version_hash(one)
