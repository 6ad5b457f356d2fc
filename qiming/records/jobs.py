"""The record store's background work."""

from procrastinate.contrib.django import app as jobs

from qiming.records.xapi import completions, months


@jobs.periodic(cron="40 2 * * *")
@jobs.task(name="records.make_months", queueing_lock="records.make_months")
def make_months(timestamp: int) -> None:
    """The months to come, before the first statement in them."""
    months.make_ahead()


@jobs.periodic(cron="*/5 * * * *")
@jobs.task(name="records.count_completions", queueing_lock="records.count_completions")
def count_completions(timestamp: int) -> None:
    """What came since the last time, half a million statements at most; the next run goes on."""
    completions.count(1000)
