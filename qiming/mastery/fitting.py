"""Parameters of the product's readout from many answers: what the nightly job does, outside the web tier (numpy, numba).

Curves are fitted as in `tracer/readout.py` over the signs a house keeps, then made to rise or fall only (pooling adjacent
violators, Barlow 1972) and set right once more by one slope and one level (Platt 1999).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qiming.mastery.answers.folds import parts_of
from qiming.mastery.answers.table import AnswerTable, Floats, Ints, table_of
from qiming.mastery.bkt import fit_bkt
from qiming.mastery.reading import SIGNS, Curve, Fit
from qiming.mastery.tracer.model import INNER, INNER_SEED, Signs, plain_world, signs_of
from qiming.mastery.tracer.readout import Readout, fit_readout
from qiming.mastery.tracer.signs import AT, COUNT
from qiming.mastery.tracing import Tracing

FALLING = frozenset({"skill_wrong"})
LEAST_OF_ITEM, LEAST_OF_CONCEPT = 3, 100
SURE_OF_LUCK = 0.95
ROUNDS = 20


def fit(table: AnswerTable) -> Fit:
    """`table`: first tries without help, one concept an item. Signs of each quarter of the pupils are counted from the others."""
    tracing = fit_bkt(table.student, table.skill_set, table.correct, table.sets).parameters
    tracing = np.where(tracing[:, 3:4] + tracing[:, 4:5] < SURE_OF_LUCK, tracing, -1.0)
    signs = _signs(table, tracing)
    readout = fit_readout(signs, table.correct)
    curves = _rising(readout, signs)
    slope, level = _set_right(_total(curves, signs), table.correct)
    curves = {
        name: replace(
            one,
            heights=tuple(float(slope * x) for x in one.heights),
            usual=float(slope * _heights(one, signs[:, AT[name]]).mean()),
        )
        for name, one in curves.items()
    }
    world = plain_world(table)
    seen = np.bincount(table.item, minlength=table.items)
    of_set = np.bincount(table.skill_set, minlength=table.sets)
    names = _names_of_sets(table)
    sets = [k for k in range(table.sets) if of_set[k] >= LEAST_OF_CONCEPT]
    return Fit(
        level=float(level),
        curves=curves,
        tracing=Tracing(*(float(x) for x in np.median(tracing[tracing[:, 0] >= 0], axis=0))),
        ease=float(np.median(world.set_ease)),
        answers=table.rows,
        pupils=len(np.unique(table.student)),
        of_concept={names[k]: Tracing(*(float(x) for x in tracing[k])) for k in sets if tracing[k, 0] >= 0},
        ease_of_concept={names[k]: float(world.set_ease[k]) for k in sets},
        ease_of_item={
            str(table.item_names[k]): float(world.ease[k]) for k in np.flatnonzero(seen >= LEAST_OF_ITEM)
        },
    )


def _signs(table: AnswerTable, tracing: Floats) -> Signs:
    """[answer, sign], those a house doesn't keep left at 0."""
    signs = np.zeros((table.rows, COUNT), np.float32)
    people, person = np.unique(table.student, return_inverse=True)
    count = min(INNER, len(people))
    part = parts_of(len(people), max(count, 1), INNER_SEED)[person]
    for one in range(count):
        here = part == one
        others = table.of(~here) if count > 1 else table
        signs[here], _ = signs_of(table.of(here), plain_world(others)._replace(tracing=tracing))
    kept = np.zeros(COUNT, bool)
    kept[[AT[name] for name in SIGNS]] = True
    signs[:, ~kept] = 0
    return signs


def _rising(readout: Readout, signs: Signs) -> dict[str, Curve]:
    """The curves of the readout, made monotone in the direction their sign speaks."""
    out = {}
    for name in SIGNS:
        begin, end = readout.curves.begins[AT[name] : AT[name] + 2]
        if end == begin:
            continue
        knots, heights = readout.curves.knots[begin:end], readout.curves.heights[begin:end]
        there = signs[:, AT[name]]
        weights = np.bincount(np.abs(there[:, None] - knots[None]).argmin(axis=1), minlength=len(knots)) + 1.0
        way = -1.0 if name in FALLING else 1.0
        risen = way * _pooled(way * heights, weights)
        if np.ptp(risen) == 0:  # says nothing in its direction
            continue
        out[name] = Curve(tuple(map(float, knots)), tuple(map(float, risen)))
    return out


