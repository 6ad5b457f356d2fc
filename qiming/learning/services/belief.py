"""Mastery of one pupil, held while an answer moves it. Every answer passes here, so the questions are plain SQL."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import connection

from qiming.curriculum.types import Item
from qiming.kernel.time import now
from qiming.learning.models import MasteryState
from qiming.mastery import Params, State, params_for, start, step
from qiming.registry.types import PupilRef

_LOCK = """
SELECT concept, id, p, n, last_day FROM learning_masterystate
 WHERE pupil_id = %s AND concept = ANY(%s) ORDER BY concept FOR UPDATE
"""
_MOVE = "UPDATE learning_masterystate SET p = %s, n = %s, last_day = %s, updated_at = %s WHERE id = %s"


@dataclass(slots=True)
class States:
    """The states held, by concept, and which of them moved."""

    held: dict[str, tuple[UUID, State]]
    moved: set[str] = field(default_factory=set)

    def step(self, item: Item, correct: bool, weight: float, day: date) -> None:
        row_id, before = self.held[item.concept]
        after = step(before, correct, params_of(item), weight, day=day)
        if after != before:
            self.held[item.concept] = (row_id, after)
            self.moved.add(item.concept)

    def save(self) -> None:
        at = now()
        with connection.cursor() as cursor:
            for concept in sorted(self.moved):
                row_id, state = self.held[concept]
                cursor.execute(_MOVE, [state.p, state.n, state.last_day, at, row_id])


def params_of(item: Item) -> Params:
    """The item's priors: how likely luck and slips are."""
    data = item.data
    options = len(data.get("options") or data.get("entries") or data.get("left") or ())
    return params_for(item.kind, item.difficulty, options=options, bins=len(data.get("bins") or ()))


def hold(pupil: PupilRef, concepts: Iterable[str]) -> States:
    """Lock the pupil's rows of these concepts, in one order for everybody; make those that are missing."""
    wanted = sorted(set(concepts))
    held = _lock(pupil, wanted)
    missing = [concept for concept in wanted if concept not in held]
    if missing:
        fresh = start().p
        MasteryState.objects.bulk_create(
            [
                MasteryState(scope_path=pupil.scope_path, pupil_id=pupil.id, concept=concept, p=fresh)
                for concept in missing
            ],
            ignore_conflicts=True,
        )
        held |= _lock(pupil, missing)
    return States(held)


def _lock(pupil: PupilRef, concepts: list[str]) -> dict[str, tuple[UUID, State]]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [pupil.id, concepts])
        return {concept: (row_id, State(p, n, day)) for concept, row_id, p, n, day in cursor.fetchall()}
