"""Casework for tests of every room: people appointed to duties at an office."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from qiming.casework.models import Appointment
from qiming.kernel.ids import new_id


def give_duty(
    person_id: UUID, duty: str, path: str, *, expertise: Iterable[str] = (), capacity: int = 10
) -> UUID:
    """Appoint somebody without asking who may."""
    row = Appointment.objects.create(
        scope_path=path,
        person_id=person_id,
        duty=duty,
        expertise=list(expertise),
        capacity=capacity,
        since=date(2025, 9, 1),
        appointed_by=new_id(),
    )
    return row.id
