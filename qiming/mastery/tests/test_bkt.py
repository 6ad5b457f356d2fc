"""Knowledge tracing: parameters come back from answers they made; the sums agree with the plain definition."""

import itertools

import numpy as np
import pytest

from qiming.mastery.bkt import Fitted, fit_bkt, predict_bkt

TRUE = (0.3, 0.2, 0.03, 0.2, 0.1)


def sequences(students: int, each: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    start, learn, forget, guess, slip = TRUE
    generator = np.random.default_rng(seed)
    student, marks = [], []
    for person in range(students):
        knows = generator.random() < start
        for _ in range(each):
            student.append(person)
            marks.append(int(generator.random() < (1 - slip if knows else guess)))
            knows = generator.random() >= forget if knows else generator.random() < learn
    return np.array(student), np.array(marks)


def fitted(students: int, each: int, *, forgets: bool) -> Fitted:
    student, marks = sequences(students, each)
    return fit_bkt(student, np.zeros(len(student), np.int64), marks, 2, forgets=forgets)


def test_parameters_come_back() -> None:
    found = fitted(3000, 15, forgets=True)
    assert found.parameters[0] == pytest.approx(TRUE, abs=0.05)
    assert (found.parameters[1] == -1).all()


def test_without_forgetting_nothing_is_forgotten() -> None:
    assert fitted(200, 8, forgets=False).parameters[0][2] == 0


def test_the_likelihood_is_the_sum_over_all_paths() -> None:
    """Five answers, 32 paths through known and not known: the filtered product must be the same number."""
    marks = np.array([1, 0, 0, 1, 1])
    parameters = np.array([TRUE])
    start, learn, forget, guess, slip = TRUE
    total = 0.0
    for path in itertools.product((0, 1), repeat=5):
        p = start if path[0] else 1 - start
        for before, after in itertools.pairwise(path):
            p *= ((1 - forget) if after else forget) if before else (learn if after else 1 - learn)
        for there, mark in zip(path, marks, strict=True):
            right = (1 - slip) if there else guess
            p *= right if mark else 1 - right
        total += p
    zeros = np.zeros(5, np.int64)
    each = predict_bkt(zeros, zeros, marks, parameters, 0.5)
    product = np.prod(np.where(marks == 1, each, 1 - each))
    assert product == pytest.approx(total)


def test_more_rounds_never_fit_worse() -> None:
    student, marks = sequences(300, 10)
    skill = np.zeros(len(student), np.int64)
    found = fit_bkt(student, skill, marks, 1)
    each = predict_bkt(student, skill, marks, found.parameters, 0.5)
    at_true = predict_bkt(student, skill, marks, np.array([TRUE]), 0.5)
    loss = [-np.log(np.where(marks == 1, p, 1 - p)).mean() for p in (each, at_true)]
    assert loss[0] <= loss[1] + 1e-6
    assert found.log_likelihood[0] == pytest.approx(-loss[0] * len(marks), abs=0.01)
    assert 3 <= found.rounds[0] <= 100


def test_a_skill_never_trained_is_predicted_by_the_mean() -> None:
    zeros = np.zeros(2, np.int64)
    assert predict_bkt(zeros, zeros, zeros, np.full((1, 5), -1.0), 0.62).tolist() == [0.62, 0.62]
