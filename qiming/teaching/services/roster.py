"""Who belonged to a class on the day of a period."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, PupilRef
from qiming.teaching.rules.dated import began


def roster_on(class_id: UUID, day: date) -> list[PupilRef]:
    """The class of that day. For a day before the school's first roster: today's class, which is all that is known."""
    return registry.pupils_of(class_id, on=day) or registry.pupils_of(class_id)


def is_known_on(place: OrgRef, day: date) -> bool:
    """Whether it can be said who was in the class that day. Today's class stands in for a day without a roster, but
    never for a year in which its pupils were not yet in the school."""
    if day >= began(place.grade, registry.current_year().starts):
        return True
    return bool(registry.pupils_of(place.id, on=day))
