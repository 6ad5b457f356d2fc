"""The registry's background work: reading and writing packages, going on with what was cut off, and the turn of a
school's year in the night of the day that was confirmed."""

import contextlib
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app as jobs
from procrastinate.exceptions import AlreadyEnqueued

from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.registry.actors import build_actor
from qiming.registry.models import Account, RosterPackage
from qiming.registry.oneroster import progress, services, work
from qiming.registry.services.year_turn import apply_due_turns

_WHY = "the job acts for whoever sent the package; the verbs ask for that right again"
_QUIET = timedelta(minutes=2)
State = RosterPackage.State


@jobs.task(name="registry.work_on_package")
def work_on_package(package_id: str) -> None:
    """Do what the package waits for: read it, or write it, in the name of who asked for it."""
    kept = RosterPackage.objects.unscoped(_WHY).get(id=UUID(package_id))
    account = Account.objects.filter(id=kept.by_account, is_active=True).first() if kept.by_account else None
    if account is None:
        return
    actor = build_actor(account)
    with progress.telling(kept.id) as tell:
        try:
            if kept.state == State.APPLYING:
                services.apply_package(
                    actor=actor,
                    package_id=kept.id,
                    good_rows_only=kept.good_rows_only,
                    confirm_ends=kept.ends_confirmed,
                    tell=tell,
                )
            elif kept.state in (State.RECEIVED, State.READING, State.COMPARING):
                services.read_package(actor=actor, package_id=kept.id, path=work.file_of(kept.id), tell=tell)
        except UserError:
            return  # the package keeps the refusal, and its page shows it


def start(package_id: UUID) -> None:
    """Let a worker do it; once is enough."""
    # The savepoint keeps the refused duplicate from breaking a surrounding transaction.
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        task = jobs.configure_task("registry.work_on_package", queueing_lock=f"package-{package_id}")
        task.defer(package_id=str(package_id))


@jobs.periodic(cron="* * * * *")
@jobs.task(name="registry.resume_packages", queueing_lock="registry.resume_packages")
def resume_packages(timestamp: int) -> None:
    """Go on with packages whose worker was killed."""
    waiting = RosterPackage.objects.unscoped(_WHY).filter(
        state__in=[State.RECEIVED, State.READING, State.COMPARING, State.APPLYING],
        by_account__isnull=False,
        progress__at__lt=time.now() - _QUIET,
    )
    for package_id in list(waiting.values_list("id", flat=True)):
        if not work.is_worked_on(package_id):
            start(package_id)


@jobs.periodic(cron="10 0-6 * * *")
@jobs.task(name="registry.turn_years", queueing_lock="turn_years")
def turn_years(timestamp: int) -> None:
    """The night's turns; the later hours take what a restart broke off."""
    apply_due_turns()
