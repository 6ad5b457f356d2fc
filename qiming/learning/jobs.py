"""Learning's background work: what other rooms announced."""

from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app as jobs

from qiming.kernel import outbox
from qiming.learning.judging import worker  # noqa: F401 - its tasks run in the judging worker
from qiming.learning.services import refit
from qiming.learning.services.forgetting import forget_camera_pictures
from qiming.trust.events import CONSENT_ENDED
from qiming.trust.types import Purpose


@outbox.on(CONSENT_ENDED)
def consent_ended(payload: dict[str, Any], event_id: UUID) -> None:
    """The camera's pictures go for good; what else consent opened is closed at the next request by itself."""
    if payload["purpose"] == Purpose.CAMERA:
        forget_camera_pictures(UUID(payload["person_id"]))


@jobs.periodic(cron="40 2 * * *")
@jobs.task(name="learning.refit", queueing_lock="learning.refit")
def refit_estimates(timestamp: int) -> None:
    """New parameters when there are enough new answers; they hold some minutes later. Old beliefs are counted anew."""
    refit.rebuild_old()
    refit.refit()


@jobs.periodic(cron="10 3 * * *")
@jobs.task(name="learning.reread", queueing_lock="learning.reread")
def reread_estimates(timestamp: int) -> None:
    """What is shown, read with the parameters that hold by now."""
    refit.reread()
