"""Mastery of one pupil, held while an answer moves it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from qiming.curriculum.types import Item
from qiming.kernel.time import now
from qiming.learning.models import MasteryState
from qiming.learning.services.common import WHY_OWN
from qiming.mastery import Params, State, params_for, start, step
from qiming.registry.types import PupilRef


@dataclass(slots=True)
class States:
    """The rows held, and what became of them."""

    rows: dict[str, MasteryState]
    moved: set[str] = field(default_factory=set)

    def step(self, item: Item, correct: bool, weight: float, day: date) -> None:
        row = self.rows[item.concept]
        after = step(State(row.p, row.n, row.last_day), correct, params_of(item), weight, day=day)
        if (after.p, after.n, after.last_day) != (row.p, row.n, row.last_day):
            row.p, row.n, row.last_day = after.p, after.n, after.last_day
            self.moved.add(item.concept)

    def save(self) -> None:
        at = now()
        for concept in sorted(self.moved):
            row = self.rows[concept]
            MasteryState.objects.unscoped(WHY_OWN).filter(pk=row.pk).update(
                p=row.p, n=row.n, last_day=row.last_day, updated_at=at
            )


def params_of(item: Item) -> Params:
    """The item's priors: how likely luck and slips are."""
    data = item.data
    options = len(data.get("options") or data.get("entries") or data.get("left") or ())
    return params_for(item.kind, item.difficulty, options=options, bins=len(data.get("bins") or ()))


def hold(pupil: PupilRef, concepts: Iterable[str]) -> States:
    """Lock the pupil's rows of these concepts, in one order for everybody; make those that are missing."""
    wanted = sorted(set(concepts))
    rows = _lock(pupil, wanted)
    missing = [concept for concept in wanted if concept not in rows]
    if missing:
        fresh = start().p
        MasteryState.objects.bulk_create(
            [
                MasteryState(scope_path=pupil.scope_path, pupil_id=pupil.id, concept=concept, p=fresh)
                for concept in missing
            ],
            ignore_conflicts=True,
        )
        rows |= _lock(pupil, missing)
    return States(rows)


def _lock(pupil: PupilRef, concepts: list[str]) -> dict[str, MasteryState]:
    held = MasteryState.objects.unscoped(WHY_OWN).select_for_update()
    return {
        row.concept: row for row in held.filter(pupil_id=pupil.id, concept__in=concepts).order_by("concept")
    }
