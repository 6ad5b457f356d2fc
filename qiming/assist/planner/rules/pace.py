"""Minutes: what an item takes, and how minutes are shared out so that they add up exactly."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

# Our estimate of a pupil's seconds for an item, by kind; difficulty and stage stretch it. Teachers see and may change it.
SECONDS = {
    "single": 50,
    "hotspot": 50,
    "multiple": 80,
    "numeric": 90,
    "classify": 80,
    "order": 90,
    "match": 90,
    "short": 150,
}
STRETCH = {1: 1.0, 2: 1.25, 3: 1.6}
YOUNG = 1.4  # pupils in primary school read slowly


def seconds_of(item: Mapping[str, Any], stage: str) -> int:
    base = SECONDS.get(str(item["kind"]), 90) * STRETCH.get(int(item["difficulty"]), 1.6)
    return round(base * (YOUNG if stage == "primary" else 1))


def minutes_of(items: Sequence[Mapping[str, Any]], stage: str) -> int:
    """Whole minutes, rounded up; 0 for no items."""
    return math.ceil(sum(seconds_of(item, stage) for item in items) / 60)


def share(total: int, weights: Sequence[int], floors: Sequence[int], most: int | None = None) -> list[int]:
    """`total` minutes shared by weight, none below its floor or above `most`, the sum exactly `total`.

    Asks for sum(floors) <= total, and room for it below `most`. What rounding leaves goes where most is missing, the
    first of equals first.
    """
    if sum(floors) > total or (most is not None and most * len(floors) < total):
        raise ValueError("the minutes do not fit")
    given = list(floors)
    wish = sum(weights) or len(weights)
    wanted = [total * (weight if sum(weights) else 1) / wish for weight in weights]
    for _ in range(total - sum(given)):
        able = [n for n in range(len(given)) if most is None or given[n] < most]
        at = max(able, key=lambda n: (wanted[n] - given[n], -n))
        given[at] += 1
    return given
