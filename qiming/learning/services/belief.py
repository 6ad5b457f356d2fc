"""Mastery of one pupil, held while an answer moves it. Every answer passes here, so the questions are plain SQL."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Item
from qiming.kernel.time import now
from qiming.learning.models import LearnerState, MasteryState
from qiming.learning.services import fits
from qiming.mastery import Fit, Learner, Skill, read, start, step
from qiming.registry.types import PupilRef

# The pupil's own row first: answers of one pupil wait for each other there, whatever they are about. Both are locked, so
# that who waited reads both as they are afterwards.
_LOCK = """
SELECT whole.state, one.concept, one.id, one.state, one.n
  FROM learning_learnerstate whole JOIN learning_masterystate one ON one.pupil_id = whole.pupil_id
 WHERE whole.pupil_id = %s AND one.concept = ANY(%s) ORDER BY one.concept FOR UPDATE OF whole, one
"""
_OTHERS = "SELECT concept, state FROM learning_masterystate WHERE pupil_id = %s AND concept = ANY(%s)"
_MOVE = """
WITH whole AS (UPDATE learning_learnerstate SET state = %s WHERE pupil_id = %s)
UPDATE learning_masterystate one
   SET state = now.state, p = now.p, band = now.band, sure = now.sure, n = now.n, last_day = now.last_day, fit = now.fit,
       updated_at = %s
  FROM (VALUES {rows}) AS now (id, state, p, band, sure, n, last_day, fit) WHERE one.id = now.id
"""
_ROW = "(%s::uuid, %s::bytea, %s::float8, %s, %s::float8, %s::int, %s::date, %s::int)"
Known = Mapping[str, float]


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
                {
                    concept: (*self.held[concept], version) for concept, version in sorted(self.moved.items())
                },
            )


def begun(fit: Fit, concept: str, learner: Learner, skill: Skill, known: Known) -> Skill:
    """As it is, or at the first answer as the prerequisites let expect."""
    if skill.n:
        return skill
    fresh = start(fit, concept, learner, known, needs_of([concept]))
    return replace(fresh, judged=skill.judged, judged_at=skill.judged_at)


def needs_of(concepts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What each concept builds on."""
    return {key: one.prerequisites for key, one in curriculum.concepts(concepts).items()}


def write(pupil_id: UUID, learner: Learner, rows: Mapping[str, tuple[UUID, Skill, int]]) -> None:
    """Keep states by concept, each read anew with the parameters of its version."""
    values: list[object] = [learner.pack(), pupil_id, now()]
    for concept, (row_id, skill, version) in rows.items():
        said = read(fits.fit_of(version), concept, skill)
        values += [row_id, skill.pack(), said.chance, said.band.value, said.sure, skill.n, skill.last_day, version]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE.format(rows=", ".join([_ROW] * len(rows))), values)


def hold(pupil: PupilRef, concepts: Iterable[str]) -> States:
    """Lock the pupil and the rows of these concepts; make those that are missing."""
    wanted = sorted(set(concepts))
    states, is_old = _lock(pupil, wanted)
    if len(states.held) < len(wanted):
        LearnerState.objects.bulk_create(
            [LearnerState(scope_path=pupil.scope_path, pupil_id=pupil.id)], ignore_conflicts=True
        )
        MasteryState.objects.bulk_create(
            [
                MasteryState(scope_path=pupil.scope_path, pupil_id=pupil.id, concept=concept, p=0.5)
                for concept in wanted
                if concept not in states.held
            ],
            ignore_conflicts=True,
        )
        states, is_old = _lock(pupil, wanted)
    if is_old:
        from qiming.learning.services.replay import rebuild

        rebuild(pupil.id)
        states, _ = _lock(pupil, wanted)
    fresh = [concept for concept, (_, skill) in states.held.items() if not skill.n]
    if fresh:
        states.before = _known_before(pupil.id, fresh) | states.before
    return states


def _lock(pupil: PupilRef, concepts: list[str]) -> tuple[States, bool]:
    """What is held, and whether some of it is from before the tracer: counted answers without a state."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [pupil.id, concepts])
        rows = cursor.fetchall()
    held = {concept: (row_id, Skill.unpack(bytes(state))) for _, concept, row_id, state, _ in rows}
    learner = Learner.unpack(bytes(rows[0][0])) if rows else Learner()
    known = {concept: skill.known for concept, (_, skill) in held.items() if skill.n}
    return States(pupil.id, learner, held, known), any(n and not state for *_, state, n in rows)


def _known_before(pupil_id: UUID, concepts: list[str]) -> dict[str, float]:
    """What is known of the concepts these build on."""
    wanted = sorted({one for needs in needs_of(concepts).values() for one in needs})
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, [pupil_id, wanted])
        found = {concept: Skill.unpack(bytes(state)) for concept, state in cursor.fetchall()}
    return {concept: skill.known for concept, skill in found.items() if skill.n}
