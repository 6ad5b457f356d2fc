"""First answers to items, and who gave them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from qiming.curriculum.marked import marked
from qiming.curriculum.types import ConceptRef
from qiming.insight.queries.facts import Facts
from qiming.insight.rules.counting import First, bars
from qiming.insight.types import Distribution, ItemPlace
from qiming.learning import queries as learning


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """A pupil's first answer to one item."""

    pupil_id: UUID
    response: Mapping[str, Any]
    correct: bool | None
    misconceptions: Sequence[str]


def first_answers(known: Facts, item_keys: Sequence[str]) -> dict[str, list[FirstAnswer]]:
    """Per item, the first answer of everybody, with one question whatever the number of items."""
    rows = learning.attempts_of_offering(known.offering.id).filter(item_key__in=item_keys)
    members = {one.id for one in known.pupils}
    found: dict[str, dict[UUID, FirstAnswer]] = {key: {} for key in item_keys}
    for key, *row in rows.values_list("item_key", "pupil_id", "response", "correct", "misconceptions"):
        if row[0] in members:
            found[key].setdefault(row[0], FirstAnswer(*row))
    return {key: list(answers.values()) for key, answers in found.items()}


def distributions(
    known: Facts, places: Sequence[ItemPlace], concepts: Mapping[str, ConceptRef], focus: str = ""
) -> list[Distribution]:
    answers = first_answers(known, [one.item.key for one in places])
    return [count(answers[one.item.key], known, one, concepts, focus) for one in places]


def count(
    answers: Sequence[FirstAnswer],
    known: Facts,
    place: ItemPlace,
    concepts: Mapping[str, ConceptRef],
    focus: str = "",
) -> Distribution:
    firsts = [First(one.response, one.correct, one.misconceptions) for one in answers]
    concept = concepts.get(place.item.concept)
    lines = bars(place.item, firsts, known.course.misconceptions, focus)
    counts = {line.key: line.n for line in lines}
    drawn = marked(place.item, counts, focus)
    return Distribution(place, concept.title if concept else "", len(firsts), lines, drawn)
