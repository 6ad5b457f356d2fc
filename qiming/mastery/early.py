"""Fitting the early warning and holding it against students it never saw.

Each student is looked at after 10, 30, 50 … answers; what is to be foretold is the share of right answers among the twenty that
follow, which no two looks share: below the line that cuts off the training students' worst fifth or not. The logistic's chance is
corrected by what it said of training students who were left out of a first fit (Platt 1999).
"""

from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np

from qiming.mastery.answers.folds import parts_of
from qiming.mastery.answers.measures import auc, auc_interval, calibration_error, log_loss
from qiming.mastery.answers.table import AnswerTable, BadAnswers, Floats, Ints, Mask
from qiming.mastery.tracer.model import plain_world, signs_of
from qiming.mastery.tracer.signs import AT
from qiming.mastery.warning import AHEAD, LEAST_ANSWERS, LOWEST_SHARE, RAISED_AT, SIGNS, Course, Warner

PARTS, SEED = 4, 777
RIDGE = 1.0
STEPS = 25
LEAST_LOOKS = 50


class Looks(NamedTuple):
    """Moments at which students are looked at: `signs` [look, SIGNS], the `share` right of the next twenty, the `student`."""

    signs: Floats
    share: Floats
    student: Ints

    def of(self, chosen: Mask) -> "Looks":
        return Looks(self.signs[chosen], self.share[chosen], self.student[chosen])


def looks_at(table: AnswerTable, others: AnswerTable) -> Looks:
    """Of `table`'s students, with the ease of items as `others` found them."""
    begins = table.begins()
    place = np.arange(table.rows) - np.repeat(begins[:-1], np.diff(begins))
    left = np.repeat(begins[1:], np.diff(begins)) - np.arange(table.rows)
    rows = np.flatnonzero((place >= LEAST_ANSWERS) & ((place - LEAST_ANSWERS) % AHEAD == 0) & (left >= AHEAD))
    read = signs_of(table, plain_world(others))[0][rows].astype(np.float64)
    answered, right = (np.rint(np.expm1(read[:, AT[name]])) for name in ("answered", "right"))
    columns = {
        "ability": read[:, AT["ability"]],
        "slow": read[:, AT["ability_slow"]],
        "share": (right + 1) / (answered + 2),
        "run": read[:, AT["run"]],
        "answered": read[:, AT["answered"]],
    }
    until = np.concatenate(([0], np.cumsum(table.correct)))
    share = (until[rows + AHEAD] - until[rows]) / AHEAD
    return Looks(np.stack([columns[name] for name in SIGNS], axis=1), share, table.student[rows])


def fit_warning(table: AnswerTable) -> Warner:
    """From training students. Raises BadAnswers when fewer than 50 moments can be looked at or all went alike."""
    people, person = np.unique(table.student, return_inverse=True)
    if len(people) < PARTS:
        raise BadAnswers(f"至少要有 {PARTS} 名学生才能定预警")
    part = parts_of(len(people), PARTS, SEED)[person]
    each = [looks_at(table.of(part == one), table.of(part != one)) for one in range(PARTS)]
    looks = Looks(*(np.concatenate(column) for column in zip(*each, strict=True)))
    of_part = np.repeat(np.arange(PARTS), [len(one.share) for one in each])
    if len(looks.share) < LEAST_LOOKS:
        raise BadAnswers(
            f"能看的时候太少：只有 {len(looks.share)} 处之后还有 {AHEAD} 次作答，至少要 {LEAST_LOOKS} 处"
        )
    line = _line(looks.share)
    low = (looks.share < line).astype(np.int64)
    if not 0 < low.sum() < len(low):
        raise BadAnswers("所有学生接下来的作答都一样，没有可预警的")
    usual, spread = looks.signs.mean(axis=0), np.maximum(looks.signs.std(axis=0), 1e-9)
    scaled = (looks.signs - usual) / spread
    left_out = np.zeros(len(low))
    for one in range(PARTS):
        here = of_part == one
        left_out[here] = _with_one(scaled[here]) @ _logistic(scaled[~here], low[~here])
    bent = _logistic(left_out[:, None], low)
    whole = _logistic(scaled, low)
    weights = whole[:-1] * bent[0] / spread
    return Warner(
        weights=dict(zip(SIGNS, weights.tolist(), strict=True)),
        usual=dict(zip(SIGNS, usual.tolist(), strict=True)),
        level=float(whole[-1] * bent[0] + bent[1]),
        line=line,
    )


