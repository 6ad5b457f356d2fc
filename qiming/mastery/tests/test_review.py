"""Review by FSRS: days grow with right answers, shrink with wrong ones, and the state of three numbers is enough."""

import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.mastery.review import LONGEST_DAYS, RECALLED, Mark, after, is_due, mark_of, memory_of, recall

MONDAY = date(2026, 9, 7)
HISTORY = st.lists(st.tuples(st.integers(0, 60), st.sampled_from(list(Mark))), min_size=1, max_size=12)


def dated(history: list[tuple[int, Mark]]) -> list[tuple[date, Mark]]:
    return [(MONDAY + timedelta(days=day), mark) for day, mark in sorted(history, key=lambda one: one[0])]


def test_a_first_answer_comes_back_after_days_that_depend_on_how_it_went() -> None:
    """Stabilities of the package's published parameters: 0.212, 1.2931 and 2.3065 days, rounded to whole days."""
    days = [(after(None, mark, MONDAY).due - MONDAY).days for mark in (Mark.WRONG, Mark.HELPED, Mark.RIGHT)]
    assert days == [1, 1, 2]


def test_right_again_when_due_rests_longer_each_time() -> None:
    memory, rests = after(None, Mark.RIGHT, MONDAY), []
    for _ in range(5):
        rests.append((memory.due - memory.last_day).days)
        memory = after(memory, Mark.RIGHT, memory.due)
    assert rests == sorted(rests) and rests[-1] > 5 * rests[0]


@given(HISTORY, st.integers(0, 60))
def test_a_right_answer_is_never_due_before_a_wrong_one(history: list[tuple[int, Mark]], later: int) -> None:
    memory = memory_of(dated(history))
    assert memory is not None
    day = memory.last_day + timedelta(days=later)
    wrong, helped, right = (after(memory, mark, day) for mark in Mark)
    assert wrong.due <= helped.due <= right.due
    assert day < wrong.due and right.due <= day + timedelta(days=LONGEST_DAYS)


@given(HISTORY)
def test_what_is_kept_is_enough_to_go_on(history: list[tuple[int, Mark]]) -> None:
    answers = dated(history)
    memory = None
    for day, mark in answers:
        memory = after(memory, mark, day)
    assert memory == memory_of(answers)


@given(HISTORY)
def test_recall_falls_with_the_days_and_is_what_was_aimed_at_when_due(
    history: list[tuple[int, Mark]],
) -> None:
    memory = memory_of(dated(history))
    assert memory is not None
    chances = [recall(memory, memory.last_day + timedelta(days=days)) for days in range(0, 200, 10)]
    assert chances[0] == 1.0 and chances == sorted(chances, reverse=True) and chances[-1] > 0
    rest = (memory.due - memory.last_day).days
    if 4 < rest < LONGEST_DAYS:
        assert recall(memory, memory.due) == pytest.approx(RECALLED, abs=0.02)
    assert is_due(memory, memory.due) and not is_due(memory, memory.last_day)


def test_an_answer_dated_before_the_last_one_moves_no_day_back() -> None:
    memory = after(after(None, Mark.RIGHT, MONDAY), Mark.RIGHT, MONDAY - timedelta(days=3))
    assert memory.last_day == MONDAY


def test_help_and_shown_solutions() -> None:
    assert mark_of(correct=True, weight=1.0) is Mark.RIGHT
    assert mark_of(correct=True, weight=0.4) is Mark.HELPED
    assert mark_of(correct=False, weight=0.5) is Mark.WRONG
    assert mark_of(correct=True, weight=0.0) is None
    assert memory_of([]) is None


def test_the_package_brings_nothing_heavy() -> None:
    code = "import qiming.mastery.review, sys; print([m for m in ('torch', 'numpy', 'pandas') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
