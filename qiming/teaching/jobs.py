"""The teaching room's background work."""

from procrastinate.contrib.django import app as jobs

from qiming.teaching import services


@jobs.periodic(cron="20 * * * *")
@jobs.task(name="teaching.end_forgotten", queueing_lock="teaching.end_forgotten")
def end_forgotten(timestamp: int) -> None:
    """End periods that nobody ended, so that they can be confirmed and old join codes die."""
    services.end_forgotten()
