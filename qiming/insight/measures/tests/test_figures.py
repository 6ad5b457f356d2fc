"""Dividing last, and what may leave. Pure."""

from math import sqrt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiming.insight.measures import figures


@pytest.mark.parametrize(
    ("part", "whole", "told"), [(1, 3, 0.333333), (0, 4, 0.0), (1, 0, None), (None, 3, None), (2, None, None)]
)
def test_a_ratio_of_nothing_or_of_what_is_hidden_is_none(part: Any, whole: Any, told: Any) -> None:
    assert figures.ratio(part, whole) == told


def test_an_items_spread_is_that_of_its_scores() -> None:
    scores = [1000, 1000, 400, 0]
    row = {
        "first_answers": 4, "right": 2, "hinted": 1, "score_milli": sum(scores),
        "score_milli_squared": sum(one * one for one in scores),
    }  # fmt: skip
    mean = sum(scores) / 4000
    spread = sqrt(sum((one / 1000 - mean) ** 2 for one in scores) / 4)
    assert figures.of_item(row) == {
        "right_share": 0.5, "mean_score": 0.6, "sd_score": round(spread, 6), "hinted_share": 0.25,
    }  # fmt: skip


def side(schools: list[tuple[int, int]]) -> dict[str, int]:
    return {
        "schools": len(schools), "x": sum(x for x, _ in schools), "n": sum(n for _, n in schools),
        "xx": sum(x * x for x, _ in schools), "xn": sum(x * n for x, n in schools), "nn": sum(n * n for _, n in schools),
    }  # fmt: skip


def gap(own: list[tuple[int, int]], rest: list[tuple[int, int]]) -> dict[str, Any]:
    return figures.of_gap(side(own) | {f"all_{name}": one for name, one in side(own + rest).items()})


def test_a_gap_has_the_interval_of_a_ratio_over_schools() -> None:
    own, rest = [(30, 50), (45, 60), (20, 40)], [(25, 50), (30, 70), (12, 30), (40, 90)]

    def textbook(schools: list[tuple[int, int]]) -> tuple[float, float]:
        m, n = len(schools), sum(n for _, n in schools)
        r = sum(x for x, _ in schools) / n
        return r, m / (m - 1) * sum((x - r * k) ** 2 for x, k in schools) / n**2

    (r1, v1), (r2, v2) = textbook(own), textbook(rest)
    half = 1.959964 * sqrt(v1 + v2)
    told = gap(own, rest)
    assert told["gap"] == pytest.approx(r1 - r2, abs=1e-6) and told["value"] == pytest.approx(r1, abs=1e-6)
    assert (told["low"], told["high"]) == (
        pytest.approx(r1 - r2 - half, abs=1e-6),
        pytest.approx(r1 - r2 + half, abs=1e-6),
    )


@pytest.mark.parametrize(("own", "rest"), [([(3, 5)], [(3, 5), (1, 2)]), ([(3, 5), (1, 2)], [(3, 5)])])
def test_one_school_alone_gives_a_gap_without_an_interval(own: Any, rest: Any) -> None:
    assert gap(own, rest)["gap"] is not None and gap(own, rest)["low"] is None is gap(own, rest)["high"]


def test_with_nobody_else_there_is_no_gap() -> None:
    assert gap([(3, 5), (1, 2)], [])["gap"] is None


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no mistake of ours
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40)).map(
            lambda c: {"pupils": sum(c), "a": c[0], "b": c[1], "c": c[2]}
        ),
        max_size=8,
    )
)
def test_no_small_group_and_no_count_of_a_few_leaves_or_can_be_found_by_subtraction(rows: list[Any]) -> None:
    kept, hidden = figures.shown(rows, size="pupils", least=10, counts=("a", "b", "c"))
    assert len(kept) + hidden == len(rows) and all(row["pupils"] >= 10 for row in kept)
    for row in kept:
        shown = [row[name] for name in ("a", "b", "c")]
        for one in shown:
            assert one is None or one in (0, row["pupils"]) or 5 <= one <= row["pupils"] - 5
        nonzero = [one for one in shown if one]
        assert shown.count(None) != 1 or not nonzero  # a single gap could be filled from the rest
