"""From answers to shares: weighted to the people each stratum stands for, with 95 % intervals. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from qiming.governance.surveys.rules import SMALL, Kind, Question

Z = 1.959964
# How alike the answers within a class are. Answers do not know their class, so it cannot be measured; a proposal.
RHO = 0.05


@dataclass(frozen=True, slots=True)
class Group:
    """Answers counted for one stratum: how many, and for each question how many answered and chose each option."""

    n: int
    answered: Mapping[str, int]
    chosen: Mapping[tuple[str, int], int]


def count(rows: Iterable[tuple[int, Mapping[str, Any]]]) -> dict[int, Group]:
    """One walk over the answers: (stratum, chosen) → a group for each stratum."""
    n: Counter[int] = Counter()
    answered: dict[int, Counter[str]] = defaultdict(Counter)
    chosen: dict[int, Counter[tuple[str, int]]] = defaultdict(Counter)
    for stratum, given in rows:
        n[stratum] += 1
        for key, value in given.items():
            answered[stratum][key] += 1
            chosen[stratum].update((key, at) for at in (value if isinstance(value, list) else [value]))
    return {one: Group(n[one], answered[one], chosen[one]) for one in n}


def interval(share: float, n: float) -> tuple[float, float]:
    """Wilson's 95 % interval for a share of `n` independent answers (n need not be whole)."""
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def weights(groups: Mapping[int, Group], people: Mapping[int, int]) -> dict[int, float]:
    """How many people one answer of each stratum stands for."""
    return {one: people[one] / group.n for one, group in groups.items() if group.n and people.get(one)}


def spread(groups: Mapping[int, Group], weight: Mapping[int, float]) -> float:
    """Kish's design effect of unequal weights: n Σw² / (Σw)²."""
    n = sum(groups[one].n for one in weight)
    total = sum(groups[one].n * w for one, w in weight.items())
    return n * sum(groups[one].n * w * w for one, w in weight.items()) / total**2 if total else 1.0


def alike(answers: int, classes: int) -> float:
    """The design effect of asking whole classes: 1 + (answers of a class − 1) ρ."""
    return 1 + max(0.0, answers / classes - 1) * RHO if classes else 1.0


def tally(
    asked: Sequence[Question], groups: Mapping[int, Group], people: Mapping[int, int], classes: int
) -> dict[str, Any]:
    """Shares of every question over these groups; `n` alone when they are too few."""
    weight = weights(groups, people)
    n = sum(groups[one].n for one in weight)
    if n < SMALL:
        return {"shown": False}
    effect = spread(groups, weight) * alike(n, classes)
    lines = [_line(one, groups, weight, effect) for one in asked if one.kind is not Kind.WORDS]
    return {"shown": True, "n": n, "effect": round(effect, 2), "questions": lines}


def _line(
    one: Question, groups: Mapping[int, Group], weight: Mapping[int, float], effect: float
) -> dict[str, Any]:
    n = sum(groups[at].answered.get(one.key, 0) for at in weight)
    line: dict[str, Any] = {"key": one.key, "title": one.title, "kind": one.kind.value, "options": []}
    if n < SMALL:
        return line | {"n": None}
    whole = sum(groups[at].answered.get(one.key, 0) * w for at, w in weight.items())
    for place, text in enumerate(one.options):
        share = sum(groups[at].chosen.get((one.key, place), 0) * w for at, w in weight.items()) / whole
        low, high = interval(min(1.0, share), n / effect)
        line["options"].append(
            {"text": text, "share": round(share, 4), "low": round(low, 4), "high": round(high, 4)}
        )
    return line | {"n": n}


def parts(
    asked: Sequence[Question],
    groups: Mapping[int, Group],
    strata: Sequence[Mapping[str, Any]],
    names: Mapping[str, str],
    are_classes: bool,
) -> list[dict[str, Any]]:
    """The same for each stage, where there are several. A small one is left out, and where it is the only one the
    smallest other with it: what is left out cannot be found by subtraction."""
    by: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for one in strata:
        by[one["stage"]].append(one)
    size = {
        stage: sum(groups[one["no"]].n for one in rows if one["no"] in groups) for stage, rows in by.items()
    }
    shown = [stage for stage in by if size[stage] >= SMALL and stage in names]
    if len(shown) + 1 == len([stage for stage in by if size[stage]]) and shown:
        shown.remove(min(shown, key=lambda stage: size[stage]))
    if len(by) < 2:
        return []
    found = []
    for stage in (one for one in names if one in shown):
        numbers = {one["no"] for one in by[stage]}
        own = {at: group for at, group in groups.items() if at in numbers}
        told = tally(
            asked,
            own,
            {one["no"]: one["people"] for one in by[stage]},
            sum(one["drawn"] for one in by[stage]) if are_classes else 0,
        )
        found.append({"name": names[stage], **told})
    return [one for one in found if one["shown"]]
