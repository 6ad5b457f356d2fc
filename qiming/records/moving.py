"""Statements belong to whoever acted: their place follows a pupil to another school, their words never change."""

from uuid import UUID

from qiming.records.models import Statement
from qiming.registry import moving

_WHY = "the pupil's own statements follow the pupil; the registry checked the move"


def follow(person_id: UUID, from_path: str, to_path: str) -> None:
    rows = Statement.objects.unscoped(_WHY).filter(actor_person=person_id, scope_path__startswith=from_path)
    rows.update(scope_path=to_path)


moving.register(follow)
