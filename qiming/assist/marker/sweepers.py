"""Photos of sheets go soon; what was read and given goes when its pupil has left."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from qiming.assist.models import PreMark, SheetAnswer, SheetPhoto
from qiming.kernel.keeping import Holds, Swept, forget_files, remove, sweeper
from qiming.registry import queries as registry

_WHY = "retention holds for the whole installation"


@sweeper("assist.sheet_photos")
def sheet_photos(before: datetime, holds: Holds) -> Swept:
    """Photos with the lines read off them; the answers stay."""
    rows = SheetPhoto.objects.unscoped(_WHY).filter(created_at__lt=before)
    return remove(rows, holds, person="pupil_id", path="scope_path", act=_with_files)


def _with_files(chosen: QuerySet[Any]) -> None:
    stored = list(chosen.values_list("stored_file_id", flat=True))
    chosen.delete()
    forget_files(stored)


@sweeper("assist.left_pupils")
def left_pupils(before: datetime, holds: Holds) -> Swept:
    """What was read off paper and what teachers gave, of pupils who left their last class long ago."""
    total = Swept()
    for model in (PreMark, SheetAnswer):
        rows = model.objects.unscoped(_WHY).filter(pupil_id__in=registry.left_before(before.date()))
        swept = remove(rows, holds, person="pupil_id", path="scope_path")
        total.ids += swept.ids
        total.places += swept.places
        total.held_back += swept.held_back
    return total
