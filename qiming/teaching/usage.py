"""What the shelf may know of classes: sums and yes or no, never who."""

from collections.abc import Collection
from uuid import UUID

from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.resources import usage
from qiming.teaching.access import PLAN
from qiming.teaching.models import Offering
from qiming.teaching.queries.covered import taught_under

_WHY = "counted for the shelf, which shows sums"


def teaches(actor: Actor, versions: Collection[UUID]) -> bool:
    """Whether the person plans a class that began with one of these versions."""
    rows = Offering.objects.for_actor(actor, PLAN).filter(course_version_id__in=versions)
    return rows.exists()


def classes(versions: Collection[UUID]) -> int:
    """How many classes opened one of these versions."""
    rows = Offering.objects.unscoped(_WHY).filter(course_version_id__in=versions)
    return rows.values("class_group_id").distinct().count()


def had(class_path: str) -> frozenset[str]:
    """The keys of the lessons and outcomes that the classes at `class_path` had this school year."""
    sums = taught_under(class_path, registry.current_year().key)
    return frozenset().union(*(marks for marks, _ in sums.classes))


usage.register(usage.Teller(teaches=teaches, classes=classes, had=had))
