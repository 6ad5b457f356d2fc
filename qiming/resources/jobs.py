"""The resources room's background work."""

from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app as jobs

from qiming.assurance import events as gate
from qiming.kernel import outbox
from qiming.resources import kinds, services  # noqa: F401 - cases about resources are known in every process
from qiming.resources.launching import notices
from qiming.resources.launching import services as launching
from qiming.resources.services import grading
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


@jobs.periodic(cron="20 3 * * *")
@jobs.task(name="resources.end_unfit", queueing_lock="resources.end_unfit")
def end_unfit(timestamp: int) -> None:
    """End schools' use of products that can never be served again, so that their data come back."""
    launching.end_unfit()


def _tell(name: str) -> outbox.Handler:
    def handler(payload: dict[str, Any], event_id: UUID) -> None:
        notices.of_product(name, payload, event_id)

    return handler


# Before what follows of it for the school, so that the newest notice is the school's own.
for _name in notices.OF_PRODUCT:
    outbox.on(_name)(_tell(_name))


def _product_over(payload: dict[str, Any], event_id: UUID) -> None:
    """The same at once, when the gate says so. That it is not served any more needs no event."""
    launching.end_unfit()


for _name in (gate.REVOKED, gate.EXPIRED, gate.WITHDRAWN):
    outbox.on(_name)(_product_over)


@jobs.periodic(cron="40 3 * * *")
@jobs.task(name="resources.check_served", queueing_lock="resources.check_served")
def check_served(timestamp: int) -> None:
    """Stop what is no longer what was approved."""
    services.check_served()


@jobs.periodic(cron="10 4 * * *")
@jobs.task(name="resources.begin_evaluations", queueing_lock="resources.begin_evaluations")
def begin_evaluations(timestamp: int) -> None:
    """Let yearly evaluations begin."""
    grading.begin_evaluations()
