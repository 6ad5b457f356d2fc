"""What the tracer is held against: three well-known models, each from its source, none of our own ideas in them.

elo: ability and skill levels moved after each answer against the item's ease (Pelánek 2016); pfa: counts of right and
wrong answers for each skill (Pavlik, Cen & Koedinger 2009); bestlr: items, skills and counts of right and wrong answers
in all, of the skill and of the item (Gervet et al. 2020).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack

from qiming.mastery.answers.table import AnswerTable, Floats
from qiming.mastery.tracer.memory import World
from qiming.mastery.tracer.model import plain_world, signs_of
from qiming.mastery.tracer.signs import AT

RIDGE = 1.0
ROUNDS = 200
ABILITY_SHARE = 0.5


@dataclass(frozen=True)
class Elo:
    world: World

    def chances(self, table: AnswerTable) -> Floats:
        signs, _ = signs_of(table, self.world)
        level = signs[:, AT["item_ease"]] + signs[:, AT["skill"]] + ABILITY_SHARE * signs[:, AT["ability"]]
        return np.asarray(1 / (1 + np.exp(-level.astype(np.float64))))


def fit_elo(table: AnswerTable) -> Elo:
    return Elo(plain_world(table))


@dataclass(frozen=True)
class Counting:
    """A logistic regression over sparse counts; `names_items` says whether items and item counts take part."""

    world: World
    weights: Floats
    names_items: bool

    def chances(self, table: AnswerTable) -> Floats:
        return np.asarray(1 / (1 + np.exp(-(_design(table, self.world, self.names_items) @ self.weights))))


def fit_pfa(table: AnswerTable) -> Counting:
    return _fit(table, names_items=False)


def fit_bestlr(table: AnswerTable) -> Counting:
    return _fit(table, names_items=True)


def _fit(table: AnswerTable, *, names_items: bool) -> Counting:
    world = plain_world(table)
    design = _design(table, world, names_items)
    marks = table.correct.astype(np.float64)

    def cost(weights: Floats) -> tuple[float, Floats]:
        z = design @ weights
        loss = float(np.logaddexp(0.0, z).sum() - marks @ z + 0.5 * RIDGE * weights @ weights)
        return loss, design.T @ (1 / (1 + np.exp(-z)) - marks) + RIDGE * weights

    found = minimize(
        cost, np.zeros(design.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}
    )
    return Counting(world, np.asarray(found.x), names_items)


def _design(table: AnswerTable, world: World, names_items: bool) -> "csr_matrix":
    """Skills asked, their counts of right and wrong (PFA: a weight for each skill); for bestlr also items and totals."""
    signs, _ = signs_of(table, world)
    asked = np.diff(table.first)[table.skill_set]
    row = np.repeat(np.arange(table.rows), asked)
    within = np.arange(len(row)) - np.repeat(np.cumsum(asked) - asked, asked)
    skill = table.skills[table.first[table.skill_set[row]] + within]
    shape = (table.rows, len(table.skill_names))

    def by_skill(values: Floats) -> csr_matrix:
        return csr_matrix((values, (row, skill)), shape=shape)

    def counts(*names: str) -> csr_matrix:
        return csr_matrix(signs[:, [AT[name] for name in names]].astype(np.float64))

    always = csr_matrix(np.ones((table.rows, 1)))
    right, wrong = (signs[row, AT[name]].astype(np.float64) for name in ("skill_right", "skill_wrong"))
    if not names_items:
        parts = [always, by_skill(np.ones(len(row))), by_skill(right), by_skill(wrong)]
        return hstack(parts, format="csr")
    items = csr_matrix(
        (np.ones(table.rows), (np.arange(table.rows), table.item)), shape=(table.rows, table.items)
    )
    parts = [
        always,
        by_skill(np.ones(len(row))),
        items,
        counts("right", "wrong", "skill_right", "skill_wrong"),
    ]
    return hstack([*parts, counts("item_right", "item_wrong")], format="csr")
