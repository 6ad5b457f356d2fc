"""A training of the first school: its allotment, a session, an enrolment; and a teacher it notes."""

from datetime import timedelta

from qiming.educators.training import services
from qiming.educators.types import Audience, Mode, Tier
from qiming.kernel import time
from tests.world import World


def build(world: World) -> dict[str, object]:
    """By the room's own services: values by the names of parameters."""
    here, admin = world.here, world.actor("school_admin")
    day = time.today()
    wish = services.Wish("校本通识", Tier.GENERAL, Audience.AI_TEACHERS, day, day + timedelta(days=9), 3)
    top = services.open_training(actor=admin, place=here.school, wish=wish)
    event = services.Event("第一讲", Mode.ONSITE, "会议室", time.now() + timedelta(hours=1), 90)
    held = services.add_session(actor=admin, training_id=top.training_id, event=event)
    row = services.enrol(actor=admin, allotment_id=top.id, person_id=here.people["teacher"])
    return {
        "allotment_id": top.id,
        "training_id": top.training_id,
        "session_id": held.id,
        "enrolment_id": row.id,
    }
