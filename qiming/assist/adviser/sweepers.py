"""What the adviser deletes when it has been kept long enough."""

from datetime import datetime

from qiming.assist.models import AdviceTalk, Ticks
from qiming.kernel.keeping import Holds, Swept, remove, sweeper

_WHY = "retention holds for the whole installation"


@sweeper("assist.advice")
def advice(before: datetime, holds: Holds) -> Swept:
    """Talks with all that was said in them, and progress with procedures."""
    remove(Ticks.objects.filter(changed_at__lt=before), holds, person="person_id")
    rows = AdviceTalk.objects.unscoped(_WHY).filter(moved_at__lt=before)
    return remove(rows, holds, person="person_id", path="scope_path")
