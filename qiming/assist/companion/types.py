"""What the companion's parts hand to each other."""

from dataclasses import dataclass
from typing import Literal

from qiming.agents.guard.stages import Session
from qiming.curriculum.types import Item, Lesson
from qiming.registry.types import PupilRef
from qiming.teaching.types import LiveState, OfferingRef

Mode = Literal["before", "in", "after"]
MODES: dict[str, str] = {"before": "课前", "in": "课上", "after": "课后"}


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a pupil stands when opening the companion: everything it may know, gathered once."""

    pupil: PupilRef
    offering: OfferingRef
    lesson: Lesson
    item: Item | None
    mode: Mode
    stage: str
    session: Session
    live: LiveState | None
    held: str  # why nothing can be asked now, in words; "" when one can
