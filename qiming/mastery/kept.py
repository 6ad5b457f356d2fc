"""Parameters as they are kept (JSON) and those the product ships with."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from qiming.mastery.reading import SIGNS, Curve, Fit
from qiming.mastery.tracing import Tracing
from qiming.mastery.warning import Warner

SHIPPED = Path(__file__).parent / "shipped.json"
SHIPPED_WARNING = Path(__file__).parent / "shipped_warning.json"


@cache
def shipped() -> Fit:
    """What holds until a house has enough answers of its own: fitted on public answers of pupils elsewhere (docs/mastery.md)."""
    return from_json(json.loads(SHIPPED.read_text()))


@cache
def warner() -> Warner:
    """The early warning, fitted on the same public answers."""
    kept = json.loads(SHIPPED_WARNING.read_text())
    return Warner(kept["weights"], kept["usual"], kept["level"], kept["line"])


def to_json(fit: Fit) -> dict[str, Any]:
    kept = asdict(fit)
    kept["tracing"] = list(fit.tracing)
    kept["of_concept"] = {key: list(one) for key, one in fit.of_concept.items()}
    return kept


def from_json(kept: Mapping[str, Any]) -> Fit:
    """The parameters again. Raises ValueError when something is missing or not a number."""
    try:
        return Fit(
            level=float(kept["level"]),
            curves={name: _curve(kept["curves"][name]) for name in SIGNS if name in kept["curves"]},
            tracing=_tracing(kept["tracing"]),
            ease=float(kept["ease"]),
            answers=int(kept["answers"]),
            pupils=int(kept["pupils"]),
            of_concept={key: _tracing(one) for key, one in kept["of_concept"].items()},
            ease_of_concept={key: float(one) for key, one in kept["ease_of_concept"].items()},
            ease_of_item={key: float(one) for key, one in kept["ease_of_item"].items()},
        )
    except (KeyError, TypeError, AttributeError) as trouble:
        raise ValueError(f"not the parameters of a readout: {trouble}") from trouble


def _curve(kept: Mapping[str, Any]) -> Curve:
    knots, heights = (tuple(float(x) for x in kept[name]) for name in ("knots", "heights"))
    if len(knots) != len(heights) or list(knots) != sorted(knots):
        raise ValueError("a curve needs a height for every knot, knots in order")
    return Curve(knots, heights, float(kept["usual"]))


def _tracing(kept: Any) -> Tracing:
    start, learn, forget, guess, slip = (float(x) for x in kept)
    if not (
        0 < start < 1 and 0 <= learn < 1 and 0 <= forget < 1 and guess > 0 and slip > 0 and guess + slip < 1
    ):
        raise ValueError(f"not a tracing: {kept}")
    return Tracing(start, learn, forget, guess, slip)
