"""The kernel's background work."""

from procrastinate.contrib.django import app as jobs

from qiming.kernel import audit, chain, outbox  # noqa: F401 - the audit trail is one of the logs


@jobs.task(name=outbox.DELIVER_TASK, queueing_lock="outbox")
def deliver_outbox() -> None:
    """Deliver every waiting event."""
    outbox.deliver_all()


@jobs.periodic(cron="* * * * *")
@jobs.task(name="kernel.sweep_outbox", queueing_lock="sweep")
def sweep_outbox(timestamp: int) -> None:
    """Deliver again what failed, whatever became of its wake-up call."""
    outbox.deliver_all()


@jobs.periodic(cron="7 * * * *")
@jobs.task(name="kernel.sweep_stubborn", queueing_lock="stubborn")
def sweep_stubborn(timestamp: int) -> None:
    """Try once more what failed many times: its cause may have been mended."""
    outbox.deliver_all(stubborn=True)


@jobs.periodic(cron="*/5 * * * *")
@jobs.task(name="kernel.seal_logs", queueing_lock="seal")
def seal_logs(timestamp: int) -> None:
    """Chain the rows written to every sealed log since the last time; anchor the ends outside the database."""
    for log in chain.LOGS.values():
        chain.seal_all(log)
