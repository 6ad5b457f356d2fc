"""The night's count of what each school lacks: classes open and people leave in other rooms."""

from procrastinate.contrib.django import app as jobs

from qiming.educators.cohort import kinds  # noqa: F401 - its kind of case is known wherever the room is
from qiming.educators.standing import services as standing


@jobs.periodic(cron="40 4 * * *")
@jobs.task(name="educators.count_needs", queueing_lock="educators.count_needs")
def count_needs_nightly(timestamp: int) -> None:
    """Every school anew."""
    standing.recount_all()
