"""How casework knows the cases about schools choosing products."""

from uuid import UUID

from django.urls import reverse

from qiming.casework import rooms
from qiming.resources.launching.services.following import admitted, follow, has_classes


def page_of(adoption_id: UUID) -> str:
    return reverse("resources.tool", args=[adoption_id])


ADOPTION = rooms.register(
    rooms.Kind(
        "adoption",
        conditions={"admitted": admitted, "has_classes": has_classes},
        follow=follow,
        page=page_of,
    )
)
