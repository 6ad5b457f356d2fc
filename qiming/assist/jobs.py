"""The room's background work: one block per agent."""

from uuid import UUID

from procrastinate.contrib.django import app as jobs

from qiming.assist.duty import outside
from qiming.assist.duty import services as duty
from qiming.assist.marker import photos, reading


@jobs.periodic(cron="* * * * *")
@jobs.task(name="assist.escalate", queueing_lock="assist.escalate")
def escalate(timestamp: int) -> None:
    """Tell the next adult of what nobody took in time."""
    duty.escalate()


@jobs.periodic(cron="* * * * *")
@jobs.task(name=outside.SEND_TASK, queueing_lock=outside.SEND_TASK)
def tell_outside(timestamp: int) -> None:
    """Send what waits for the city's message gateway, where one is named."""
    outside.send_waiting()


# marker


@jobs.task(name=photos.READ_TASK)
def read_sheets(homework_id: str) -> None:
    """Read the photos of one homework that wait; one reading program at a time on the whole installation."""
    reading.read_waiting(UUID(homework_id))
