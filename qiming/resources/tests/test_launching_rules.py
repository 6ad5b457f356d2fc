"""The gate before a product, as pure rules: conditions add up and never open what was closed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.assurance.admission import ANY, Conditions, Function, Scope
from qiming.resources.launching import rules
from qiming.resources.launching.types import Facts, Limits, State, Terms

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2026, 11, 1), date(2026, 12, 31))
STAGES = st.frozensets(st.sampled_from(["primary", "junior", "senior"]))
FUNCTIONS = st.frozensets(st.sampled_from([one.value for one in Function]))
SCOPES = st.frozensets(st.sampled_from([one.value for one in Scope]))
CITY = st.builds(
    Conditions,
    stages=STAGES | st.just(frozenset({ANY})),
    subjects=st.frozensets(st.sampled_from([ANY, "人工智能", "数学"])),
    functions_off=FUNCTIONS,
    data_scopes=SCOPES | st.just(frozenset({ANY})),
    daily_launches=st.none() | st.integers(0, 50),
    until=st.none() | DAYS,
    supervised_only=st.booleans(),
)
LIMITS = st.builds(
    Limits,
    stages=st.none() | STAGES,
    functions_off=FUNCTIONS,
    data_off=SCOPES,
    daily_launches=st.none() | st.integers(1, 50),
    until=st.none() | DAYS,
    supervised_only=st.booleans(),
)
FACTS = st.builds(
    Facts,
    today=DAYS,
    serves=st.booleans(),
    serves_not=st.just("这个产品已暂停使用"),
    state=st.none() | st.sampled_from(State) | st.just(State.ENABLED),
    stopped_why=st.just(""),
    terms=st.just(Terms()),
    stage=st.sampled_from(["primary", "junior", "senior"]),
    subject=st.sampled_from(["", "人工智能"]),
    class_until=st.none() | DAYS,
    belongs=st.booleans(),
    placed=st.booleans(),
    is_live=st.booleans(),
    consent=st.sampled_from([None, True, False]),
)


@given(city=CITY, wanted=SCOPES, first=LIMITS, more=LIMITS, facts=FACTS)
def test_one_condition_more_never_turns_a_no_into_a_yes(
    city: Conditions, wanted: frozenset[str], first: Limits, more: Limits, facts: Facts
) -> None:
    before = rules.terms(city, wanted, first)
    after = rules.terms(city, wanted, first, more)
    if rules.why_not(replace(facts, terms=before)):
        assert rules.why_not(replace(facts, terms=after))
    assert after.data_scopes <= before.data_scopes
    assert after.functions_off >= before.functions_off
    was, now = dict(rules.quotas(before, "p", "s/")), dict(rules.quotas(after, "p", "s/"))
    assert all(name in now and now[name] <= most for name, most in was.items())


@given(city=CITY, wanted=SCOPES, one=LIMITS, other=LIMITS)
def test_what_a_district_adds_in_two_goes_is_what_it_adds_at_once(
    city: Conditions, wanted: frozenset[str], one: Limits, other: Limits
) -> None:
    assert rules.terms(city, wanted, one, other) == rules.terms(city, wanted, rules.stricter(one, other))


@given(limits=LIMITS)
def test_limits_survive_being_stored(limits: Limits) -> None:
    assert Limits.of(limits.as_json()) == limits


GOOD = Facts(
    today=TODAY,
    serves=True,
    serves_not="",
    state=State.ENABLED,
    stopped_why="",
    terms=Terms(stages=frozenset({"junior"}), subjects=frozenset({ANY}), until=TODAY),
    stage="junior",
    subject="人工智能",
    class_until=TODAY,
    belongs=True,
    placed=True,
    is_live=False,
    consent=True,
)


def test_everything_in_order_is_a_yes() -> None:
    assert rules.why_not(GOOD) == ""
    assert rules.why_not(replace(GOOD, consent=None)) == ""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"belongs": False}, "没有这个工具"),
        ({"serves": False, "serves_not": "这个产品已暂停使用"}, "已暂停使用。"),
        ({"state": None}, "没有选用"),
        ({"state": State.SCHOOL_DECIDED}, "没有答复就是还不能用"),
        ({"state": State.PAUSED, "stopped_why": "家长反映"}, "原因：家长反映。"),
        ({"state": State.HELD}, "主管单位停用"),
        ({"stage": "primary"}, "学段"),
        ({"terms": replace(GOOD.terms, subjects=frozenset({"数学"}))}, "学科"),
        ({"today": TODAY + timedelta(days=1)}, "准许用到2026-11-23，已经到期"),
        ({"class_until": None}, "开到这个班"),
        ({"class_until": TODAY - timedelta(days=1)}, "这个班用到2026-11-22"),
        ({"placed": False}, "放进这节课"),
        ({"consent": False}, "家里还没有同意"),
        ({"terms": replace(GOOD.terms, supervised_only=True)}, "老师上课的时候"),
    ],
)
def test_every_no_says_why(change: dict[str, object], says: str) -> None:
    assert says in rules.why_not(replace(GOOD, **change))  # type: ignore[arg-type]  # the fields above


def test_data_beyond_the_least_needs_consent() -> None:
    city = Conditions(stages=frozenset({ANY}), data_scopes=frozenset({"answers"}))
    wanted = frozenset({"pseudonym", "grade", "answers", "voice"})
    held = rules.terms(city, wanted)
    assert held.data_scopes == {"pseudonym", "grade", "answers"}
    assert held.needs_consent
    assert not rules.terms(city, wanted, Limits(data_off=frozenset({"answers"}))).needs_consent


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        (Limits(stages=frozenset()), "stages"),
        (Limits(stages=frozenset({"primary"})), "stages"),
        (Limits(daily_launches=0), "daily_launches"),
        (Limits(until=TODAY - timedelta(days=1)), "until"),
    ],
)
def test_limits_that_make_no_sense_are_named(limits: Limits, field: str) -> None:
    city = Conditions(stages=frozenset({"junior"}))
    assert [one.field for one in rules.faults(limits, city, TODAY)] == [field]
    assert rules.faults(Limits(), city, TODAY) == []


def test_a_class_is_enabled_no_longer_than_term_and_conditions() -> None:
    wished = TODAY + timedelta(days=99)
    assert rules.last_day(wished, None, TODAY + timedelta(days=9)) == TODAY + timedelta(days=9)
    assert rules.last_day(wished, None) == wished
