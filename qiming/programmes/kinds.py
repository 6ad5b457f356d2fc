"""How casework knows the cases about applications."""

from uuid import UUID

from django.urls import reverse

from qiming.casework import rooms
from qiming.programmes.services.following import CONDITIONS, follow


def page_of(application_id: UUID) -> str:
    return reverse("programmes.application", args=[application_id])


def public_page_of(application_id: UUID) -> str:
    return reverse("programmes.public", args=[application_id])


PROGRAMME = rooms.register(
    rooms.Kind("programme", conditions=CONDITIONS, follow=follow, page=page_of, public=public_page_of)
)
