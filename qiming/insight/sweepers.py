"""What this room deletes when it has been kept long enough."""

from datetime import datetime

from qiming.insight.handbooks.files import forget
from qiming.insight.lake import rights as lake
from qiming.insight.models import ExamDoubt, ExamResult, Handbook
from qiming.kernel.keeping import Holds, Swept, remove, sweeper
from qiming.registry import queries as registry

_WHY = "retention holds for the whole installation"


@sweeper("insight.doubts")
def doubts(before: datetime, holds: Holds) -> Swept:
    """Lines of result files that nobody settled."""
    rows = ExamDoubt.objects.unscoped(_WHY).filter(created_at__lt=before)
    return remove(rows, holds, person="guess_id", path="scope_path")


@sweeper("insight.handbooks")
def handbooks(before: datetime, holds: Holds) -> Swept:
    """Handbooks with their files: they are made again from what is known on the day."""

    def with_files(chosen: object) -> None:
        for book in chosen:  # type: ignore[attr-defined]  # a queryset of the rows to go
            forget(book.id)
        chosen.delete()  # type: ignore[attr-defined]

    rows = Handbook.objects.unscoped(_WHY).filter(created_at__lt=before)
    return remove(rows, holds, person="pupil_id", path="scope_path", act=with_files)


@sweeper("insight.left_pupils")
def left_pupils(before: datetime, holds: Holds) -> Swept:
    """Results of pupils who left their last class long ago."""
    rows = ExamResult.objects.unscoped(_WHY).filter(pupil_id__in=registry.left_before(before.date()))
    return remove(rows, holds, person="pupil_id", path="scope_path")


@sweeper("insight.lake_left")
def lake_left(before: datetime, holds: Holds) -> Swept:
    """What the lake has of pupils who left their last class long ago; the file's own proof has the rows."""
    return lake.forget_left(before, holds)
