"""What stands behind a figure of the class report: the pupils and their answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.safestring import SafeString

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import ConceptRef, Item, Misconception
from qiming.insight import spoken
from qiming.insight.queries.evidence import Shown, answers_showing
from qiming.insight.queries.facts import Facts
from qiming.insight.queries.items import FirstAnswer, count, distributions, first_answers
from qiming.insight.types import Distribution, Held, PupilKey, Remedy
from qiming.registry.types import PupilRef

MOST_ITEMS = 8
BAND_ORDER = ("practise", "nearly", "known", "unsure")


@dataclass(frozen=True, slots=True)
class PupilAnswers:
    """A pupil and the answers that made the figure."""

    pupil: PupilRef
    answers: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class MisconceptionDetail:
    misconception: Misconception
    held: Held
    remedy: Remedy | None
    counted: tuple[PupilAnswers, ...]
    clue: tuple[PupilAnswers, ...]
    cleared: tuple[PupilAnswers, ...]
    items: tuple[Distribution, ...]

    @property
    def everybody(self) -> tuple[PupilAnswers, ...]:
        return (*self.counted, *self.clue, *self.cleared)


@dataclass(frozen=True, slots=True)
class ConceptDetail:
    concept: ConceptRef
    by_band: tuple[tuple[str, tuple[PupilRef, ...]], ...]
    items: tuple[Distribution, ...]

    @property
    def practise(self) -> int:
        return len(dict(self.by_band)["practise"])


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, and who gave it first."""

    said: SafeString
    correct: bool | None
    misconceptions: tuple[Misconception, ...]
    pupils: tuple[PupilRef, ...]


@dataclass(frozen=True, slots=True)
class ItemDetail:
    shown: Distribution
    said: tuple[Said, ...]
    right: int


def misconception_detail(known: Facts, key: str) -> MisconceptionDetail | None:
    """None when the course knows no such misconception; nobody may show it (any more)."""
    misconception = known.course.misconceptions.get(key)
    if misconception is None:
        return None
    held = known.held_by(key) or Held(key, frozenset(), frozenset(), frozenset(), 0, (), is_single=False)
    answers = answers_showing(known, key)
    places = [known.course.items[one] for one, _ in held.by_item if one in known.course.items]
    concepts = curriculum.concepts({one.item.concept for one in places})
    return MisconceptionDetail(
        misconception=misconception,
        held=held,
        remedy=known.course.remedies.get(key),
        counted=_of(known, held.pupils, answers),
        clue=_of(known, held.clue, answers),
        cleared=_of(known, held.cleared, answers),
        items=tuple(distributions(known, places[:MOST_ITEMS], concepts, key)),
    )


def _of(
    known: Facts, members: frozenset[PupilKey], answers: Mapping[UUID, Sequence[Shown]]
) -> tuple[PupilAnswers, ...]:
    return tuple(
        PupilAnswers(one, tuple(answers.get(one.id, ())))
        for key, one in known.by_id.items()
        if key in members
    )


def concept_detail(known: Facts, key: str) -> ConceptDetail | None:
    """None when there is no such concept."""
    concept = curriculum.concept(key)
    if concept is None:
        return None
    asked = {one.item_key for one in known.answers if one.concept == key}
    places = [place for item, place in known.course.items.items() if item in asked]
    return ConceptDetail(
        concept=concept,
        by_band=tuple(
            (
                band,
                tuple(
                    one for id_, one in known.by_id.items() if known.bands.get((id_, key), "unsure") == band
                ),
            )
            for band in BAND_ORDER
        ),
        items=tuple(distributions(known, places, {key: concept})),
    )


def item_detail(known: Facts, item_version_id: UUID) -> ItemDetail | None:
    """None when the item is not of this course."""
    place = next((p for p in known.course.items.values() if p.item.id == item_version_id), None)
    if place is None:
        return None
    answers = first_answers(known, [place.item.key])[place.item.key]
    concepts = curriculum.concepts([place.item.concept])
    return ItemDetail(
        shown=count(answers, known, place, concepts),
        said=tuple(_said(known, place.item, answers)),
        right=sum(1 for one in answers if one.correct),
    )


def _said(known: Facts, item: Item, answers: Sequence[FirstAnswer]) -> list[Said]:
    """Equal answers together, the commonest first; pupils by seat."""
    by_words: dict[str, list[FirstAnswer]] = {}
    for one in answers:
        by_words.setdefault(str(spoken.said(item, one.response)), []).append(one)
    found = []
    for given in by_words.values():
        gave = {one.pupil_id for one in given}
        named = [known.course.misconceptions.get(name) for name in given[0].misconceptions]
        found.append(
            Said(
                said=spoken.said(item, given[0].response),
                correct=given[0].correct,
                misconceptions=tuple(one for one in named if one is not None),
                pupils=tuple(one for one in known.pupils if one.id in gave),
            )
        )
    return sorted(found, key=lambda one: -len(one.pupils))
