"""Figures of quality against their definitions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.mastery.answers.measures import auc, auc_interval, calibration_error, log_loss, within_item_auc

PAIRS = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6)), min_size=1, max_size=40)


@given(PAIRS)
def test_auc_is_the_share_of_pairs_in_order(pairs: list[tuple[int, int]]) -> None:
    marks, scores = (np.array(one) for one in zip(*pairs, strict=True))
    right, wrong = scores[marks == 1], scores[marks == 0]
    found = auc(marks, scores.astype(float))
    if not len(right) or not len(wrong):
        assert math.isnan(found)
    else:
        better = (right[:, None] > wrong).mean() + 0.5 * (right[:, None] == wrong).mean()
        assert found == pytest.approx(better)


def test_the_interval_holds_the_figure_and_narrows_with_students() -> None:
    generator = np.random.default_rng(2)
    widths = []
    for students in (20, 500):
        student = np.repeat(np.arange(students), 10)
        scores = generator.random(len(student))
        marks = (generator.random(len(student)) < scores).astype(int)
        low, high = auc_interval(marks, scores, student)
        assert low < auc(marks, scores) < high
        widths.append(high - low)
    assert widths[1] < widths[0] / 2


def test_knowing_only_the_item_adds_nothing_within_it() -> None:
    item = np.repeat([0, 1], 50)
    marks = np.tile([0, 1], 50)
    assert within_item_auc(marks, item.astype(float), item) == pytest.approx(0.5)
    assert within_item_auc(marks, marks.astype(float), item) == 1.0
    assert math.isnan(within_item_auc(marks[:10], marks[:10].astype(float), item[:10]))


def test_loss_and_calibration_of_known_cases() -> None:
    marks = np.array([1, 0, 1, 1])
    assert log_loss(marks, np.full(4, 0.75)) == pytest.approx(-(3 * math.log(0.75) + math.log(0.25)) / 4)
    assert calibration_error(marks, np.full(4, 0.75)) == pytest.approx(0)
    assert calibration_error(marks, np.full(4, 0.25)) == pytest.approx(0.5)
    assert math.isfinite(log_loss(marks, np.array([0.0, 1.0, 0.0, 0.0])))
