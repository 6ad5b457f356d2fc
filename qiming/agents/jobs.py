"""The room's background work."""

from procrastinate.contrib.django import app as jobs

from qiming.agents import chains, services  # noqa: F401 - the ledger's chain is known in every process


@jobs.periodic(cron="*/10 * * * *")
@jobs.task(name="agents.close_lost", queueing_lock="agents.close_lost")
def close_lost(timestamp: int) -> None:
    """Close calls whose gateway ended in the middle."""
    services.close_lost()
