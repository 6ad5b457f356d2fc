"""The gate's background work."""

from uuid import UUID

from procrastinate.contrib.django import app as jobs

from qiming.assurance import kinds, services  # noqa: F401 - cases about products are known in every process
from qiming.assurance.services import reporting, testing
from qiming.assurance.services.reporting import WRITE_TASK
from qiming.assurance.services.testing import RUN_TASK


@jobs.task(name=RUN_TASK)
def run(version_id: str) -> None:
    """Start the process of a version's test runs."""
    testing.start_process(UUID(version_id))


@jobs.task(name=WRITE_TASK)
def write_report(written_id: str) -> None:
    """Write a report."""
    reporting.write(UUID(written_id))


@jobs.periodic(cron="*/5 * * * *")
@jobs.task(name="assurance.find_lost_runs", queueing_lock="assurance.find_lost_runs")
def find_lost_runs(timestamp: int) -> None:
    """Go on with runs, passes and reports whose process is gone."""
    for version_id in testing.lost_runs():
        testing.start_process(version_id)
    reporting.revive()


@jobs.periodic(cron="*/10 * * * *")
@jobs.task(name="assurance.tick", queueing_lock="assurance.tick")
def tick(timestamp: int) -> None:
    """Watch what is in use; stop what passed a threshold."""
    services.tick()
