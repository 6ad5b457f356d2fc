"""Who may record sounds in a lab: the school has turned it on, and the family consents. Both are asked at every page.

A recording never leaves the device, whoever may make it (`pictures.without_recordings`).
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from qiming.kernel import audit
from qiming.kernel.access import Actor
from qiming.kernel.time import now
from qiming.learning.access import TABLE
from qiming.learning.consent import MICROPHONE
from qiming.learning.labs.models import MicrophoneChoice
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef

SET = "learning.set_microphone"
LAB = "sound"
OWN_SOUNDS = "allow_own_sounds"
_WHY = "whether a school has it on is no secret of anybody"


def chosen(path: str) -> MicrophoneChoice | None:
    """What the school of this place has set, if anything."""
    rows = MicrophoneChoice.objects.unscoped(_WHY).filter(school_id=registry.school_of(path).id)
    return rows.select_related("set_by").first()


def choose(*, actor: Actor, school_id: UUID, is_on: bool) -> MicrophoneChoice:
    """A school administrator turns it on or off for the school."""
    school = registry.org(school_id)
    TABLE.require(actor, SET, school)
    values = {"scope_path": school.scope_path, "is_on": is_on, "set_by_id": actor.person_id, "set_at": now()}
    with transaction.atomic():
        row, _ = MicrophoneChoice.objects.unscoped(_WHY).update_or_create(
            school_id=school.id, defaults=values
        )
        audit.write(
            actor,
            "learning.set_microphone",
            thing="school",
            thing_id=school.id,
            scope_path=school.scope_path,
            detail={"on": is_on},
        )
    return row


def may_record(pupil: PupilRef, labs: Iterable[Mapping[str, Any]]) -> bool:
    """Whether this pupil may be offered the microphone on a page with these labs (as lessons write them)."""
    if not any(lab.get("id") == LAB and lab.get("settings", {}).get(OWN_SOUNDS, True) for lab in labs):
        return False
    choice = chosen(pupil.scope_path)
    return choice is not None and choice.is_on and MICROPHONE.allows(pupil.id)
