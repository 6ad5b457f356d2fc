"""Who holds a misconception.

One wrong choice is often a slip or a guess. So a pupil counts only after showing the same misconception in two
different items; where only one item asked so far could show it, one is all there is, and the report says so. Whoever
afterwards gets two items right at the first try and without help that could have shown it again, has cleared it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from qiming.insight.types import Answered, Held, PupilKey

ITEMS_TO_COUNT = 2
RIGHT_TO_CLEAR = 2


def shown_by(data: Mapping[str, Any]) -> frozenset[str]:
    """The misconceptions that some wrong answer to an item shows."""
    places = [*data.get("options", ()), *data.get("traps", ())]
    return frozenset(str(one["misconception"]) for one in places if one.get("misconception"))


@dataclass(slots=True)
class _Trace:
    shown: set[str] = field(default_factory=set)
    right_since: set[str] = field(default_factory=set)


def held(answers: Iterable[Answered], shows: Mapping[str, frozenset[str]]) -> list[Held]:
    """Every misconception that anybody showed, the commonest first. `answers` are in order of time; `shows` says
    which misconceptions an item can show."""
    traces: dict[str, dict[PupilKey, _Trace]] = defaultdict(dict)
    answered: dict[str, set[PupilKey]] = defaultdict(set)
    for answer in answers:
        pupil, item = answer.pupil_id, answer.item_key
        is_first = pupil not in answered[item]
        answered[item].add(pupil)
        for name in answer.misconceptions:
            trace = traces[name].get(pupil)
            if trace is None:
                trace = traces[name][pupil] = _Trace()
            trace.shown.add(item)
            trace.right_since.clear()
        if is_first and _right_alone(answer):
            for name in shows.get(item, ()):
                if name in traces and pupil in traces[name]:
                    traces[name][pupil].right_since.add(item)
    found = [_one(name, traces[name], answered, shows) for name in traces]
    return sorted(found, key=lambda one: (one.is_single, -one.n, -len(one.clue), one.id))


def _right_alone(answer: Answered) -> bool:
    return answer.correct is True and not answer.hints_used and not answer.solution_shown


def _one(
    name: str,
    traces: Mapping[PupilKey, _Trace],
    answered: Mapping[str, set[PupilKey]],
    shows: Mapping[str, frozenset[str]],
) -> Held:
    asked = [item for item in answered if name in shows.get(item, ())]
    is_single = len(asked) < ITEMS_TO_COUNT
    needed = 1 if is_single else ITEMS_TO_COUNT
    cleared = frozenset(p for p, one in traces.items() if len(one.right_since) >= RIGHT_TO_CLEAR)
    counted = frozenset(p for p, one in traces.items() if len(one.shown) >= needed) - cleared
    by_item: dict[str, int] = defaultdict(int)
    for one in traces.values():
        for item in one.shown:
            by_item[item] += 1
    return Held(
        id=name,
        pupils=counted,
        clue=frozenset(traces) - counted - cleared,
        cleared=cleared,
        answered=len(set().union(*(answered[item] for item in asked))),
        by_item=tuple(sorted(by_item.items(), key=lambda pair: (-pair[1], pair[0]))),
        is_single=is_single,
    )
