"""How good a model is on students it has never seen, measured so that nothing can flatter it.

Students are divided, never answers; what a model knows of an item comes from training students, what it knows of a
student from that student's earlier answers. Rows are used as given: nothing is repeated for each skill.
"""

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Protocol

import numpy as np

from qiming.mastery.answers.leaks import Leak, leaks_in
from qiming.mastery.answers.measures import (
    auc,
    auc_interval,
    calibration_error,
    log_loss,
    within_item_auc,
)
from qiming.mastery.answers.table import AnswerTable, BadAnswers, Floats, Mask
from qiming.mastery.baselines import fit_bestlr, fit_elo, fit_pfa
from qiming.mastery.bkt import fit_bkt, predict_bkt
from qiming.mastery.outside import fit_outside
from qiming.mastery.tracer.model import fit_tracer


class Fitted(Protocol):
    def chances(self, table: AnswerTable) -> Floats: ...


@dataclass(frozen=True)
class Tracing:
    """Knowledge tracing alone, with forgetting, each set of skills a skill of its own."""

    parameters: Floats
    otherwise: float

    def chances(self, table: AnswerTable) -> Floats:
        columns = (table.student, table.skill_set, table.correct)
        return predict_bkt(*columns, self.parameters, self.otherwise)


def _fit_bkt(table: AnswerTable) -> Tracing:
    fitted = fit_bkt(table.student, table.skill_set, table.correct, table.sets)
    return Tracing(fitted.parameters, float(table.correct.mean()))


MODELS: dict[str, Callable[[AnswerTable], Fitted]] = {
    "tracer": lambda table: fit_tracer(table, kind="additive"),
    "tracer-trees": lambda table: fit_tracer(table, kind="trees"),
    "bkt": _fit_bkt,
    "pfa": fit_pfa,
    "bestlr": fit_bestlr,
    "elo": fit_elo,
}


@dataclass(frozen=True)
class Evaluation:
    """Figures over all test answers together; `auc_low` to `auc_high` is the middle 95 % over resampled test students.

    `by_fold` holds the AUC of each division; figures that cannot be had (all answers alike) are None.
    """

    model: str
    auc: float | None
    auc_low: float | None
    auc_high: float | None
    within_item_auc: float | None
    log_loss: float
    ece: float
    rows: int
    students: int
    items: int
    skills: int
    tested: int
    by_fold: list[float | None]
    seconds: float
    cpu_seconds: float
    leak_suspected: bool
    leaks: list[dict[str, str | int]]

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def evaluate(
    table: AnswerTable,
    divisions: list[tuple[Mask, Mask]],
    model: str,
    say: Callable[[int, int], None] = lambda done, of: None,
) -> Evaluation:
    """Fits and tests `model` (a name of MODELS, or module:Class from elsewhere) on each (train, test) division; `say` hears how
    many are done. Raises BadAnswers."""
    fit = _fitter(model)
    began, worked = time.perf_counter(), time.process_time()
    found = leaks_in(table)
    predicted, tested = np.zeros(table.rows), np.zeros(table.rows, bool)
    by_fold = []
    for number, (train, test) in enumerate(divisions):
        say(number, len(divisions))
        predicted[test] = fit(table.of(train)).chances(table.of(test))
        tested |= test
        by_fold.append(_figure(auc(table.correct[test], predicted[test])))
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - worked
    marks, chances = table.correct[tested], predicted[tested]
    low, high = auc_interval(marks, chances, table.student[tested])
    return Evaluation(
        model=model,
        auc=_figure(auc(marks, chances)),
        auc_low=_figure(low),
        auc_high=_figure(high),
        within_item_auc=_figure(within_item_auc(marks, chances, table.item[tested])),
        log_loss=log_loss(marks, chances),
        ece=calibration_error(marks, chances),
        rows=table.rows,
        students=table.students,
        items=table.items,
        skills=len(table.skill_names),
        tested=int(tested.sum()),
        by_fold=by_fold,
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        leak_suspected=bool(found),
        leaks=[_told(leak) for leak in found],
    )


def _fitter(model: str) -> Callable[[AnswerTable], Fitted]:
    if ":" in model:
        return partial(fit_outside, model)
    if model not in MODELS:
        raise BadAnswers(f"没有这个模型：{model}（有 {'、'.join(MODELS)}，或者写 模块:类）")
    return MODELS[model]


def _told(leak: Leak) -> dict[str, str | int]:
    return {"sign": leak.sign, "words": leak.words, "pairs": leak.pairs}


def _figure(value: float) -> float | None:
    return None if math.isnan(value) else value
