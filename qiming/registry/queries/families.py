"""Families: who guards whom, and how old a pupil is as far as the grade tells."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import F

from qiming.kernel import time
from qiming.registry.models import ClassMembership, Guardianship
from qiming.registry.queries.people import in_force

_WHY = "the asking room checks its own access table before it asks"


def guardians_of(person_ids: Iterable[UUID], on: date | None = None) -> dict[UUID, frozenset[UUID]]:
    """The guardians of several pupils on a day; pupils without any are left out."""
    rows = Guardianship.objects.unscoped(_WHY).filter(
        in_force(on or time.today()), ward_id__in=list(person_ids)
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for ward_id, guardian_id in rows.values_list("ward_id", "guardian_id"):
        found[ward_id].add(guardian_id)
    return {ward_id: frozenset(guardians) for ward_id, guardians in found.items()}


def grades_of(person_ids: Iterable[UUID], on: date | None = None) -> dict[UUID, int]:
    """The grade (1–12) of each pupil's class on a day; who is in no class then is left out."""
    rows = ClassMembership.objects.unscoped(_WHY).filter(
        in_force(on or time.today()), person_id__in=list(person_ids), class_group__grade__isnull=False
    )
    return dict(rows.order_by("starts_on").values_list("person_id", F("class_group__grade")))
