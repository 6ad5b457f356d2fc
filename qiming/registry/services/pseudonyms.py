"""Persons without a person: to whom belongs what must be kept when somebody is erased."""

from uuid import UUID

from qiming.registry.models import Person

PSEUDONYM = "已依法删除"


def make_pseudonym(person_id: UUID) -> UUID:
    """A new person to whom nothing leads from `person_id`; part of the erasure, which is noted as a whole."""
    is_synthetic = Person.objects.filter(id=person_id).values_list("is_synthetic", flat=True).first()
    return Person.objects.create(name=PSEUDONYM, is_synthetic=bool(is_synthetic)).id
