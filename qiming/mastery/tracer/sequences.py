"""What one item says of the next: how other students did on this item after that mark on that one."""

from typing import NamedTuple

import numpy as np

from qiming.mastery.answers.table import AnswerTable, Floats, Ints

DRAWN = 8.0


class Pairs(NamedTuple):
    """Sorted `keys` (earlier item × 2 + its mark) × items + item; `values` [(drawn mean surplus, log(1 + seen))]."""

    keys: Ints
    values: Floats


def pairs_of(table: AnswerTable, surplus: Floats, back: int) -> Pairs:
    """For the item `back` places earlier: mean of `surplus` (mark less what ease and factors let expect), drawn to 0."""
    same = np.zeros(table.rows, bool)
    if table.rows > back:
        same[back:] = table.student[back:] == table.student[:-back]
    now = np.flatnonzero(same)
    before = now - back
    key = (table.item[before] * 2 + table.correct[before]) * table.items + table.item[now]
    keys, kind = np.unique(key, return_inverse=True)
    seen = np.bincount(kind, minlength=len(keys))
    mean = np.bincount(kind, surplus[now], minlength=len(keys)) / (seen + DRAWN)
    return Pairs(keys.astype(np.int64), np.ascontiguousarray(np.stack((mean, np.log1p(seen)), axis=1)))


def no_pairs() -> Pairs:
    return Pairs(np.zeros(0, np.int64), np.zeros((0, 2)))
