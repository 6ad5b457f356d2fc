"""Calls whose gateway ended in the middle."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from qiming.agents.models import Call
from qiming.agents.types import Outcome
from qiming.kernel import time

LOST_AFTER = timedelta(minutes=30)
_WHY = "the worker closes what no gateway will"


def close_lost() -> int:
    """Close calls that no gateway can still be making; what was set aside for them counts as used. Returns how many."""
    began_before = time.now() - LOST_AFTER
    with transaction.atomic():
        lost = Call.objects.unscoped(_WHY).filter(outcome=Outcome.OPEN.value, created_at__lt=began_before)
        return lost.update(outcome=Outcome.LOST.value, why="gateway_ended", ended_at=time.now())
