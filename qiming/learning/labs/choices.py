"""How a class chose where nobody is right: numbers of the class, never who. Pupils meet them from five answers on."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from qiming.kernel.access import Actor
from qiming.learning.labs import tally
from qiming.learning.labs.models import LabRun
from qiming.learning.services.common import own_offering
from qiming.registry import queries as registry

LEAST = 5
_WHY = "numbers of the pupil's own class"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One choice: how many chose it, and their share of the answers in whole percent."""

    choice: str
    n: int
    share: int


@dataclass(frozen=True, slots=True)
class ClassChoice:
    """One question of a lab: how many of the class answered, and what, the most chosen first."""

    about: str
    answered: int
    counts: tuple[Chosen, ...]


def counted(chosen: Iterable[Mapping[str, str]], least: int = LEAST) -> list[ClassChoice]:
    """From each pupil's question → choice; questions with fewer than `least` answers are left out."""
    by_question: dict[str, Counter[str]] = {}
    for one in chosen:
        for about, choice in one.items():
            by_question.setdefault(about, Counter())[choice] += 1
    return [_one(about, counts) for about, counts in sorted(by_question.items()) if counts.total() >= least]


def _one(about: str, counts: Counter[str]) -> ClassChoice:
    answered = counts.total()
    most_first = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return ClassChoice(
        about, answered, tuple(Chosen(text, n, round(100 * n / answered)) for text, n in most_first)
    )


def of_own_class(*, actor: Actor, offering_id: UUID, lesson_key: str, activity_key: str) -> list[ClassChoice]:
    """For a pupil of the class; an offering of another class is refused like a missing one."""
    offering, _ = own_offering(actor, offering_id)
    pupils = [one.id for one in registry.pupils_of(offering.class_group_id)]
    rows = LabRun.objects.unscoped(_WHY).filter(
        offering_id=offering_id, lesson_key=lesson_key, activity_key=activity_key, pupil_id__in=pupils
    )
    return counted(tally.read(stored).choices for stored in rows.values_list("tally", flat=True))
