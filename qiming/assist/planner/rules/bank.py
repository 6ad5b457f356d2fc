"""A set of items by concept, difficulty and kind, with the table it was made by."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qiming.assist.planner.rules.pace import minutes_of, share
from qiming.assist.planner.types import ClassFacts

Item = Mapping[str, Any]
LEVELS = (1, 2, 3)
LEVEL_WORDS = {1: "容易", 2: "中等", 3: "较难"}
# Of ten items: four easy, four of middle difficulty, two hard.
MIX = (4, 4, 2)
MOST = 60


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the table: how many were wanted, how many there are."""

    concept: str
    difficulty: int
    wanted: int
    found: int

    @property
    def missing(self) -> int:
        return self.wanted - self.found


@dataclass(frozen=True, slots=True)
class Bank:
    items: tuple[Item, ...]
    cells: tuple[Cell, ...]
    kinds: tuple[tuple[str, int], ...]
    minutes: int

    @property
    def missing(self) -> int:
        return sum(one.missing for one in self.cells)


def blueprint(concepts: Sequence[str], known: ClassFacts, total: int) -> dict[tuple[str, int], int]:
    """How many items of each concept and difficulty: more where more pupils must practise; they add up to `total`."""
    if not concepts:
        return {}
    weights = [1 + known.belief(key).practise for key in concepts]
    floor = 1 if total >= len(concepts) else 0
    per_concept = share(total, weights, [floor] * len(concepts))
    table = {}
    for key, n in zip(concepts, per_concept, strict=True):
        for level, wanted in zip(LEVELS, share(n, MIX, [0, 0, 0]), strict=True):
            table[key, level] = wanted
    return table


def assemble(
    items: Sequence[Item], wanted: Mapping[tuple[str, int], int], kinds: Sequence[str], stage: str
) -> Bank:
    """The items that fill the table, of as many kinds as there are; what is missing is said cell by cell."""
    used: Counter[str] = Counter()
    chosen: list[Item] = []
    cells = []
    for (concept, level), n in wanted.items():
        able = [
            item
            for item in items
            if item["concept"] == concept
            and item["difficulty"] == level
            and (not kinds or item["kind"] in kinds)
        ]
        taken: list[Item] = []
        while able and len(taken) < n:
            best = min(able, key=lambda item: (used[str(item["kind"])], able.index(item)))
            able.remove(best)
            used[str(best["kind"])] += 1
            taken.append(best)
        chosen += taken
        cells.append(Cell(concept, level, n, len(taken)))
    kept = Counter(str(item["kind"]) for item in chosen)
    return Bank(tuple(chosen), tuple(cells), tuple(kept.most_common()), minutes_of(chosen, stage))
