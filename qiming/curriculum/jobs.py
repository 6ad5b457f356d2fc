"""The curriculum's background work: reading packages that teachers brought, going on with what was cut off."""

import contextlib
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app as jobs
from procrastinate.exceptions import AlreadyEnqueued

from qiming.curriculum.exchange import services
from qiming.curriculum.exchange.models import ImportedPackage
from qiming.kernel import time

_WHY = "the job looks for packages that nobody reads"
_QUIET = timedelta(minutes=3)
State = ImportedPackage.State


@jobs.task(name="curriculum.read_package")
def read_package(package_id: str) -> None:
    services.read(UUID(package_id))


def start(package_id: UUID) -> None:
    """Let a worker read it; once is enough."""
    # The savepoint keeps the refused duplicate from breaking a surrounding transaction.
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        task = jobs.configure_task("curriculum.read_package", queueing_lock=f"brought-{package_id}")
        task.defer(package_id=str(package_id))


@jobs.periodic(cron="* * * * *")
@jobs.task(name="curriculum.resume_packages", queueing_lock="curriculum.resume_packages")
def resume_packages(timestamp: int) -> None:
    """Go on with packages whose worker was killed."""
    waiting = ImportedPackage.objects.unscoped(_WHY).filter(
        state__in=[State.RECEIVED, State.READING], told_at__lt=time.now() - _QUIET
    )
    for package_id in waiting.values_list("id", flat=True):
        start(package_id)
