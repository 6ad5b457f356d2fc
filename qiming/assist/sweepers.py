"""What the room deletes when it has been kept long enough."""

from datetime import datetime

from qiming.assist.adviser import sweepers as adviser  # noqa: F401 - registers its own
from qiming.assist.marker import sweepers as marker  # noqa: F401 - registered by being there
from qiming.assist.models import Alert, AlertNotice, DutyLine
from qiming.kernel.keeping import Holds, Swept, remove, sweeper

_WHY = "retention holds for the whole installation"


@sweeper("assist.alerts")
def alerts(before: datetime, holds: Holds) -> Swept:
    """Alerts that were closed long ago, with who was told."""
    rows = Alert.objects.unscoped(_WHY).filter(state=Alert.State.CLOSED, closed_at__lt=before)
    due = rows.exclude(holds.over(person="pupil_id", path="scope_path"))
    AlertNotice.objects.unscoped(_WHY).filter(alert__in=list(due.values_list("id", flat=True))).delete()
    return remove(rows, holds, person="pupil_id", path="scope_path")


@sweeper("assist.duty_lines")
def duty_lines(before: datetime, holds: Holds) -> Swept:
    """Lines of rosters that were taken off long ago."""
    rows = DutyLine.objects.unscoped(_WHY).filter(ended_at__lt=before)
    return remove(rows, holds, person="person_id", path="scope_path")
