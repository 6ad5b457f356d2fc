"""The desk's decisions, as tables and properties."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.governance.rules import because, draw, forecast, held_quantiles, shown_count, shown_counts
from qiming.governance.types import ClassFacts, Reason

FACTS = ClassFacts(
    on=date(2026, 11, 20),
    required=8,
    pupils=45,
    has_teacher=True,
    has_offering=True,
    confirmed=Fraction(3),
    unconfirmed=Fraction(0),
    planned=Fraction(5),
    oldest_unconfirmed=None,
    weeks_left=20,
    held=12,
    missed=0,
)


@pytest.mark.parametrize(
    ("change", "low", "high", "at_risk"),
    [
        ({}, 8, 8, False),
        ({"planned": Fraction(3)}, 6, 6, True),
        ({"planned": Fraction(4), "unconfirmed": Fraction(1)}, 7, 8, True),
        ({"held": 4, "missed": 8}, 4, 8, True),
        ({"confirmed": Fraction(0), "planned": Fraction(0)}, 0, 0, True),
        ({"confirmed": Fraction(8), "planned": Fraction(0)}, 8, 8, False),
        ({"confirmed": Fraction(15, 2), "planned": Fraction(0)}, 7, 7, True),
        ({"confirmed": Fraction(6), "planned": Fraction(3, 2), "held": 40}, 7, 7, True),
    ],
)
def test_forecast(change: dict[str, Any], low: int, high: int, at_risk: bool) -> None:
    outlook = forecast(replace(FACTS, **change))
    assert (outlook.low, outlook.high, outlook.at_risk) == (low, high, at_risk)


@given(planned=st.integers(0, 40), held=st.integers(0, 60), missed=st.integers(0, 60))
def test_quantiles_lie_within_what_is_planned(planned: int, held: int, missed: int) -> None:
    low, high = held_quantiles(planned, held, missed)
    assert 0 <= low <= high <= planned


@given(planned=st.integers(1, 20), held=st.integers(0, 30), missed=st.integers(0, 30))
def test_a_school_that_keeps_more_plans_is_never_expected_to_keep_fewer(
    planned: int, held: int, missed: int
) -> None:
    assert held_quantiles(planned, held + 5, missed)[0] >= held_quantiles(planned, held, missed)[0]
    assert held_quantiles(planned, held, missed + 5)[1] <= held_quantiles(planned, held, missed)[1]


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ({"has_teacher": False}, Reason.NO_TEACHER),
        ({"has_offering": False, "confirmed": Fraction(0), "planned": Fraction(0)}, Reason.NO_OFFERING),
        ({"unconfirmed": Fraction(2), "oldest_unconfirmed": date(2026, 10, 13)}, Reason.UNCONFIRMED),
        ({"planned": Fraction(2)}, Reason.NOT_PLANNED),
        ({"held": 9, "missed": 3}, Reason.OFTEN_MISSED),
    ],
)
def test_the_first_reason_is_the_one_to_act_on(change: dict[str, Any], first: Reason) -> None:
    reasons = because(replace(FACTS, **change))
    assert reasons[0].reason is first


def test_a_class_on_course_needs_no_reason() -> None:
    assert because(FACTS) == ()


def test_the_reasons_name_the_figures() -> None:
    says = [
        one.says
        for one in because(
            replace(
                FACTS,
                planned=Fraction(1),
                unconfirmed=Fraction(1),
                oldest_unconfirmed=date(2026, 10, 13),
                weeks_left=2,
            )
        )
    ]
    assert says == [
        "上过1节还没有确认，最早一节是10月13日。",
        "还有3节没有排，学年还剩2个教学周。",
        "剩下的周数已经少于要补的节数，要一周排两节。",
    ]


@pytest.mark.parametrize(
    ("count", "of", "shown"),
    [
        (0, 45, 0),
        (4, 45, None),
        (5, 45, 5),
        (41, 45, None),
        (40, 45, 40),
        (45, 45, 45),
        (3, 3, 3),
        (1, 3, None),
    ],
)
def test_small_groups_are_hidden(count: int, of: int, shown: int | None) -> None:
    assert shown_count(count, of) == shown


def test_a_sample_can_be_drawn_again() -> None:
    schools = [UUID(int=number) for number in range(200)]
    first = draw(schools, 10, "K7M2")
    assert first == draw(list(reversed(schools)), 10, "K7M2")
    assert len(set(first)) == 10
    assert first != draw(schools, 10, "K7M3")


def test_every_school_is_as_likely_as_any_other() -> None:
    schools = [UUID(int=number) for number in range(20)]
    drawn = [school for seed in range(2000) for school in draw(schools, 5, str(seed))]
    counts = [drawn.count(school) for school in schools]
    assert min(counts) > 420 and max(counts) < 580


@pytest.mark.parametrize(
    ("groups", "shown"),
    [
        ([], []),
        ([(0, 30), (9, 30)], [0, 9]),
        ([(2, 30), (9, 30), (7, 30), (0, 30)], [None, 9, None, 0]),
        ([(2, 30), (3, 30), (9, 30)], [None, None, 9]),
        ([(2, 30), (0, 30)], [None, 0]),
    ],
)
def test_one_hidden_part_cannot_be_found_by_subtraction(
    groups: list[tuple[int, int]], shown: list[int | None]
) -> None:
    assert shown_counts(groups) == shown
