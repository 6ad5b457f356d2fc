"""Casework's background work."""

from procrastinate.contrib.django import app as jobs

from qiming.casework import chains, services  # noqa: F401 - the events of cases are sealed with the audit trail


@jobs.periodic(cron="*/10 * * * *")
@jobs.task(name="casework.tick", queueing_lock="casework.tick")
def tick(timestamp: int) -> None:
    """Remind, escalate, and move what moves by itself."""
    services.tick()
