"""How easy items are, from students whose answers are not being predicted."""

from typing import NamedTuple

import numpy as np

from qiming.mastery.answers.table import AnswerTable, Floats, Ints

OF_ITEM, OF_SET = 6.0, 20.0
LEAST = 0.01


class Ease(NamedTuple):
    """Log-odds of a right answer [item] and [skill set], and log(1 + answers seen) [item]."""

    item: Floats
    skill_set: Floats
    seen: Floats


def ease_of(table: AnswerTable, item_set: Ints) -> Ease:
    """Shares of right answers drawn towards the skill set's, and those towards the mean of all (empirical Bayes):
    an item of `n` answers keeps n / (n + 6) of its own share. `item_set`: the skill set of each item."""
    mean = table.correct.mean() if table.rows else 0.5
    of_set = _drawn(table.skill_set, table.correct, table.sets, np.full(table.sets, mean), OF_SET)
    of_item = _drawn(table.item, table.correct, table.items, of_set[item_set], OF_ITEM)
    seen = np.bincount(table.item, minlength=table.items)
    return Ease(item=logit(of_item), skill_set=logit(of_set), seen=np.log1p(seen))


def _drawn(code: Ints, correct: Ints, count: int, towards: Floats, strength: float) -> Floats:
    answers = np.bincount(code, minlength=count)
    right = np.bincount(code, correct, minlength=count)
    return (right + strength * towards) / (answers + strength)


def logit(share: Floats) -> Floats:
    inside = np.clip(share, LEAST, 1 - LEAST)
    return np.log(inside / (1 - inside))
