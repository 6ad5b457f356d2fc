"""What the teaching room deletes when it has been kept long enough. The ledger itself stays: it proves the hours."""

from datetime import datetime

from django.db.models import Q, QuerySet

from qiming.kernel.keeping import Holds, Swept, forget_files, remove, sweeper
from qiming.teaching.models import JoinTry, PastImport, PeriodPhoto, PollVote, Presence

_WHY = "retention holds for the whole installation"


@sweeper("teaching.join_tries")
def join_tries(before: datetime, holds: Holds) -> Swept:
    return remove(JoinTry.objects.filter(created_at__lt=before), Holds())


@sweeper("teaching.presence")
def presence(before: datetime, holds: Holds) -> Swept:
    """Who was at which step in a period long over: what counts of it is in the ledger."""
    rows = Presence.objects.unscoped(_WHY).filter(last_seen__lt=before)
    return remove(rows, holds, person="pupil_id", path="scope_path")


@sweeper("teaching.votes")
def votes(before: datetime, holds: Holds) -> Swept:
    rows = PollVote.objects.filter(created_at__lt=before)
    return remove(rows, holds, person="pupil_id", path="poll__live__scope_path")


@sweeper("teaching.past_rows")
def past_rows(before: datetime, holds: Holds) -> Swept:
    """The lines of uploaded sheets of past periods; counts stay."""
    rows = PastImport.objects.unscoped(_WHY).filter(created_at__lt=before)
    rows = rows.exclude(Q(rows=[]) & Q(problems=[]))
    return remove(
        rows,
        holds,
        path="scope_path",
        act=lambda chosen: chosen.update(rows=[], problems=[], file_name=""),
    )


@sweeper("teaching.photos")
def photos(before: datetime, holds: Holds) -> Swept:
    """Photos of the board and of sheets, with their files."""
    rows = PeriodPhoto.objects.unscoped(_WHY).filter(created_at__lt=before)
    return remove(rows, holds, path="scope_path", act=delete_photos)


def delete_photos(chosen: QuerySet[PeriodPhoto]) -> None:
    """Photos with the files behind them."""
    stored = list(chosen.values_list("stored_file_id", flat=True))
    chosen.delete()
    forget_files(stored)
