"""Homework set."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from qiming.kernel.access import Denied
from qiming.registry import queries as registry
from qiming.teaching.access import SEE_HOMEWORK
from qiming.teaching.models import Homework
from qiming.teaching.queries.refs import WHY, homework_ref
from qiming.teaching.types import HomeworkRef


def homework(homework_id: UUID) -> HomeworkRef:
    row = Homework.objects.unscoped(WHY).filter(id=homework_id).first()
    if row is None:
        raise Denied(SEE_HOMEWORK)
    return homework_ref(row)


def homeworks(ids: Iterable[UUID]) -> dict[UUID, HomeworkRef]:
    """Several at once; those that are missing are left out."""
    rows = Homework.objects.unscoped(WHY).filter(id__in=list(ids))
    return {row.id: homework_ref(row) for row in rows}


def homework_of(offering_id: UUID) -> list[HomeworkRef]:
    """The homework of a course, the one due last first."""
    return homework_of_offerings([offering_id])


def homework_of_offerings(offering_ids: Iterable[UUID]) -> list[HomeworkRef]:
    rows = Homework.objects.unscoped(WHY).filter(offering_id__in=list(offering_ids))
    return [homework_ref(row) for row in rows.order_by("-due_at", "-id")]


def homework_for(pupil_id: UUID, *, only_open: bool = True) -> list[HomeworkRef]:
    """What a pupil has to do, the most urgent first."""
    places = registry.places_of_pupil(pupil_id)
    rows = Homework.objects.unscoped("the pupil's own homework").filter(class_group_id__in=places)
    rows = rows.filter(Q(pupil_ids__isnull=True) | Q(pupil_ids__contains=[pupil_id]))
    if only_open:
        rows = rows.filter(is_open=True)
    return [homework_ref(row) for row in rows.order_by("due_at", "id")]
