"""What this room deletes when it has been kept long enough."""

from datetime import datetime

from qiming.agents.chains import CALLS
from qiming.agents.models import Call, QuotaDay, Turn
from qiming.kernel.keeping import Holds, Swept, remove, sweeper
from qiming.kernel.sweepers import cut_chain

_WHY = "retention holds for the whole installation"


@sweeper("agents.texts")
def texts(before: datetime, holds: Holds) -> Swept:
    """The texts of calls; the ledger keeps their digests."""
    rows = Call.objects.unscoped(_WHY).filter(created_at__lt=before).exclude(text_box=None)
    return remove(rows, holds, path="scope_path", act=lambda chosen: chosen.update(text_box=None))


@sweeper("agents.calls")
def calls(before: datetime, holds: Holds) -> Swept:
    """The oldest rows of the ledger, up to the first about a place that is held."""
    return cut_chain(CALLS, before, holds.over(path="scope_path"), "agents.calls")


@sweeper("agents.quota_days")
def quota_days(before: datetime, holds: Holds) -> Swept:
    """What was used of quotas on days that are over."""
    return remove(QuotaDay.objects.filter(day__lt=before.date()), Holds())


@sweeper("agents.turns")
def turns(before: datetime, holds: Holds) -> Swept:
    """What was said with agents, words and all."""
    rows = Turn.objects.unscoped(_WHY).filter(created_at__lt=before)
    return remove(rows, holds, path="scope_path")
