"""What the curriculum deletes when it has been kept long enough."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from qiming.curriculum.exchange.models import ImportedPackage
from qiming.curriculum.exchange.services import file_of
from qiming.kernel.keeping import Holds, Swept, remove, sweeper

_WHY = "retention holds for the whole installation"


@sweeper("curriculum.brought")
def brought(before: datetime, holds: Holds) -> Swept:
    """Packages that teachers brought and left lying: the draft, the report, a file that was never read."""
    rows = ImportedPackage.objects.unscoped(_WHY).filter(created_at__lt=before)
    return remove(rows, holds, person="person_id", path="scope_path", act=_delete)


def _delete(chosen: QuerySet[Any]) -> None:
    for package_id in chosen.values_list("id", flat=True):
        file_of(package_id).unlink(missing_ok=True)
    chosen.delete()