def _line(share: Floats) -> float:
    """Half an answer above the share that cuts off the worst fifth, so that a whole number of answers never lies on it."""
    return float(np.quantile(share, LOWEST_SHARE, method="lower")) + 0.5 / AHEAD


def _with_one(x: Floats) -> Floats:
    return np.concatenate((x, np.ones((len(x), 1))), axis=1)


def _logistic(x: Floats, low: Ints) -> Floats:
    """Weights and, last, the level, by Newton's method with a small ridge on the weights."""
    design = _with_one(x)
    penalty = np.diag([RIDGE] * x.shape[1] + [1e-6])
    weights = np.zeros(design.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (low - p) - penalty @ weights
        step = np.linalg.solve((design * (p * (1 - p))[:, None]).T @ design + penalty, slope)
        weights = weights + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-8:
            break
    return np.asarray(weights)


@dataclass(frozen=True)
class WarningFigures:
    """Over all looks at test students; `precision` and `recall` where the chance is at least one half."""

    auc: float | None
    auc_low: float | None
    auc_high: float | None
    log_loss: float
    log_loss_of_share: float
    ece: float
    precision: float | None
    recall: float | None
    raised: int
    low_share: float
    line: float
    looks: int
    students: int

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def evaluate_warning(
    table: AnswerTable, divisions: list[tuple[Mask, Mask]], given: Warner | None = None
) -> WarningFigures:
    """Fits on each training side (or takes `given` as it is) and looks at the tested students. Raises BadAnswers."""
    low: list[Ints] = []
    chances: list[Floats] = []
    who: list[Ints] = []
    lines = []
    for train, test in divisions:
        others = table.of(train)
        warner = given or fit_warning(others)
        looks = looks_at(table.of(test), others)
        low.append((looks.share < warner.line).astype(np.int64))
        chances.append(chances_of(warner, looks))
        who.append(looks.student)
        lines.append(warner.line)
    return _figures(np.concatenate(low), np.concatenate(chances), np.concatenate(who), float(np.mean(lines)))


def chances_of(warner: Warner, looks: Looks) -> Floats:
    """[look], the same as `Warner.chance` of each."""
    weights = np.array([warner.weights[name] for name in SIGNS])
    usual = np.array([warner.usual[name] for name in SIGNS])
    return np.asarray(1 / (1 + np.exp(-(warner.level + (looks.signs - usual) @ weights))))


def course_of(signs: Floats) -> Course:
    """One look as the web tier would hand it over."""
    answered = round(float(np.expm1(signs[SIGNS.index("answered")])))
    right = round(float(signs[SIGNS.index("share")]) * (answered + 2) - 1)
    ability, slow = (float(signs[SIGNS.index(name)]) for name in ("ability", "slow"))
    return Course(ability, slow, answered, right, int(signs[SIGNS.index("run")]))


def _figures(low: Ints, chances: Floats, student: Ints, line: float) -> WarningFigures:
    if not len(low):
        raise BadAnswers(f"没有一名检验的学生有 {LEAST_ANSWERS + AHEAD} 次以上的作答")
    raised = chances >= RAISED_AT
    found = [auc(low, chances), *auc_interval(low, chances, student)]
    best, least, most = (None if np.isnan(one) else float(one) for one in found)
    base = float(low.mean())
    return WarningFigures(
        auc=best,
        auc_low=least,
        auc_high=most,
        log_loss=log_loss(low, chances),
        log_loss_of_share=log_loss(low, np.full(len(low), base)),
        ece=calibration_error(low, chances),
        precision=float(low[raised].mean()) if raised.any() else None,
        recall=float(raised[low == 1].mean()) if low.any() else None,
        raised=int(raised.sum()),
        low_share=base,
        line=line,
        looks=len(low),
        students=len(np.unique(student)),
    )
