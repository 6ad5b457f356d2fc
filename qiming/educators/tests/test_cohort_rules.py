"""The mapping of a plan to the syllabus: whole when nothing is lacking, and each lack has its words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.educators import dated
from qiming.educators.cohort.rules import Asked, Period, digest, mapped

RULE = dated.cohort(date(2026, 11, 1))
SYLLABUS = {
    "o1": Asked("basics", "基本概念"),
    "o2": Asked("basics", "基本概念"),
    "o3": Asked("society", "伦理与社会"),
}
LONG = "先自己猜一猜再动手试"


def plan() -> list[Period]:
    keys = ["o1", "o2", "o3", "o1", "o2", "o3", "o1", "o3"]
    return [
        Period(f"第{n}课", (key,), LONG, f"{LONG}，第{n}次换一组图片", LONG) for n, key in enumerate(keys, 1)
    ]


def test_a_whole_plan_has_no_faults() -> None:
    found = mapped(plan(), SYLLABUS, RULE)
    assert found.faults == ()
    assert dict(found.themes) == {"基本概念": 5, "伦理与社会": 3}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda p: p[:-1], "要8课时，现在有7课时"),
        (lambda p: [Period(), *p[1:]], "第1课时还没有写"),
        (lambda p: [Period("", *_rest(p[0])), *p[1:]], "第1课时没有写题目"),
        (lambda p: [Period("一", (), LONG, LONG, LONG), *p[1:]], "第1课时没有选课程纲要的要求"),
        (lambda p: [Period("一", ("x9",), LONG, LONG, LONG), *p[1:]], "第1课时选的要求不是本学段的"),
        (lambda p: [Period("一", ("o1",), "短", LONG, LONG), *p[1:]], "第1课时“学会什么”不到10个字"),
        (
            lambda p: [*p[:-1], Period("又", ("o3",), LONG, p[0].steps, LONG)],
            "第8课时和第1课时的“怎么上”一样",
        ),
        (lambda p: [Period(one.title, ("o1",), *_texts(one)) for one in p], "没有一课时讲“伦理与社会”"),
    ],
)
def test_each_lack_is_said(change, fault: str) -> None:  # type: ignore[no-untyped-def]  # a lambda
    assert fault in mapped(change(plan()), SYLLABUS, RULE).faults


def _texts(one: Period) -> tuple[str, str, str]:
    return one.goal, one.steps, one.check


def _rest(one: Period) -> tuple[tuple[str, ...], str, str, str]:
    return one.outcomes, *_texts(one)


PERIODS = st.builds(
    Period,
    st.text(max_size=12),
    st.lists(st.sampled_from(["o1", "o2", "o3", "x9"]), max_size=3).map(tuple),
    st.text(max_size=30),
    st.text(max_size=30),
    st.text(max_size=30),
)


@given(st.lists(PERIODS, max_size=10))
def test_any_plan_is_judged(drawn: list[Period]) -> None:
    """No plan breaks it; faultless means eight whole periods over all themes; what is stored comes back the same."""
    found = mapped(drawn, SYLLABUS, RULE)
    assert [Period.of(one.as_json()) for one in drawn] == drawn
    assert digest(drawn, "a") == digest(drawn, "a") != digest(drawn, "b")
    if not found.faults:
        assert len(drawn) == RULE.periods and all(count for _, count in found.themes)
        assert all(one.title.strip() and set(one.outcomes) <= set(SYLLABUS) for one in drawn)
