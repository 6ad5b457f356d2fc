"""A training of the first school: its allotment, a session, an enrolment; a teacher it notes; an output of another one."""

from datetime import timedelta

from qiming.educators.cohort import services as cohort
from qiming.educators.models import Enrolment, Output
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
    due, output = _output(world)
    return {
        "output_enrolment_id": due.id,
        "output_id": output.id,
        "allotment_id": top.id,
        "training_id": top.training_id,
        "session_id": held.id,
        "enrolment_id": row.id,
    }


def _output(world: World) -> tuple[Enrolment, Output]:
    """Of the first teacher, in a training that was closed."""
    admin, day = world.actor("school_admin"), time.today()
    wish = services.Wish(
        "校本研修", Tier.GENERAL, Audience.AI_TEACHERS, day, day + timedelta(days=9), 3, asks_output=True
    )
    top = services.open_training(actor=admin, place=world.here.school, wish=wish)
    row = services.enrol(actor=admin, allotment_id=top.id, person_id=world.here.people["teacher"])
    Enrolment.objects.unscoped("the world is laid out").filter(id=row.id).update(state="output_due")
    stage = world.here.school.stages[0]
    teacher = world.actor("teacher")
    return row, cohort.begin(actor=teacher, enrolment_id=row.id, stage=stage)
