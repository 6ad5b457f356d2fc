"""Who belonged to a class on the day of a period."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from qiming.registry import queries as registry
from qiming.registry.types import PupilRef


def roster_on(class_id: UUID, day: date) -> list[PupilRef]:
    """The class of that day. For a day before the school's first roster: today's class, which is all that is known."""
    return registry.pupils_of(class_id, on=day) or registry.pupils_of(class_id)
