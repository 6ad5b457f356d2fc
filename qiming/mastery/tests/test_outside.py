"""The place for models from elsewhere: a sound one is measured, one that peeks or talks nonsense is refused in words."""

import numpy as np
import pytest

from qiming.mastery.answers.folds import folds
from qiming.mastery.answers.table import AnswerTable, BadAnswers, Floats
from qiming.mastery.evaluating import evaluate
from qiming.mastery.outside import load_outside
from qiming.mastery.tests.made_up import table

HERE = __name__
MADE = table(students=12, each=20)


class ShareSoFar:
    """Each student's share of right answers so far, drawn to that of the training students."""

    def fit(self, table: AnswerTable) -> None:
        self.mean = float(table.correct.mean())

    def chances(self, table: AnswerTable) -> Floats:
        out = np.empty(table.rows)
        for person in range(len(begins := table.begins()) - 1):
            marks = table.correct[begins[person] : begins[person + 1]]
            before = np.concatenate(([0], np.cumsum(marks)[:-1]))
            out[begins[person] : begins[person + 1]] = (before + 4 * self.mean) / (np.arange(len(marks)) + 4)
        return out


class Peeks(ShareSoFar):
    def chances(self, table: AnswerTable) -> Floats:
        return np.where(table.correct == 1, 0.9, 0.1)


class LooksAhead(ShareSoFar):
    """Says of every answer the share of the whole student."""

    def chances(self, table: AnswerTable) -> Floats:
        share = np.bincount(table.student, table.correct) / np.maximum(np.bincount(table.student), 1)
        return np.clip(share[table.student], 0.01, 0.99)


class TooFew(ShareSoFar):
    def chances(self, table: AnswerTable) -> Floats:
        return np.full(3, 0.5)


class TooSure(ShareSoFar):
    def chances(self, table: AnswerTable) -> Floats:
        return np.ones(table.rows)


class Breaks(ShareSoFar):
    def fit(self, table: AnswerTable) -> None:
        raise RuntimeError("no memory left")


class WantsMore:
    def __init__(self, size: int) -> None:
        self.size = size


class OnlyFits:
    def fit(self, table: AnswerTable) -> None:
        del table


def test_a_model_from_elsewhere_is_measured_like_ours() -> None:
    found = evaluate(MADE, folds(MADE, 3), f"{HERE}:ShareSoFar")
    assert found.model == f"{HERE}:ShareSoFar"
    assert found.auc is not None and 0.5 < found.auc < 0.9 and found.tested == MADE.rows


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Peeks", "偷看"),
        ("LooksAhead", "偷看"),
        ("TooFew", "形状"),
        ("TooSure", "0 和 1 之间"),
        ("Breaks", "训练时出错.*no memory left"),
        ("WantsMore", "不带参数"),
        ("OnlyFits", "缺 chances"),
        ("Nobody", "没有 Nobody"),
    ],
)
def test_what_cannot_be_measured_is_told(name: str, words: str) -> None:
    with pytest.raises(BadAnswers, match=words):
        evaluate(MADE, folds(MADE, 3), f"{HERE}:{name}")


def test_a_module_that_is_not_there_is_told() -> None:
    with pytest.raises(BadAnswers, match="装不上"):
        load_outside("no_such_module_here:Model")
