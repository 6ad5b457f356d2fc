"""Mastery of one pupil, held while an answer moves it. Every answer passes here, so the questions are plain SQL."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from qiming.curriculum.types import Item
from qiming.learning.models import LearnerState, MasteryState
from qiming.learning.services import fits
from qiming.learning.services.kept_states import begun, needs_of, old_states, write
from qiming.learning.services.replay import rebuild
from qiming.mastery import Learner, Skill, step
from qiming.registry.types import PupilRef

# The pupil's own row first: answers of one pupil wait for each other there, whatever they are about. Both are locked, so
# that who waited reads both as they are afterwards.
_LOCK = """
SELECT whole.state, one.concept, one.id, one.state
  FROM learning_learnerstate whole JOIN learning_masterystate one ON one.pupil_id = whole.pupil_id
 WHERE whole.pupil_id = %s AND one.concept = ANY(%s) ORDER BY one.concept FOR UPDATE OF whole, one
"""
_OTHERS = "SELECT concept, state FROM learning_masterystate WHERE pupil_id = %s AND concept = ANY(%s)"


@dataclass(slots=True)
class States:
    """What is held of a pupil: the whole, the concepts with their rows, what prerequisites say, and what moved."""

    pupil_id: UUID
    learner: Learner
    held: dict[str, tuple[UUID, Skill]]
    before: dict[str, float]
    moved: dict[str, int] = field(default_factory=dict)

    def step(self, item: Item, correct: bool, weight: float, *, day: date, at: datetime) -> None:
        """One answer that counts, with the parameters of its moment."""
        row_id, skill = self.held[item.concept]
        version = fits.version_at(at)
        fit = fits.fit_of(version)
        skill = begun(fit, item.concept, self.learner, skill, self.before)
        self.learner, after = step(
            self.learner, skill, fits.asked_of(fit, item), correct=correct, weight=weight, day=day
        )
        if weight:
            self.held[item.concept] = (row_id, after)
            self.before[item.concept] = after.known
            self.moved[item.concept] = version

    def save(self) -> None:
        """The rows as they now stand, in one statement."""
        if self.moved:
            write(
                self.pupil_id,
                self.learner,
                {concept: (*self.held[concept], version) for concept, version in sorted(self.moved.items())},
            )


def hold(pupil: PupilRef, concepts: Iterable[str]) -> States:
    """Lock the pupil and the rows of these concepts; make those that are missing."""
    wanted = sorted(set(concepts))
    states = _lock(pupil, wanted)
    if len(states.held) < len(wanted):
        _make(pupil, [concept for concept in wanted if concept not in states.held], is_new=not states.held)
        states = _lock(pupil, wanted)
    fresh = [concept for concept, (_, skill) in states.held.items() if not skill.n]
    if fresh:
        states.before = _known_before(pupil.id, fresh) | states.before
    return states


def _make(pupil: PupilRef, concepts: list[str], *, is_new: bool) -> None:
    """The rows that are missing. A pupil who had beliefs before there was a tracer has them counted anew."""
    path = pupil.scope_path
    LearnerState.objects.bulk_create(
        [LearnerState(scope_path=path, pupil_id=pupil.id)], ignore_conflicts=True
    )
    MasteryState.objects.bulk_create(
        [MasteryState(scope_path=path, pupil_id=pupil.id, concept=one, p=0.5) for one in concepts],
        ignore_conflicts=True,
    )
    if is_new and old_states().filter(pupil_id=pupil.id).exists():
        rebuild(pupil.id)


def _lock(pupil: PupilRef, concepts: list[str]) -> States:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [pupil.id, concepts])
        rows = cursor.fetchall()
    held = {concept: (row_id, Skill.unpack(bytes(state))) for _, concept, row_id, state in rows}
    learner = Learner.unpack(bytes(rows[0][0])) if rows else Learner()
    known = {concept: skill.known for concept, (_, skill) in held.items() if skill.n}
    return States(pupil.id, learner, held, known)


def _known_before(pupil_id: UUID, concepts: list[str]) -> dict[str, float]:
    """What is known of the concepts these build on."""
    wanted = sorted({one for needs in needs_of(concepts).values() for one in needs})
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, [pupil_id, wanted])
        found = {concept: Skill.unpack(bytes(state)) for concept, state in cursor.fetchall()}
    return {concept: skill.known for concept, skill in found.items() if skill.n}
