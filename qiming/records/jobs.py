"""The record store's background work."""

from procrastinate.contrib.django import app as jobs

from qiming.records.xapi import months


@jobs.periodic(cron="40 2 * * *")
@jobs.task(name="records.make_months", queueing_lock="records.make_months")
def make_months(timestamp: int) -> None:
    """The months to come, before the first statement in them."""
    months.make_ahead()
