"""The registry's background work."""

from procrastinate.contrib.django import app as jobs

from qiming.registry.services.retention import forget_old


@jobs.periodic(cron="20 3 * * *")
@jobs.task(name="registry.forget_old", queueing_lock="registry.forget_old")
def forget_old_rows(timestamp: int) -> None:
    """Delete expired sessions, counts of failures, unused codes and rows of old imports."""
    forget_old()
