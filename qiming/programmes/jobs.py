"""The programmes' background work."""

from procrastinate.contrib.django import app as jobs

from qiming.programmes import kinds, services  # noqa: F401 - cases about applications are known in every process


@jobs.periodic(cron="40 2 * * *")
@jobs.task(name="programmes.end_terms", queueing_lock="programmes.end_terms")
def end_terms(timestamp: int) -> None:
    """Names whose term is over end."""
    services.end_terms()
