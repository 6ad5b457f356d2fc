"""What invented pupils answer: right, or wrong in the way of a misconception."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qiming.curriculum.types import Item

Response = dict[str, Any]
Spec = Mapping[str, Any]


def right(item: Item) -> Response:
    """A response that is marked right (for a short text: one that a teacher would mark right)."""
    return _RIGHT[item.kind](item.data)


def wrong(item: Item, dice: random.Random, misconception: str = "") -> Response:
    """A wrong response; one that shows `misconception` when the item has one."""
    return _WRONG[item.kind](item.data, dice, misconception)


def shows(item: Item, misconception: str) -> bool:
    """Whether some wrong answer of `item` shows this misconception."""
    spec: Spec = item.data
    places: Sequence[Spec] = [*spec.get("options", ()), *spec.get("traps", ())]
    return any(one.get("misconception") == misconception for one in places)


def _wrong_options(spec: Spec) -> list[Spec]:
    return [one for one in spec["options"] if not one.get("correct")]


def _pick(options: Sequence[Spec], dice: random.Random, misconception: str) -> Spec:
    planted = [one for one in options if misconception and one.get("misconception") == misconception]
    return dice.choice(planted or list(options))


def _trap(spec: Spec, dice: random.Random, misconception: str) -> Spec | None:
    traps: Sequence[Spec] = spec.get("traps", ())
    return _pick(traps, dice, misconception) if traps else None


def _wrong_order(spec: Spec, dice: random.Random) -> Response:
    keys = [one["key"] for one in spec["entries"]]
    first, second = sorted(dice.sample(range(len(keys)), 2))
    keys[first], keys[second] = keys[second], keys[first]
    return {"order": keys}


def _swapped(placed: dict[str, str], trap: Spec | None, kind: str) -> dict[str, str]:
    """`placed` with one thing where it does not belong: where the trap says, else where its neighbour lies."""
    if trap is not None:
        key, place = trap["pair"] if kind == "pair" else (trap["entry"], trap["bin"])
    else:
        keys = list(placed)
        key, place = keys[0], placed[keys[-1]]
    return placed | {key: place}


def _keys(entries: Sequence[Spec], *, correct: bool = False) -> list[str]:
    return [str(one["key"]) for one in entries if one.get("correct") or not correct]


def _bins(spec: Spec) -> dict[str, str]:
    return {one["key"]: one["bin"] for one in spec["entries"]}


def _wrong_number(spec: Spec, dice: random.Random, misconception: str) -> Response:
    trap = _trap(spec, dice, misconception)
    return {"value": str(trap["value"] if trap else spec["answer"]["value"] + 1)}


def _wrong_choices(spec: Spec, dice: random.Random, misconception: str) -> Response:
    chosen = _pick(_wrong_options(spec), dice, misconception)["key"]
    return {"choices": [*_keys(spec["options"], correct=True)[1:], chosen]}


_UNSURE = ("不太清楚", "因为机器很聪明，学过就会了", "多练几次就好了")

_RIGHT: dict[str, Callable[[Spec], Response]] = {
    "single": lambda spec: {"choice": _keys(spec["options"], correct=True)[0]},
    "multiple": lambda spec: {"choices": _keys(spec["options"], correct=True)},
    "hotspot": lambda spec: {"choices": _keys(spec["options"], correct=True)},
    "order": lambda spec: {"order": _keys(spec["entries"])},
    "match": lambda spec: {"pairs": dict(spec["pairs"])},
    "classify": lambda spec: {"bins": _bins(spec)},
    "numeric": lambda spec: {"value": str(spec["answer"]["value"])},
    "short": lambda spec: {"text": next(iter(spec.get("accept") or [spec["sample"]]))},
}
_WRONG: dict[str, Callable[[Spec, random.Random, str], Response]] = {
    "single": lambda spec, dice, shown: {"choice": _pick(_wrong_options(spec), dice, shown)["key"]},
    "multiple": _wrong_choices,
    "hotspot": _wrong_choices,
    "order": lambda spec, dice, _: _wrong_order(spec, dice),
    "match": lambda spec, dice, shown: {
        "pairs": _swapped(dict(spec["pairs"]), _trap(spec, dice, shown), "pair")
    },
    "classify": lambda spec, dice, shown: {"bins": _swapped(_bins(spec), _trap(spec, dice, shown), "bin")},
    "numeric": _wrong_number,
    "short": lambda _, dice, __: {"text": dice.choice(_UNSURE)},
}
