"""Trust's background work."""

from procrastinate.contrib.django import app as jobs

from qiming.trust import chains, services  # noqa: F401 - the reading log is sealed with the audit trail


@jobs.periodic(cron="40 3 * * *")
@jobs.task(name="trust.forget_old_reads", queueing_lock="trust.forget_old_reads")
def forget_old_reads(timestamp: int) -> None:
    """Delete readings that are older than they are kept."""
    services.forget_old_reads()
