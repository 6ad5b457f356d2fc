"""Every night: is what is served still what was approved? What is not is stopped."""

import contextlib
import logging
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app as jobs
from procrastinate.exceptions import AlreadyEnqueued

from qiming.casework import services as cases
from qiming.kernel.errors import UserError
from qiming.resources.models import ResourceVersion
from qiming.resources.queries.bytes_now import why_not_same

log = logging.getLogger(__name__)
CHECK_TASK = "resources.check_one"
_WHY = "the installation looks at what it serves"


def check_served() -> int:
    """Look at every served version; returns how many were stopped. One that fails holds up no other."""
    rows = ResourceVersion.objects.unscoped(_WHY).filter(is_served=True).order_by("id")
    stopped = 0
    for version_id in list(rows.values_list("id", flat=True)):
        try:
            stopped += check_one(version_id)
        except UserError:
            log.exception("resource version %s could not be stopped", version_id)
    return stopped


@transaction.atomic
def check_one(version_id: UUID) -> bool:
    """Stop the version if it is served and no longer what was approved."""
    version = ResourceVersion.objects.unscoped(_WHY).filter(id=version_id, is_served=True).first()
    if version is None or version.case_id is None:
        return False
    why = why_not_same(version)
    if not why:
        return False
    cases.move(actor=None, case_id=version.case_id, transition="suspend", reason=f"平台核对时发现：{why}")
    return True


def ask_check(resource_id: UUID) -> None:
    """A page found that a served version is not to be shown: let a worker look at once, not only at night."""
    rows = ResourceVersion.objects.unscoped(_WHY).filter(resource_id=resource_id, is_served=True)
    version_id = rows.values_list("id", flat=True).first()
    if version_id is None:
        return
    # The savepoint keeps the refused duplicate from breaking a surrounding transaction.
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        task = jobs.configure_task(CHECK_TASK, queueing_lock=f"resources.check-{version_id}")
        task.defer(version_id=str(version_id))
