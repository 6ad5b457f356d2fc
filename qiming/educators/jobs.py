"""The night's count of what each school lacks: classes open and people leave in other rooms."""

from procrastinate.contrib.django import app as jobs

from qiming.educators.standing import services as standing


@jobs.periodic(cron="40 4 * * *")
@jobs.task(name="educators.count_needs", queueing_lock="educators.count_needs")
def count_needs_nightly(timestamp: int) -> None:
    """Every school anew."""
    standing.recount_all()
