"""Intervals, gates and comparisons against values of the sources and against brute force."""

from itertools import product
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.assurance.runner.statistics import (
    kappa,
    least_n,
    mcnemar,
    paired,
    quantile,
    repeat_agreement,
    wilson,
)


# Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3.
@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_values_of_the_literature(hits: int, n: int, low: float, high: float) -> None:
    found = wilson(hits, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(st.integers(0, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_its_value_and_is_symmetric(pair: tuple[int, int]) -> None:
    hits, n = pair
    found, other = wilson(hits, n), wilson(n - hits, n)
    assert 0 <= found.low <= found.high <= 1
    if n:
        assert found.low <= found.value <= found.high
        assert found.low == pytest.approx(1 - other.high, abs=1e-12)


def test_wilson_refuses_more_hits_than_cases() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)


@pytest.mark.parametrize(("share", "n"), [(0.05, 73), (0.10, 35), (0.03, 125), (0.02, 189)])
def test_the_smallest_bank_that_can_pass(share: float, n: int) -> None:
    assert least_n(share, "less") == n
    assert least_n(1 - share, "more") == n
    assert wilson(0, n).high <= share < wilson(0, n - 1).high


def test_some_gates_no_bank_can_pass_and_some_need_none() -> None:
    assert least_n(0.0, "less") is None
    assert least_n(1.0, "more") is None
    assert least_n(0.0, "more") == 0


def test_a_quantile_has_bounds_only_where_there_are_enough_values() -> None:
    values = list(range(1, 1001))
    found = quantile(values, 0.95)
    assert (found.value, found.n) == (950, 1000)
    assert 930 < found.low < 950 < found.high < 970
    assert quantile(values[:20], 0.99).high == inf
    assert quantile([], 0.5).n == 0


def test_paired_differences_count_each_way() -> None:
    # Bonett and Price's form by hand: n=100, 15 gained, 5 lost: (16-6)/102 ± z·sqrt((22/102-(10/102)²)/102)
    before = [False] * 15 + [True] * 5 + [True] * 80
    after = [True] * 15 + [False] * 5 + [True] * 80
    found = paired(before, after)
    assert (found.gained, found.lost) == (15, 5)
    assert found.difference == pytest.approx(0.1)
    assert found.low == pytest.approx(
        10 / 102 - 1.959964 * ((22 / 102 - (10 / 102) ** 2) / 102) ** 0.5, abs=1e-6
    )
    assert found.p == pytest.approx(0.04139, abs=1e-5)
    with pytest.raises(ValueError, match="same cases"):
        paired([True], [])


@pytest.mark.parametrize(("gained", "lost"), list(product(range(5), range(5))))
def test_mcnemar_is_the_share_of_coins_at_least_as_one_sided(gained: int, lost: int) -> None:
    n = gained + lost
    tosses = [sum(one) for one in product((0, 1), repeat=n)]
    extreme = sum(abs(one - n / 2) >= abs(gained - n / 2) for one in tosses) / len(tosses)
    assert mcnemar(gained, lost) == pytest.approx(extreme)


def test_mcnemar_holds_for_thousands() -> None:
    assert 0 < mcnemar(1200, 1000) < 1e-4
    assert mcnemar(3000, 0) == 0.0


def marks(yes_yes: int, yes_no: int, no_yes: int, no_no: int) -> tuple[list[str], list[str]]:
    pairs = [("y", "y")] * yes_yes + [("y", "n")] * yes_no + [("n", "y")] * no_yes + [("n", "n")] * no_no
    return [a for a, _ in pairs], [b for _, b in pairs]


def test_kappa_of_two_markers() -> None:
    found = kappa(*marks(20, 5, 10, 15))
    assert found.value == pytest.approx(0.4)
    # statsmodels 0.14 cohens_kappa, here and for three marks below.
    assert (found.low, found.high) == pytest.approx((0.151092, 0.648908), abs=1e-6)
    three = [(0, 0)] * 20 + [(0, 1)] * 5 + [(0, 2)] * 2 + [(1, 0)] * 10 + [(1, 1)] * 15 + [(1, 2)] * 4
    three += [(2, 0)] + [(2, 2)] * 9
    found = kappa([str(a) for a, _ in three], [str(b) for _, b in three])
    assert (found.value, found.low, found.high) == pytest.approx((0.479383, 0.301326, 0.657441), abs=1e-6)
    assert kappa(["y"] * 9, ["y"] * 9).low == -1
    assert kappa(*marks(10, 0, 0, 10)).value == 1


def test_repeat_agreement_counts_cases_not_answers() -> None:
    found = repeat_agreement([[True, True, True], [True, False], [False, False], [True]])
    assert found.value == pytest.approx(2 / 3)
    assert found.n == 3
