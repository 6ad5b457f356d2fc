"""What the kernel deletes when it has been kept long enough."""

from datetime import datetime

from django.db.models import Q

from qiming.kernel import audit, chain
from qiming.kernel.keeping import Holds, Swept, remove, sweeper
from qiming.kernel.models import ChainCut, OutboxEvent, PolicyReport


@sweeper("kernel.outbox")
def outbox(before: datetime, holds: Holds) -> Swept:
    """Events that were delivered; one that still waits stays however old."""
    return remove(OutboxEvent.objects.filter(delivered_at__lt=before), Holds())


@sweeper("kernel.policy_reports")
def policy_reports(before: datetime, holds: Holds) -> Swept:
    """Counts of what the content policy stopped."""
    return remove(PolicyReport.objects.filter(day__lt=before.date()), Holds())


@sweeper("kernel.audit")
def trail(before: datetime, holds: Holds) -> Swept:
    """The oldest rows of the audit trail, up to the first about a place that is held."""
    return cut_chain(audit.TRAIL, before, holds.over(path="scope_path"), "kernel.audit")


def cut_chain(log: chain.Log, before: datetime, held: Q, rule: str) -> Swept:
    """Shorten a sealed log at its beginning and tell of it in the audit trail, so that it still verifies."""
    swept = Swept()
    upto, swept.ids = chain.cut(log, before=before, keep=held)
    if upto:
        last = ChainCut.objects.get(log=log.name, upto_no=upto)
        audit.tell_cut(log, upto, bytes(last.last_seal), rule=rule)
    # What is old enough and still there stands behind a held row, or waits for its seal.
    swept.held_back = log.rows().filter(held, created_at__lt=before).count()
    return swept
