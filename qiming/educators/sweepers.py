"""What the room deletes when it has been kept long enough."""

from datetime import datetime

from qiming.educators.models import Attendance
from qiming.kernel.keeping import Holds, Swept, remove, sweeper


@sweeper("educators.attendance")
def attendance(before: datetime, holds: Holds) -> Swept:
    """Who was at which session of a training that was closed long ago; whether it was passed stays."""
    rows = Attendance.objects.unscoped("retention holds for the whole installation")
    return remove(
        rows.filter(session__training__closed_at__lt=before), holds, person="person_id", path="scope_path"
    )
