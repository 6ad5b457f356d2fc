"""What the pages of labs carry: a lab on its own as the player takes it, the shelf, a work's versions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from qiming.curriculum.types import Activity
from qiming.learning import pictures
from qiming.learning.consent import CAMERA
from qiming.learning.labs.catalogue import LabCard
from qiming.learning.models import Work
from qiming.learning.pages.player import Seat, page_data
from qiming.learning.services.common import WHY_OWN
from qiming.registry.types import Stage


def step_of(card: LabCard, stage: Stage | None) -> Activity:
    """A lab on its own as a step, the same that a lesson would hold."""
    return Activity(card.id, card.title, "lab", 20, "", data={"lab": card.spec(stage)})


def free_data(card: LabCard, stage: Stage | None, seat: Seat) -> dict[str, Any]:
    """The player's data for one lab outside lessons, with the pupil's kept work."""
    data = page_data(replace(seat, lesson_key=""), [step_of(card, stage)], [])
    if seat.pupil_id is not None:
        data["works"] = _kept(seat.pupil_id, card.id, camera=seat.camera)
    return data


def _kept(pupil_id: UUID, lab_id: str, *, camera: bool) -> dict[str, Any]:
    row = free_works(pupil_id).filter(activity_key=lab_id).first()
    if row is None:
        return {}
    return {
        lab_id: {
            "state": row.state if camera else pictures.without_camera(row.state),
            "version": row.version,
            "at": row.client_at.isoformat(),
            "handed_in": row.handed_in_at.isoformat() if row.handed_in_at else None,
        }
    }


def free_works(pupil_id: UUID) -> Any:
    """The pupil's works of free play."""
    return Work.objects.unscoped(WHY_OWN).filter(pupil_id=pupil_id, offering=None)


@dataclass(frozen=True, slots=True)
class Shelved:
    """One lab on a pupil's shelf, with what the pupil has of it."""

    card: LabCard
    work: Work | None


def shelf_of(pupil_id: UUID, cards: Sequence[LabCard]) -> list[Shelved]:
    """The labs, those begun first; two works of one lab there are not."""
    begun = {row.activity_key: row for row in free_works(pupil_id).defer("state")}
    lines = [Shelved(card, begun.get(card.id)) for card in cards]
    return sorted(lines, key=lambda one: one.work is None)


def may_camera(pupil_id: UUID, card: LabCard) -> bool:
    return card.takes_pictures and CAMERA.allows(pupil_id)
