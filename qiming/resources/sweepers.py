"""What the resources room deletes when it has been kept long enough."""

from datetime import datetime

from qiming.kernel.keeping import Holds, Swept, remove, sweeper
from qiming.resources.lti import sweepers  # noqa: F401 - registered by being there
from qiming.resources.models import LaunchCount, ToolLaunch, ToolNotice, ToolNoticeRead

_WHY = "retention holds for the whole installation"


@sweeper("resources.tool_launches")
def tool_launches(before: datetime, holds: Holds) -> Swept:
    """The launch log, place by place; the counters of a day go with it."""
    LaunchCount.objects.filter(day__lt=before.date()).delete()
    rows = ToolLaunch.objects.unscoped(_WHY).filter(created_at__lt=before)
    return remove(rows, holds, path="scope_path")


@sweeper("resources.tool_notices")
def tool_notices(before: datetime, holds: Holds) -> Swept:
    """News of products that is shown to nobody any more, and who had read it."""
    ToolNoticeRead.objects.filter(read_at__lt=before).delete()
    rows = ToolNotice.objects.unscoped(_WHY).filter(created_at__lt=before)
    return remove(rows, holds, path="scope_path")
