"""Early warning: looks that do not overlap, a chance that is calibrated, reasons that point the right way."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.mastery.answers.folds import folds
from qiming.mastery.answers.table import AnswerTable, BadAnswers, table_of
from qiming.mastery.early import chances_of, course_of, evaluate_warning, fit_warning, looks_at
from qiming.mastery.tests.made_up import table
from qiming.mastery.warning import AHEAD, LEAST_ANSWERS, SIGNS, WORDS, Course, Warner

COURSES = st.builds(
    Course,
    ability=st.floats(-3, 3),
    slow=st.floats(-1, 1),
    answered=st.integers(0, 500),
    right=st.just(0),
    run=st.integers(-500, 500),
).flatmap(
    lambda one: st.integers(0, one.answered).map(
        lambda right: Course(one.ability, one.slow, one.answered, right, one.run)
    )
)
WARNER = Warner(
    {"ability": -0.5, "slow": -4.0, "share": -2.0, "run": -0.1, "answered": 0.05},
    {"ability": 0.0, "slow": 0.0, "share": 0.7, "run": 2.0, "answered": 3.5},
    -1.2,
    0.6,
)


def unlike(students: int = 400, each: int = 52) -> AnswerTable:
    """Students with levels far apart, one skill, twenty items."""
    generator = np.random.default_rng(2)
    level = np.repeat(generator.normal(0.5, 1.2, students), each)
    item = generator.integers(0, 20, students * each)
    right = generator.random(students * each) < 1 / (1 + np.exp(-level + (item - 10) / 10))
    return table_of(np.repeat(np.arange(students), each), item, np.full(len(item), "k"), right.astype(int))


MADE = unlike()


@given(COURSES)
def test_a_worse_course_is_never_less_likely_to_be_warned_of(course: Course) -> None:
    chance = WARNER.chance(course)
    worse = Course(course.ability - 0.5, course.slow - 0.1, course.answered, course.right, course.run - 3)
    if course.answered < LEAST_ANSWERS:
        assert chance is None and not WARNER.is_raised(course) and WARNER.reasons(course) == []
    else:
        after = WARNER.chance(worse)
        assert chance is not None and after is not None and 0 < chance <= after < 1
        assert len(WARNER.reasons(course)) <= 2


def test_reasons_name_what_is_low_and_nothing_else() -> None:
    assert WARNER.reasons(Course(0.0, -0.3, 30, 20, 1)) == [WORDS["slow"]]
    assert WARNER.reasons(Course(0.2, 0.1, 30, 25, 4)) == []
    assert WARNER.reasons(Course(0.0, 0.0, 5000, 3600, 3)) == []  # a weight that raises says no "few"


def test_looks_do_not_share_what_they_foretell() -> None:
    looks = looks_at(MADE, MADE)
    assert np.bincount(looks.student).tolist() == [2] * 400  # after 10 and 30 of 52
    row = int(MADE.begins()[7]) + LEAST_ANSWERS
    assert looks.share[14] == pytest.approx(MADE.correct[row : row + AHEAD].mean())


def test_what_comes_after_a_look_changes_no_sign() -> None:
    marks = MADE.correct.copy()
    later = np.arange(MADE.rows) % 52 >= 30
    marks[later] = 1 - marks[later]
    other = table_of(MADE.student, MADE.item, np.full(MADE.rows, "k"), marks)
    assert np.array_equal(looks_at(MADE, MADE).signs, looks_at(other, MADE).signs)


def test_the_warning_beats_the_share_and_is_calibrated() -> None:
    found = evaluate_warning(MADE, folds(MADE, 4))
    assert found.auc is not None and found.auc > 0.8
    assert found.log_loss < found.log_loss_of_share - 0.1
    assert found.ece < 0.06
    assert found.looks == 800 and 0.15 < found.low_share < 0.35


def test_both_halves_say_the_same() -> None:
    warner, looks = fit_warning(MADE), looks_at(MADE, MADE)
    for one in (0, 1, 300, 799):
        chance = warner.chance(course_of(looks.signs[one]))
        assert chance == pytest.approx(chances_of(warner, looks)[one], abs=1e-6)
    assert set(warner.weights) == set(SIGNS) and math.isfinite(warner.level)


def test_too_little_is_told() -> None:
    with pytest.raises(BadAnswers, match="能看的时候太少"):
        fit_warning(table(students=10, each=30))
    with pytest.raises(BadAnswers, match="4 名学生"):
        fit_warning(table(students=3))
    everything = unlike(60)
    alike = table_of(
        everything.student, everything.item, np.full(everything.rows, "k"), np.ones(everything.rows)
    )
    with pytest.raises(BadAnswers, match="没有可预警的"):
        fit_warning(alike)
