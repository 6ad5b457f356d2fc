"""The tracer whole: what is counted from training students, the signs of answers, and a readout over them."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from qiming.mastery.answers.folds import parts_of
from qiming.mastery.answers.table import AnswerTable, Floats, Ints, Mask
from qiming.mastery.bkt import UNSEEN, fit_bkt
from qiming.mastery.tracer.difficulty import ease_of
from qiming.mastery.tracer.factors import loadings_of
from qiming.mastery.tracer.memory import Answers, World, blank_mind, walk
from qiming.mastery.tracer.readout import fit_readout
from qiming.mastery.tracer.sequences import no_pairs, pairs_of
from qiming.mastery.tracer.signs import COUNT
from qiming.mastery.tracer.trees import LEAST_FOR_TREES, fit_trees

INNER, INNER_SEED = 4, 777
Kind = Literal["additive", "trees"]
Signs = NDArray[np.float32]


class Reads(Protocol):
    def chances(self, signs: Signs) -> Floats: ...


@dataclass(frozen=True)
class Tracer:
    """Fitted on some students, good for others: `world` is counted from them, `reads` turns signs into chances."""

    world: World
    reads: Reads

    def chances(self, table: AnswerTable) -> Floats:
        """[answer] from each student's own earlier answers alone."""
        return self.reads.chances(signs_of(table, self.world)[0])


def fit_tracer(table: AnswerTable, *, kind: Kind = "additive") -> Tracer:
    """`table`: the training students' answers, with the codes the tracer will meet later.

    The readout must learn from signs as they will be for a stranger: training students are divided in four, and the
    signs of each quarter are counted from the other three (cross-fitting).
    """
    tracing = fit_bkt(table.student, table.skill_set, table.correct, table.sets).parameters
    item_set = _set_of_items(table)
    signs = np.zeros((table.rows, COUNT), np.float32)
    people, person = np.unique(table.student, return_inverse=True)
    count = min(INNER, len(people))
    part = parts_of(len(people), max(count, 1), INNER_SEED)[person]
    for one in range(count):
        here: Mask = part == one
        others = table.of(~here) if count > 1 else table
        signs[here], _ = signs_of(table.of(here), world_of(others, tracing, item_set))
    reads: Reads
    if kind == "trees" and table.rows >= LEAST_FOR_TREES and 0 < table.correct.sum() < table.rows:
        reads = fit_trees(signs, table.correct)
    else:
        reads = fit_readout(signs, table.correct)
    return Tracer(world_of(table, tracing, item_set), reads)


def world_of(table: AnswerTable, tracing: Floats, item_set: Ints) -> World:
    """Everything counted from these answers; sequences are what ease and factors leave unexplained."""
    plain = _world(table, tracing, item_set)
    _, expected = signs_of(table, plain)
    surplus = table.correct - expected
    pair, second = pairs_of(table, surplus, 1), pairs_of(table, surplus, 2)
    return plain._replace(
        pair_keys=pair.keys,
        pair_values=pair.values,
        second_keys=second.keys,
        second_values=second.values,
    )


def signs_of(table: AnswerTable, world: World) -> tuple[Signs, Floats]:
    """Signs [answer, sign], and the chance by ease and factors alone [answer]."""
    signs, expected = np.zeros((table.rows, COUNT), np.float32), np.zeros(table.rows)
    if table.rows:
        given = Answers(table.begins(), table.item, table.skill_set, table.correct, table.time)
        walk(world, blank_mind(world), given, signs, expected)
    return signs, expected


def plain_world(table: AnswerTable) -> World:
    """Without knowledge tracing and sequences: enough to read counts, ease and levels."""
    return _world(table, np.full((table.sets, 5), UNSEEN), _set_of_items(table))


def _world(table: AnswerTable, tracing: Floats, item_set: Ints) -> World:
    ease = ease_of(table, item_set)
    none = no_pairs()
    return World(
        first=table.first,
        skills=table.skills,
        ease=ease.item,
        set_ease=ease.skill_set,
        seen=ease.seen,
        tracing=tracing,
        loadings=loadings_of(table, ease.item),
        pair_keys=none.keys,
        pair_values=none.values,
        second_keys=none.keys,
        second_values=none.values,
    )


def _set_of_items(table: AnswerTable) -> Ints:
    """The skill set each item asks; 0 for items not met (their ease is then the mean of a set they may not be of)."""
    out = np.zeros(table.items, np.int64)
    out[table.item] = table.skill_set
    return out
