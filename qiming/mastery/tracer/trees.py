"""From signs to a chance as sharply as can be: boosted trees over the same signs, for work offline.

LightGBM (Ke et al. 2017). Fixed seeds and one order of sums: the same answers give the same trees.
"""

from dataclasses import dataclass
from typing import Any, cast

import lightgbm
import numpy as np
from numpy.typing import NDArray

from qiming.mastery.answers.table import Floats, Ints
from qiming.mastery.tracer.signs import NAMES

ROUNDS = 250
LEAST_FOR_TREES = 200
SETTINGS: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.07,
    "num_leaves": 40,
    "min_data_in_leaf": 80,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "feature_fraction": 0.6,
    "lambda_l2": 8.0,
    "verbose": -1,
    "seed": 0,
    "deterministic": True,
    "force_row_wise": True,
}


@dataclass(frozen=True)
class Trees:
    """A fitted booster."""

    booster: Any

    def chances(self, signs: NDArray[np.float32]) -> Floats:
        return cast(Floats, np.asarray(self.booster.predict(signs), dtype=np.float64))

    def weights(self) -> dict[str, float]:
        """Sign → its share of what all splits gained."""
        gain = self.booster.feature_importance("gain")
        return dict(zip(NAMES, (gain / max(gain.sum(), 1e-12)).tolist(), strict=True))


def fit_trees(signs: NDArray[np.float32], correct: Ints) -> Trees:
    """signs [answer, sign], correct [answer]; both marks must occur and there must be at least 200 answers."""
    data = lightgbm.Dataset(signs, correct, feature_name=list(NAMES), free_raw_data=True)
    settings = {**SETTINGS, "min_data_in_leaf": min(80, max(5, len(correct) // 200))}
    return Trees(lightgbm.train(settings, data, num_boost_round=ROUNDS))
