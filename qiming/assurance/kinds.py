"""How casework knows the cases about products."""

from uuid import UUID

from django.urls import reverse

from qiming.assurance.models import ProductVersion
from qiming.assurance.services.conditions import CONDITIONS
from qiming.assurance.services.following import follow
from qiming.casework import rooms


def page_of(version_id: UUID) -> str:
    """Where a version is shown to those who have to do with its case."""
    return reverse("assurance.version", args=[version_id])


def public_page(version_id: UUID) -> str:
    """Where everybody reads what is proposed about a version: its product in the register."""
    product = ProductVersion.objects.unscoped("its address only").values_list("product_id", flat=True)
    return reverse("assurance.registered", args=[product.get(id=version_id)])


ADMISSION = rooms.register(
    rooms.Kind("admission", conditions=CONDITIONS, follow=follow, page=page_of, public=public_page)
)
