"""The resources room's background work."""

from uuid import UUID

from procrastinate.contrib.django import app as jobs

from qiming.resources import kinds, services  # noqa: F401 - cases about resources are known in every process
from qiming.resources.services.checking import CHECK_TASK
from qiming.resources.services.screening import SCREEN_TASK, waiting


@jobs.task(name=SCREEN_TASK)
def screen(version_id: str) -> None:
    """Screen one version that was sent in."""
    services.screen(UUID(version_id))


@jobs.task(name=CHECK_TASK)
def check_one(version_id: str) -> None:
    """Look at one version that a page found changed."""
    services.check_one(UUID(version_id))


@jobs.periodic(cron="*/10 * * * *")
@jobs.task(name="resources.screen_waiting", queueing_lock="resources.screen_waiting")
def screen_waiting(timestamp: int) -> None:
    """Go on with screenings whose worker was stopped."""
    for version_id in waiting():
        services.screen(version_id)


@jobs.periodic(cron="40 3 * * *")
@jobs.task(name="resources.check_served", queueing_lock="resources.check_served")
def check_served(timestamp: int) -> None:
    """Stop what is no longer what was approved."""
    services.check_served()