def _pooled(heights: NDArray[Any], weights: NDArray[Any]) -> Floats:
    """The nearest rising sequence: neighbours that fall are put at their mean."""
    blocks: list[tuple[float, float, int]] = []
    for height, weight in zip(heights, weights, strict=True):
        mean, mass, size = float(height), float(weight), 1
        while blocks and blocks[-1][0] > mean:
            other, held, count = blocks.pop()
            mean, mass, size = (mean * mass + other * held) / (mass + held), mass + held, size + count
        blocks.append((mean, mass, size))
    return np.concatenate([np.full(size, mean) for mean, _, size in blocks])


def _total(curves: Mapping[str, Curve], signs: Signs) -> Floats:
    return sum((_heights(one, signs[:, AT[name]]) for name, one in curves.items()), np.zeros(len(signs)))


def _heights(curve: Curve, x: NDArray[Any]) -> Floats:
    return np.asarray(np.interp(x, curve.knots, curve.heights))


def _chance(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))))


def _set_right(total: Floats, correct: Ints) -> tuple[float, float]:
    """Slope and level with which `total` says the chance best (Newton's method)."""
    design = np.stack((total, np.ones(len(total))), axis=1)
    at = np.array([1.0, 0.0])
    for _ in range(ROUNDS):
        p = _chance(design @ at)
        bend = design.T @ (design * (p * (1 - p))[:, None]) + 1e-3 * np.eye(2)
        move = np.linalg.solve(bend, design.T @ (correct - p))
        at = at + move
        if np.abs(move).max() < 1e-8:
            break
    return float(max(at[0], 0.0)), float(at[1])


def chances(fitted: Fit, table: AnswerTable, usual: Mapping[str, float] | None = None) -> Floats:
    """[answer] the chance of a right answer with these parameters, from each pupil's own earlier answers. `usual`: the ease
    of items without one of their own."""
    guessed = usual or {}
    sets = _names_of_sets(table)
    asked = [fitted.asked(name) for name in sets]
    set_of = np.zeros(table.items, np.int64)
    set_of[table.item] = table.skill_set
    ease = [
        fitted.asked(sets[set_of[k]], str(name), guessed.get(str(name))).ease
        for k, name in enumerate(table.item_names)
    ]
    world = plain_world(table)._replace(
        ease=np.array(ease),
        set_ease=np.array([one.ease for one in asked]),
        tracing=np.array([tuple(one.tracing) for one in asked]),
    )
    signs, _ = signs_of(table, world)
    total = _total(fitted.curves, signs)
    return _chance(fitted.level + total)


def log_loss(fitted: Fit, table: AnswerTable, usual: Mapping[str, float] | None = None) -> float:
    p = np.clip(chances(fitted, table, usual), 1e-6, 1 - 1e-6)
    return float(-np.mean(np.where(table.correct == 1, np.log(p), np.log(1 - p))))


def _names_of_sets(table: AnswerTable) -> list[str]:
    return [
        "|".join(table.skill_names[k] for k in table.skills[table.first[one] : table.first[one + 1]])
        for one in range(table.sets)
    ]


@dataclass(frozen=True)
class Compared:
    """A fit on everybody, with the log loss of one on some pupils and of the old parameters, both on the others."""

    fit: Fit
    loss: float
    loss_before: float


def compare(
    student: Sequence[str],
    item: Sequence[str],
    concept: Sequence[str],
    correct: Sequence[int],
    seconds: Sequence[int],
    *,
    old: Fit,
    usual: Mapping[str, float],
    every: int,
) -> Compared:
    """Columns of answers, in order within each student; `usual`: the ease of items as their kind lets expect. Every `every`th
    student is held back."""
    table = table_of(
        np.array(student),
        np.array(item),
        np.array(concept),
        np.array(correct),
        order=np.arange(len(student)),
        time=np.array(seconds),
    )
    held = parts_of(table.students, every, INNER_SEED)[table.student] == 0
    strangers = table.of(held)
    tried = fit(table.of(~held))
    return Compared(fit(table), log_loss(tried, strangers, usual), log_loss(old, strangers, usual))
