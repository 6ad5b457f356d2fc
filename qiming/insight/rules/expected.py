"""Whether an item is answered as its author expected: by sums over classes, never by one pupil. Pure.

The least sums keep a single pupil and a single class out of what is said; the thresholds are dated content
(`content/screening/items.yaml`, a proposal of ours).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class ItemLimits:
    """From when on something is said. `right_at_least` and `right_at_most` are shares by difficulty, 1 easy to 3 hard."""

    least_pupils: int
    least_classes: int
    right_at_least: Mapping[int, float]
    right_at_most: Mapping[int, float]
    wrong_over_right: float

    @classmethod
    def on(cls, day: date, listed: Sequence[Mapping[str, Any]]) -> "ItemLimits | None":
        """The limits in force on a day, the latest of them; None where none are."""
        said = day.isoformat()
        holding = [one for one in listed if one["from"] <= said and (one["to"] is None or said <= one["to"])]
        if not holding:
            return None
        one = max(holding, key=lambda each: str(each["from"]))
        return cls(
            one["least_pupils"],
            one["least_classes"],
            _by_difficulty(one["right_at_least"]),
            _by_difficulty(one["right_at_most"]),
            one["wrong_over_right"],
        )


@dataclass(frozen=True, slots=True)
class ItemSums:
    """First answers to an item: from how many pupils and classes, how many right; `wrong` counts those who chose the
    most liked wrong answer, whose letter is `letter`."""

    pupils: int
    classes: int
    right: int
    wrong: int = 0
    letter: str = ""


def against_expectation(sums: ItemSums, difficulty: int, limits: ItemLimits) -> str:
    """What differs from what was expected, for the author; empty while nothing does or too few answered."""
    if sums.pupils < limits.least_pupils or sums.classes < limits.least_classes:
        return ""
    share, wrong = sums.right / sums.pupils, sums.wrong / sums.pupils
    low, high = limits.right_at_least.get(difficulty, 0.0), limits.right_at_most.get(difficulty, 1.0)
    said = []
    if share < low:
        said.append(f"答对的只有{share:.0%}，按难度预想至少{low:.0%}")
    elif share > high:
        said.append(f"答对的有{share:.0%}，按难度预想不到{high:.0%}")
    # counted in pupils: shares would differ by what a float loses
    if sums.wrong - sums.right >= round(limits.wrong_over_right * sums.pupils, 6):
        said.append(f"选{sums.letter}的有{wrong:.0%}，比选对的还多")
    if not said:
        return ""
    return f"{sums.classes}个班{sums.pupils}名学生第一次作答：{'；'.join(said)}。请看题干、选项和难度。"


def _by_difficulty(said: Mapping[Any, float]) -> dict[int, float]:
    return {int(difficulty): share for difficulty, share in said.items()}
