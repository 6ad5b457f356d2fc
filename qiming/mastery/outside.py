"""A place for models from elsewhere (deep ones, say): `qiming mastery evaluate --model package.module:Class`.

The class is made without arguments, learns with `fit(table)` from training students and answers `chances(table)` for
others, one number in (0, 1) for each answer. It is handed the answers it shall predict, because a student's earlier ones are
their past; that it looks at nothing else is tested, not trusted: marks are turned round and what was said before must stay.
"""

import importlib
from typing import Any, Protocol, cast

import numpy as np

from qiming.mastery.answers.table import AnswerTable, BadAnswers, Floats, Mask

TURNED = 3
SAME = 1e-6
SEED = 5


class Model(Protocol):
    """What an outside class must offer. `fit` sees training students only; `chances` [answer] of the table it is given."""

    def fit(self, table: AnswerTable) -> object: ...
    def chances(self, table: AnswerTable) -> Floats: ...


class Outside:
    """A fitted outside model whose answers are checked."""

    def __init__(self, model: Model, name: str) -> None:
        self._model, self._name = model, name

    def chances(self, table: AnswerTable) -> Floats:
        """Raises BadAnswers when the model says something else than chances, or knows marks it cannot know."""
        said = self._ask(table)
        self._turn_round(table)
        return said

    def _ask(self, table: AnswerTable) -> Floats:
        try:
            said = np.asarray(self._model.chances(table), dtype=np.float64)
        except Exception as trouble:
            raise BadAnswers(f"{self._name} 预测时出错：{trouble!r}") from trouble
        if said.shape != (table.rows,):
            raise BadAnswers(f"{self._name} 要给 {table.rows} 个概率，给出的形状是 {said.shape}")
        if not (np.isfinite(said).all() and (said > 0).all() and (said < 1).all()):
            raise BadAnswers(f"{self._name} 给出的不全是 0 和 1 之间的概率")
        return said

    def _turn_round(self, table: AnswerTable) -> None:
        """Of a few students all marks from one answer on are turned: what was said up to that answer must not move."""
        generator, begins = np.random.default_rng(SEED), table.begins()
        long = np.flatnonzero(np.diff(begins) >= 2)
        for person in generator.choice(long, min(TURNED, len(long)), replace=False):
            begin, end = int(begins[person]), int(begins[person + 1])
            at = int(generator.integers(begin, end))
            here: Mask = np.zeros(table.rows, bool)
            here[begin:end] = True
            alone = table.of(here)
            before = self._ask(alone)[: at + 1 - begin]
            marks = alone.correct
            marks[at - begin :] = 1 - marks[at - begin :]
            if np.abs(self._ask(alone)[: at + 1 - begin] - before).max() > SAME:
                raise BadAnswers(f"{self._name} 偷看了要预测的作答：改了后面的对错，前面的预测也变了")


def load_outside(name: str) -> Model:
    """The class named `module:Class`, made. Raises BadAnswers in words when there is none or it offers too little."""
    module, _, attribute = name.partition(":")
    try:
        made: Any = getattr(importlib.import_module(module), attribute)()
    except ImportError as trouble:
        raise BadAnswers(f"装不上模型 {name}：{trouble}") from trouble
    except AttributeError as trouble:
        raise BadAnswers(f"{module} 里没有 {attribute}") from trouble
    except TypeError as trouble:
        raise BadAnswers(f"{name} 要能不带参数地建立：{trouble}") from trouble
    lacking = [one for one in ("fit", "chances") if not callable(getattr(made, one, None))]
    if lacking:
        raise BadAnswers(f"{name} 缺 {'、'.join(lacking)}（要有 fit(table) 和 chances(table)）")
    return cast(Model, made)


def fit_outside(name: str, table: AnswerTable) -> Outside:
    """Loads, fits and wraps the model. Raises BadAnswers."""
    model = load_outside(name)
    try:
        model.fit(table)
    except Exception as trouble:
        raise BadAnswers(f"{name} 训练时出错：{trouble!r}") from trouble
    return Outside(model, name)
