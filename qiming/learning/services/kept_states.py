"""The states of a pupil as rows: how they begin, how they are written, which are from before the tracer."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection

from qiming.curriculum import queries as curriculum
from qiming.kernel.scope import ScopedQuerySet
from qiming.kernel.time import now
from qiming.learning.models import MasteryState
from qiming.learning.services import fits
from qiming.mastery import Fit, Learner, Skill, read, start

WHY = "states of a pupil follow from the pupil's own answers"
_MOVE = """
WITH whole AS (UPDATE learning_learnerstate SET state = %s WHERE pupil_id = %s)
UPDATE learning_masterystate one
   SET state = now.state, p = now.p, band = now.band, sure = now.sure, n = now.n, last_day = now.last_day, fit = now.fit,
       updated_at = %s
  FROM (VALUES {rows}) AS now (id, state, p, band, sure, n, last_day, fit) WHERE one.id = now.id
"""
_ROW = "(%s::uuid, %s::bytea, %s::float8, %s, %s::float8, %s::int, %s::date, %s::int)"
Known = Mapping[str, float]


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
    values: list[Any] = [learner.pack(), pupil_id, now()]
    for concept, (row_id, skill, version) in rows.items():
        said = read(fits.fit_of(version), concept, skill)
        values += [
            row_id,
            skill.pack(),
            said.chance,
            said.band.value,
            said.sure,
            skill.n,
            skill.last_day,
            version,
        ]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE.format(rows=", ".join([_ROW] * len(rows))), values)


def old_states() -> ScopedQuerySet[MasteryState]:
    """Beliefs from before the tracer: counted answers without a state."""
    return MasteryState.objects.unscoped(WHY).filter(n__gt=0, state=b"")
