"""What the programmes delete when it has been kept long enough."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from qiming.kernel.keeping import Holds, Swept, forget_files, remove, sweeper
from qiming.programmes.models import Application, Attachment

_WHY = "retention holds for the whole installation"
_OVER = ("withdrawn", "refused")


@sweeper("programmes.unused_forms")
def unused_forms(before: datetime, holds: Holds) -> Swept:
    """The words and files of forms that came to nothing; that a school applied, and how it ended, stays."""
    rows = Application.objects.unscoped(_WHY).filter(created_at__lt=before, state__in=_OVER)
    return remove(rows.exclude(answers={}), holds, path="scope_path", act=_empty)


def _empty(rows: QuerySet[Any]) -> None:
    given = Attachment.objects.filter(application__in=rows)
    forget_files(given.values_list("file_id", flat=True))
    given.delete()
    rows.update(answers={}, words=None)
