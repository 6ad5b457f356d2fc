"""Which concept an item may ask for, by its words: a suggestion the teacher confirms or changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from qiming.curriculum.types import ConceptRef
from qiming.kernel.text import fold

LEAST = 0.16
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    key: str
    title: str
    score: float


def suggest(text: str, concepts: Sequence[ConceptRef], grade: int | None = None) -> list[Suggestion]:
    """The concepts whose title and explanation share most pairs of characters with the item's words, best first.
    Of two alike, the one of the own grade."""
    said = _pairs(text)
    if not said:
        return []
    found = []
    for one in concepts:
        title = _pairs(one.title)
        around = _pairs(f"{one.title}{one.note}{one.teacher}")
        near = _shared(said, title) + 0.5 * len(said & around) / len(said)
        if near >= LEAST:
            found.append((near + (0.02 if grade is not None and one.grade == grade else 0.0), one))
    best = sorted(found, key=lambda pair: (-pair[0], pair[1].key))[:SHOWN]
    return [Suggestion(one.key, one.title, round(near, 3)) for near, one in best]


def _pairs(text: str) -> set[str]:
    """Neighbouring characters, marks left out."""
    flat = "".join(char for char in fold(text) if char.isalnum())
    return {flat[at : at + 2] for at in range(len(flat) - 1)}


def _shared(one: set[str], other: set[str]) -> float:
    """Dice's coefficient."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0
