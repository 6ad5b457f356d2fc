"""How good predictions are: order (AUC), probability (log loss, calibration), and how sure one can be of the figure.

AUC is the chance that a right answer got a higher prediction than a wrong one, ties half (Hanley & McNeil 1982);
intervals resample students, not answers, because answers of one student go together (Efron & Tibshirani 1993).
"""

import numpy as np

from qiming.mastery.answers.table import Floats, Ints

LEAST_FOR_ITEM = 20
RESAMPLED = 200
CERTAIN = 1e-6


def auc(correct: Ints, predicted: Floats) -> float:
    """NaN when all answers are alike."""
    return float(_auc_of(_ranked(correct, predicted), np.ones(len(correct))))


def auc_interval(correct: Ints, predicted: Floats, student: Ints, seed: int = 1) -> tuple[float, float]:
    """The middle 95 % of the AUC over resampled students."""
    ranked = _ranked(correct, predicted)
    _, person = np.unique(student, return_inverse=True)
    people = int(person.max()) + 1
    generator = np.random.default_rng(seed)
    seen = []
    for _ in range(RESAMPLED):
        times = np.bincount(generator.integers(0, people, people), minlength=people)
        seen.append(_auc_of(ranked, times[person].astype(np.float64)))
    kept = np.array([one for one in seen if not np.isnan(one)])
    if not len(kept):
        return float("nan"), float("nan")
    return float(np.quantile(kept, 0.025)), float(np.quantile(kept, 0.975))


def _ranked(correct: Ints, predicted: Floats) -> tuple[Ints, Floats, Ints]:
    """Rows by prediction, their marks, and where each group of equal predictions begins."""
    at = np.argsort(predicted, kind="stable")
    values = predicted[at]
    begins = np.concatenate(([0], np.flatnonzero(np.diff(values)) + 1)).astype(np.int64)
    return at, correct[at].astype(np.float64), begins


def _auc_of(ranked: tuple[Ints, Floats, Ints], weight: Floats) -> float:
    at, marks, begins = ranked
    of_row = weight[at]
    right = np.add.reduceat(of_row * marks, begins)
    wrong = np.add.reduceat(of_row * (1.0 - marks), begins)
    all_right, all_wrong = right.sum(), wrong.sum()
    if all_right == 0 or all_wrong == 0:
        return float("nan")
    below = np.cumsum(wrong) - wrong
    return float((right * (below + 0.5 * wrong)).sum() / (all_right * all_wrong))


def within_item_auc(correct: Ints, predicted: Floats, item: Ints) -> float:
    """AUC inside one item, averaged over the items by their pairs: what following the student adds to knowing the item.

    Items with fewer than 20 answers say too little; NaN when none is left.
    """
    at = np.lexsort((predicted, item))
    marks, values, items = correct[at], predicted[at], item[at]
    ends = np.concatenate((np.flatnonzero(np.diff(items)) + 1, [len(items)]))
    total = pairs = 0.0
    begin = 0
    for end in ends:
        right = int(marks[begin:end].sum())
        wrong = int(end - begin - right)
        if end - begin >= LEAST_FOR_ITEM and right and wrong:
            total += auc(marks[begin:end], values[begin:end]) * right * wrong
            pairs += right * wrong
        begin = int(end)
    return total / pairs if pairs else float("nan")


def log_loss(correct: Ints, predicted: Floats) -> float:
    inside = np.clip(predicted, CERTAIN, 1 - CERTAIN)
    return float(-np.mean(np.where(correct == 1, np.log(inside), np.log1p(-inside))))


def calibration_error(correct: Ints, predicted: Floats, bins: int = 15) -> float:
    """ECE: mean distance between what was predicted and what came, over bins of equal width (Naeini et al. 2015)."""
    bin_of = np.minimum((predicted * bins).astype(np.int64), bins - 1)
    count = np.bincount(bin_of, minlength=bins)
    distance = np.abs(np.bincount(bin_of, correct - predicted, minlength=bins) / np.maximum(count, 1))
    return float((distance * count).sum() / len(correct))
