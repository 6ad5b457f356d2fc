"""Who may need a talk: for those who teach the class, never for the pupil, never in an order of more or less."""

from collections.abc import Sequence
from dataclasses import dataclass

from qiming.learning import queries as learning
from qiming.mastery.kept import warner
from qiming.registry.types import PupilRef

LIKELY = 0.7


@dataclass(frozen=True, slots=True)
class Watched:
    """A pupil whose next answers may go badly; `words` is a band of the chance, `reasons` what raised it."""

    pupil: PupilRef
    words: str
    reasons: tuple[str, ...]


def watched(pupils: Sequence[PupilRef]) -> tuple[Watched, ...]:
    """By seat, those of whom it is more likely than not; one question to the database."""
    courses = learning.courses_of([one.id for one in pupils])
    found = []
    for one in sorted(pupils, key=lambda pupil: pupil.seat_no):
        course = courses.get(one.id)
        chance = warner().chance(course) if course else None
        if course and chance is not None and warner().is_raised(course):
            words = "很可能" if chance >= LIKELY else "有可能"
            found.append(Watched(one, words, tuple(warner().reasons(course))))
    return tuple(found)
