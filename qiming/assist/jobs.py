"""The room's background work."""

from procrastinate.contrib.django import app as jobs

from qiming.assist.duty import services as duty


@jobs.periodic(cron="* * * * *")
@jobs.task(name="assist.escalate", queueing_lock="assist.escalate")
def escalate(timestamp: int) -> None:
    """Tell the next adult of what nobody took in time."""
    duty.escalate()
