"""What the agents' pages are about at the first school."""

from datetime import time

from qiming.agents.guard.crisis import Alarm
from qiming.agents.guard.types import Act, Hit
from qiming.assist.duty import services as duty
from qiming.assist.models import AlertNotice
from qiming.kernel.ids import new_id
from tests.world import World

SAID = Alarm("self_harm", True, Hit(0, 2, "x-1", "self_harm", Act.CRISIS, "…"), "固定的话")


def build(world: World) -> dict[str, object]:
    """By the room's own services: values by the names of parameters."""
    here = world.here
    return _duty(world) | {"school_id": here.school.id}


def _duty(world: World) -> dict[str, object]:
    here = world.here
    wanted = duty.Wanted(here.people["teacher"], frozenset(range(7)), time(0), time(23, 59), 1)
    line = duty.add_line(actor=world.actor("school_admin"), school=here.school, wanted=wanted)
    alert = duty.raise_alert(pupil=here.pupils[0], turn_id=new_id(), alarm=SAID, period_id=None)
    (notice,) = AlertNotice.objects.unscoped("test").filter(alert=alert)
    return {"line_id": line.id, "notice_id": notice.id}
