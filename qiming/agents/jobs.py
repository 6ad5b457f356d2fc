"""The room's background work."""

from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app as jobs

from qiming.agents import chains, services  # noqa: F401 - the ledger's chain is known in every process
from qiming.agents.knowledge import courses
from qiming.agents.talk import services as talk
from qiming.assurance.events import ADMITTED, RESTORED, STOPPING, TRIAL, WATCHED
from qiming.curriculum.events import SCHOOL_VERSION
from qiming.curriculum.services import after_sync
from qiming.kernel import outbox

after_sync("agents.knowledge", courses.load)


@outbox.on(SCHOOL_VERSION)
def _load_school_version(payload: dict[str, Any], event_id: UUID) -> None:
    courses.load()


for _verdict in (TRIAL, ADMITTED, WATCHED, RESTORED, *STOPPING):

    @outbox.on(_verdict)
    def _verdict_changed(payload: dict[str, Any], event_id: UUID) -> None:
        services.look_at_verdicts(UUID(payload["product_id"]))


@jobs.periodic(cron="*/10 * * * *")
@jobs.task(name="agents.watch", queueing_lock="agents.watch")
def watch(timestamp: int) -> None:
    """What the door counted goes to the test field's watch; routes follow the verdicts they stand on."""
    services.feed()
    services.look_at_verdicts()


@jobs.periodic(cron="*/10 * * * *")
@jobs.task(name="agents.close_lost", queueing_lock="agents.close_lost")
def close_lost(timestamp: int) -> None:
    """Close calls whose gateway ended in the middle, and turns whose reply nobody wrote."""
    services.close_lost()
    talk.close_left()
