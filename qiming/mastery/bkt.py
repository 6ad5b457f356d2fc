"""Bayesian knowledge tracing with forgetting, fitted by expectation–maximisation (Baum–Welch), a skill at a time.

Two states, known or not; parameters start, learn, forget, guess, slip (Corbett & Anderson 1995). Each sequence is one
student's answers to one skill.
"""

from typing import NamedTuple

import numpy as np
from numba import prange

from qiming.mastery.answers.table import Floats, Ints
from qiming.mastery.compiled import compiled, compiled_parallel

GUESSES = (0.4, 0.15, 0.02, 0.2, 0.15)


class Work(NamedTuple):
    """Marks of all sequences, where each begins, and which sequences are of each skill."""

    marks: Ints
    sequence: Ints
    of_skill: Ints


ROUNDS, ENOUGH = 100, 0.005
SMALL = 1e-200
UNSEEN = -1.0
LEAST, LEAST_STEP = 1e-4, 1e-6


class Fitted(NamedTuple):
    """`parameters` [skill, (start, learn, forget, guess, slip)] with -1 where a skill had no answers; log likelihood and
    rounds [skill]."""

    parameters: Floats
    log_likelihood: Floats
    rounds: Ints


def fit_bkt(student: Ints, skill: Ints, correct: Ints, skills: int, *, forgets: bool = True) -> Fitted:
    """Answers in the order they were given; codes from 0. Without `forgets` what is known stays known."""
    at = np.lexsort((np.arange(len(student)), student, skill))
    of_skill, person, marks = skill[at], student[at], correct[at].astype(np.int64)
    changes = np.ones(len(at), bool)
    changes[1:] = (of_skill[1:] != of_skill[:-1]) | (person[1:] != person[:-1])
    begins = np.flatnonzero(changes)
    sequence = np.concatenate((begins, [len(at)])).astype(np.int64)
    of_sequence = np.searchsorted(of_skill[begins], np.arange(skills + 1)).astype(np.int64)
    parameters = np.tile(np.array(GUESSES), (skills, 1))
    parameters[:, 2] *= forgets
    likelihood, rounds = np.zeros(skills), np.zeros(skills, np.int64)
    _fit_all(Work(marks, sequence, of_sequence), forgets, Fitted(parameters, likelihood, rounds))
    parameters[np.bincount(skill, minlength=skills) == 0] = UNSEEN
    return Fitted(parameters, likelihood, rounds)


@compiled_parallel
def _fit_all(work: Work, forgets: bool, out: Fitted) -> None:
    # arrays taken out of the tuple first: in parallel loops numba 0.68 loses what is written to a tuple's arrays by index
    likelihood, rounds, parameters = out.log_likelihood, out.rounds, out.parameters
    for k in prange(len(work.of_skill) - 1):
        if work.of_skill[k + 1] > work.of_skill[k]:
            bounds = work.sequence[work.of_skill[k] : work.of_skill[k + 1] + 1]
            likelihood[k], rounds[k] = _fit_one(work.marks, bounds, forgets, parameters[k])


@compiled
def _fit_one(marks: Ints, bounds: Ints, forgets: bool, par: Floats) -> tuple[float, int]:
    longest = 0
    for s in range(len(bounds) - 1):
        longest = max(longest, bounds[s + 1] - bounds[s])
    forward, scale = np.empty((longest, 2)), np.empty(longest)
    sums = np.empty(10)
    before, now = -np.inf, -np.inf
    for turn in range(ROUNDS):
        sums[:] = 0.0
        now = 0.0
        for s in range(len(bounds) - 1):
            now += _forward(marks[bounds[s] : bounds[s + 1]], par, forward, scale)
            _backward(marks[bounds[s] : bounds[s + 1]], par, forward, scale, sums)
        if turn > 1 and abs(now - before) <= ENOUGH:
            return now, turn + 1
        before = now
        _maximise(sums, len(bounds) - 1, forgets, par)
    return now, ROUNDS


