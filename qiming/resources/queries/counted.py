"""What a school has to do with the shelf, as two numbers for the rooms above."""

from uuid import UUID

from qiming.resources.models import Adoption, Resource

_WHY = "sums about one school; the room that asks checked who reads them"


def shelf_of(school_path: str) -> list[tuple[UUID, str]]:
    """(id, title) of what the school itself has on the shelf."""
    rows = Resource.objects.unscoped("what stands on the shelf is for everybody who works at a school")
    own = rows.filter(scope_path=school_path, on_shelf=True).order_by("title", "id")
    return list(own.values_list("id", "title"))


def counts_at(school_path: str) -> tuple[int, int]:
    """(resources the school or its classes use now, resources of the school on the shelf)."""
    used = Adoption.objects.unscoped(_WHY).filter(school_path=school_path, ended_on=None)
    offered = Resource.objects.unscoped(_WHY).filter(scope_path=school_path, on_shelf=True)
    return used.values("resource_id").distinct().count(), offered.count()
