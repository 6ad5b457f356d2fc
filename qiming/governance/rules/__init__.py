"""Decisions of the class-hour desk as pure functions."""

from qiming.governance.rules.forecast import because, forecast, held_quantiles
from qiming.governance.rules.privacy import SMALL_GROUP, shown_count, shown_counts
from qiming.governance.rules.sample import draw

__all__ = ["SMALL_GROUP", "because", "draw", "forecast", "held_quantiles", "shown_count", "shown_counts"]