@compiled
def _forward(marks: Ints, par: Floats, forward: Floats, scale: Floats) -> float:
    """Filtered chances [t, (unknown, known)] and one over the chance of each mark; returns the log likelihood."""
    start, learn, forget, guess, slip = par[0], par[1], par[2], par[3], par[4]
    known, total, product = start, 0.0, 1.0
    for t in range(len(marks)):
        a1 = known * ((1 - slip) if marks[t] == 1 else slip)
        a0 = (1 - known) * (guess if marks[t] == 1 else (1 - guess))
        product *= a0 + a1
        if product < SMALL:
            total += np.log(product)
            product = 1.0
        scale[t] = 1 / (a0 + a1)
        forward[t, 0], forward[t, 1] = a0 * scale[t], a1 * scale[t]
        known = forward[t, 1] * (1 - forget) + forward[t, 0] * learn
    return float(total + np.log(product))


@compiled
def _backward(marks: Ints, par: Floats, forward: Floats, scale: Floats, sums: Floats) -> None:
    """Adds the expected counts of one sequence: start; learnt of could learn; forgot of could; guessed of; slipped of.
    Scaled so that forward times backward sums to one at every step."""
    learn, forget, guess, slip = par[1], par[2], par[3], par[4]
    b0 = b1 = 1.0
    for t in range(len(marks) - 1, -1, -1):
        known = forward[t, 1] * b1
        if marks[t] == 1:
            sums[5] += 1 - known
        else:
            sums[7] += known
        sums[6] += 1 - known
        sums[8] += known
        if t == 0:
            sums[0] += known
            return
        x1 = ((1 - slip) if marks[t] == 1 else slip) * b1 * scale[t]
        x0 = (guess if marks[t] == 1 else (1 - guess)) * b0 * scale[t]
        n01 = forward[t - 1, 0] * learn * x1
        n10 = forward[t - 1, 1] * forget * x0
        sums[1] += n01
        sums[2] += n01 + forward[t - 1, 0] * (1 - learn) * x0
        sums[3] += n10
        sums[4] += n10 + forward[t - 1, 1] * (1 - forget) * x1
        b1, b0 = (1 - forget) * x1 + forget * x0, learn * x1 + (1 - learn) * x0


@compiled
def _maximise(sums: Floats, sequences: int, forgets: bool, par: Floats) -> None:
    par[0] = min(max(sums[0] / sequences, LEAST), 1 - LEAST)
    if sums[2] > 0:
        par[1] = min(max(sums[1] / sums[2], LEAST_STEP), 1 - LEAST)
    if forgets and sums[4] > 0:
        par[2] = min(max(sums[3] / sums[4], LEAST_STEP), 1 - LEAST)
    if sums[6] > 0:
        par[3] = min(max(sums[5] / sums[6], LEAST), 1 - LEAST)
    if sums[8] > 0:
        par[4] = min(max(sums[7] / sums[8], LEAST), 1 - LEAST)


@compiled
def predict_bkt(student: Ints, skill: Ints, correct: Ints, parameters: Floats, otherwise: float) -> Floats:
    """The chance of each answer from the same student's earlier ones; `otherwise` for skills never seen in training."""
    out = np.empty(len(student))
    known = np.full(len(parameters), UNSEEN)
    for row in range(len(student)):
        if row == 0 or student[row] != student[row - 1]:
            known[:] = UNSEEN
        k = skill[row]
        start, learn, forget, guess, slip = parameters[k]
        if start < 0:
            out[row] = otherwise
            continue
        there = known[k] if known[k] >= 0 else start
        p = there * (1 - slip) + (1 - there) * guess
        out[row] = p
        there = there * (1 - slip) / p if correct[row] == 1 else there * slip / (1 - p)
        known[k] = there * (1 - forget) + (1 - there) * learn
    return out
