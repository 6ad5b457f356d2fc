"""First answers to an item, counted: per choice where there are choices, else per kind of mistake."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qiming.curriculum.types import CHOOSING, Item, Misconception
from qiming.insight.types import Bar


@dataclass(frozen=True, slots=True)
class First:
    """A pupil's first answer to the item."""

    response: Mapping[str, Any]
    correct: bool | None
    misconceptions: Sequence[str]


def bars(
    item: Item, firsts: Sequence[First], named: Mapping[str, Misconception], focus: str = ""
) -> tuple[Bar, ...]:
    """The lines of the distribution; `focus` is the misconception that is looked at."""
    if item.kind in CHOOSING:
        return _choices(item, firsts, focus)
    return _outcomes(firsts, named, focus)


def _choices(item: Item, firsts: Sequence[First], focus: str) -> tuple[Bar, ...]:
    chosen: Counter[str] = Counter()
    for first in firsts:
        keys = first.response.get("choices")
        chosen.update(keys if isinstance(keys, list) else [str(first.response.get("choice", ""))])
    return tuple(
        Bar(
            str(option["key"]),
            item.html["options"][option["key"]],
            chosen[option["key"]],
            len(firsts),
            "yes" if option.get("correct") else "hot" if _is(option, focus) else "",
        )
        for option in item.data["options"]
    )


def _is(option: Mapping[str, Any], focus: str) -> bool:
    return bool(focus) and option.get("misconception") == focus


def _outcomes(firsts: Sequence[First], named: Mapping[str, Misconception], focus: str) -> tuple[Bar, ...]:
    of = len(firsts)
    right = sum(1 for one in firsts if one.correct)
    waiting = sum(1 for one in firsts if one.correct is None)
    shown = Counter(name for one in firsts if not one.correct for name in set(one.misconceptions))
    other = sum(1 for one in firsts if one.correct is False and not one.misconceptions)
    lines = [Bar("", "全对", right, of, "yes")]
    for name, n in sorted(shown.items(), key=lambda pair: (pair[0] != focus, -pair[1], pair[0])):
        if name in named:
            lines.append(Bar("", f"「{named[name].text}」", n, of, "hot" if name == focus else ""))
    lines += [Bar("", words, n, of) for words, n in (("别的错法", other), ("等老师看", waiting)) if n]
    return tuple(lines)
