"""How casework knows the cases about products."""

from uuid import UUID

from django.urls import reverse

from qiming.assurance.services.conditions import CONDITIONS
from qiming.assurance.services.following import follow
from qiming.casework import rooms


def page_of(version_id: UUID) -> str:
    """Where a version is shown to those who have to do with its case."""
    return reverse("assurance.version", args=[version_id])


ADMISSION = rooms.register(rooms.Kind("admission", conditions=CONDITIONS, follow=follow, page=page_of))
