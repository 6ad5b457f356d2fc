"""Figures of items and papers against closed forms and values worked out once with NumPy (see each test)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiming.curriculum.types import ConceptRef
from qiming.insight.exams.forecast import forecast
from qiming.insight.exams.linking import suggest
from qiming.insight.exams.quality import Sheet, correlation, cronbach, paper_stats

# Ten pupils, four items of one mark each; the figures below by numpy.var(ddof=0) and numpy.corrcoef.
ROWS = [
    [1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0],
    [1, 1, 1, 1], [1, 1, 0, 1], [1, 0, 1, 0], [0, 1, 0, 0], [1, 0, 0, 0],
]  # fmt: skip


def test_alpha_and_item_rest_correlation_as_numpy_has_them() -> None:
    assert cronbach(ROWS) == pytest.approx(0.6627219, abs=1e-6)
    stats = paper_stats(Sheet(["1", "2", "3", "4"], [1, 1, 1, 1], ROWS))
    assert [round(item.p or 0, 2) for item in stats.items] == [0.8, 0.6, 0.4, 0.3]
    assert stats.items[0].r == pytest.approx(0.3636364, abs=1e-6)
    assert stats.alpha == pytest.approx(0.6627219, abs=1e-6)
    assert stats.spread == (1, 3, 0)


def test_copies_of_one_item_are_perfectly_reliable_and_nobody_varies_is_nothing() -> None:
    assert cronbach([[one, one, one] for one in (0, 1, 2, 3)]) == pytest.approx(1.0)
    assert cronbach([[1, 1], [1, 1]]) is None
    assert correlation([1, 1], [0, 1]) is None


def test_too_few_pupils_say_nothing_about_discrimination() -> None:
    stats = paper_stats(Sheet(["1", "2"], [1, 1], [[1, 0], [0, 1], [1, 1]]))
    assert stats.alpha is None and stats.items[0].r is None
    assert "太少" in stats.items[0].discrimination_words and "说不出" in stats.alpha_words


def test_absent_pupils_and_missing_marks_are_no_noughts() -> None:
    stats = paper_stats(Sheet(["1", "2"], [2, 2], [[2, None], [1, 2]], absent=3))
    assert stats.items[1].n == 1 and stats.items[1].p == 1.0 and stats.absent == 3 and stats.whole == 1


def test_a_distractor_that_the_strong_like_is_marked() -> None:
    rows = [[0, 1, 1]] * 5 + [[1, 0, 0]] * 5
    chosen = [["C", "", ""]] * 5 + [["B", "", ""]] * 5
    item = paper_stats(Sheet(["1", "2", "3"], [1, 1, 1], rows, chosen, ["B", "", ""])).items[0]
    assert item.is_doubtful and [one.letter for one in item.options if one.is_odd] == ["B", "C"]
    assert "反了" in item.discrimination_words


# A busy machine is no reason to fail.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=3, max_size=3), max_size=12))
def test_any_marks_give_shares_between_nought_and_one(rows: list[list[float | None]]) -> None:
    stats = paper_stats(Sheet(["1", "2", "3"], [4, 4, 4], rows))
    assert all(item.p is None or 0 <= item.p <= 1 for item in stats.items)
    assert all(item.r is None or -1.0000001 <= item.r <= 1.0000001 for item in stats.items)
    assert sum(n for _, n in stats.bars) == len(rows)


def test_one_examination_measures_nothing_and_two_give_a_wide_range() -> None:
    assert forecast([0.7]) is None
    two, four = forecast([0.7, 0.75]), forecast([0.7, 0.75, 0.72, 0.74])
    assert two and four
    assert two.past[0].forecast == 0.7 and two.past[0].error == pytest.approx(0.05)
    assert two.high - two.low > four.high - four.low
    assert 0 <= two.low <= two.value <= two.high <= 1


def test_words_of_an_item_point_to_concepts_and_nothing_points_nowhere() -> None:
    known = [
        ConceptRef("c1", "训练数据和测试数据", "junior", 7, ()),
        ConceptRef("c2", "一元一次方程的解", "junior", 7, ()),
    ]
    assert [one.key for one in suggest("区分训练数据与测试数据", known)] == ["c1"]
    assert suggest("古诗默写", known) == [] and suggest("", known) == []
