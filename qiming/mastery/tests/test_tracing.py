from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.mastery import Band, Params, State, band, params_for, predict_correct, start, step, weight_of

PARAMS = st.builds(
    Params,
    known_at_start=st.floats(0.01, 0.95),
    learn=st.floats(0, 0.5),
    guess=st.floats(0.02, 0.45),
    slip=st.floats(0.02, 0.45),
)
STATES = st.builds(State, p=st.floats(0.001, 0.999), n=st.integers(0, 50))
WEIGHTS = st.floats(0, 1)


@given(PARAMS, st.lists(st.tuples(st.booleans(), WEIGHTS), max_size=60))
def test_the_estimate_stays_between_nought_and_one(params: Params, answers: list[tuple[bool, float]]) -> None:
    state = start(params)
    for correct, weight in answers:
        state = step(state, correct, params, weight)
        assert 0 < state.p < 1
        assert 0 < predict_correct(state, params) < 1


@given(STATES, PARAMS, WEIGHTS)
def test_right_never_lowers_and_wrong_never_raises(state: State, params: Params, weight: float) -> None:
    assert step(state, True, params, weight).p >= state.p
    assert step(state, False, params, weight).p <= state.p


@given(STATES, PARAMS)
def test_the_later_answer_weighs_more(state: State, params: Params) -> None:
    wrong_then_right = step(step(state, False, params), True, params)
    right_then_wrong = step(step(state, True, params), False, params)
    assert wrong_then_right.p >= right_then_wrong.p - 1e-9


@given(STATES, PARAMS, WEIGHTS, WEIGHTS)
def test_more_weight_moves_further(state: State, params: Params, a: float, b: float) -> None:
    light, heavy = sorted((a, b))
    assert step(state, True, params, heavy).p >= step(state, True, params, light).p - 1e-12


@given(STATES, PARAMS, st.booleans(), st.integers(1, 6), st.integers(0, 4), st.integers(1, 4))
def test_a_shown_solution_never_counts_above_a_hint(
    state: State, params: Params, correct: bool, try_no: int, used: int, total: int
) -> None:
    common = {"correct": correct, "try_no": try_no, "hints_used": used, "hints_total": total}
    hinted = step(state, correct, params, weight_of(**common))  # type: ignore[arg-type]
    shown = step(state, correct, params, weight_of(**common, solution_shown=True))  # type: ignore[arg-type]
    assert shown.p <= hinted.p
    if correct:
        assert shown == state


def test_weights_fall_with_tries_and_hints() -> None:
    assert weight_of(correct=True) == 1
    assert weight_of(correct=True, try_no=2) == 0.5
    assert weight_of(correct=True, try_no=9) == 0.25
    assert weight_of(correct=True, hints_used=3, hints_total=3) == pytest.approx(0.4)
    assert weight_of(correct=True, hints_used=1, hints_total=3) == pytest.approx(0.8)
    assert weight_of(correct=False, hints_used=3, hints_total=3) == 1


def test_an_answer_counts_once_and_keeps_its_day() -> None:
    day = date(2026, 11, 24)
    after = step(start(), True, Params(), day=day)
    assert (after.n, after.last_day) == (1, day)
    assert step(after, True, Params(), 0.0) is after


@pytest.mark.parametrize(
    ("kind", "options", "bins", "guess"),
    [
        ("single", 4, 0, 0.25),
        ("single", 2, 0, 0.45),
        ("single", 0, 0, 0.25),
        ("multiple", 4, 0, 0.15),
        ("order", 5, 0, 0.15),
        ("match", 3, 0, 1 / 6),
        ("classify", 2, 2, 0.25),
        ("numeric", 0, 0, 0.15),
        ("short", 0, 0, 0.15),
    ],
)
def test_luck_follows_the_form_of_the_item(kind: str, options: int, bins: int, guess: float) -> None:
    assert params_for(kind, 2, options, bins).guess == pytest.approx(guess)


def test_harder_items_slip_more_and_guess_less() -> None:
    easy, hard = params_for("single", 1, 4), params_for("single", 3, 4)
    assert easy.slip < hard.slip
    assert easy.guess > hard.guess


@pytest.mark.parametrize(
    "bad", [{"guess": 0.6, "slip": 0.5}, {"guess": 0.0}, {"learn": 1.0}, {"known_at_start": 0.0}]
)
def test_impossible_parameters_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        Params(**bad)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (None, Band.UNSURE),
        (State(0.99, 1), Band.UNSURE),
        (State(0.99, 2), Band.NEARLY),
        (State(0.95, 3), Band.KNOWN),
        (State(0.70, 3), Band.NEARLY),
        (State(0.69, 3), Band.PRACTISE),
    ],
)
def test_bands_need_evidence(state: State | None, expected: Band) -> None:
    assert band(state) is expected


def test_three_right_answers_of_a_four_option_item_are_enough_two_are_not() -> None:
    params = params_for("single", 2, 4)
    state = start(params)
    bands = []
    for _ in range(3):
        state = step(state, True, params)
        bands.append(band(state))
    assert bands == [Band.UNSURE, Band.NEARLY, Band.KNOWN]
