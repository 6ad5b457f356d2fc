"""What one pupil can do now and what to practise next, each with its reason, in words a child can read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qiming.curriculum.types import ConceptRef

MOST = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """A pupil's concepts by band, in teaching order."""

    known: tuple[ConceptRef, ...]
    nearly: tuple[ConceptRef, ...]
    practise: tuple[ConceptRef, ...]
    unsure: tuple[ConceptRef, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.known or self.nearly or self.practise or self.unsure)


@dataclass(frozen=True, slots=True)
class Advice:
    """A concept to practise and why."""

    concept: ConceptRef
    reason: str


def standing(concepts: Sequence[ConceptRef], bands: Mapping[str, str]) -> Standing:
    def of(band: str) -> tuple[ConceptRef, ...]:
        return tuple(one for one in concepts if bands.get(one.key) == band)

    return Standing(of("known"), of("nearly"), of("practise"), of("unsure"))


def advise(stands: Standing) -> list[Advice]:
    """At most three, first what others build on; what is nearly there when nothing is weak."""
    weak = {one.key: one for one in stands.practise}
    met = (*stands.known, *stands.nearly, *stands.practise, *stands.unsure)
    found: dict[str, Advice] = {}
    for concept in stands.practise:
        for needed in concept.prerequisites:
            if needed in weak:
                found.setdefault(needed, Advice(weak[needed], _first(weak[needed], concept)))
    for concept in stands.practise:
        later = next((one for one in met if concept.key in one.prerequisites), None)
        reason = _first(concept, later) if later else f"最近的题里「{concept.title}」还没有站稳。"
        found.setdefault(concept.key, Advice(concept, reason))
    for concept in stands.nearly:
        found.setdefault(concept.key, Advice(concept, "快了，再独立答对一两次就稳了。"))
    for concept in stands.unsure:
        found.setdefault(concept.key, Advice(concept, "做的题还少，做一两道看看会不会。"))
    return list(found.values())[:MOST]


def _first(concept: ConceptRef, later: ConceptRef) -> str:
    return f"学「{later.title}」要用到它，先把它练稳。" if later.key != concept.key else "先把它练稳。"
