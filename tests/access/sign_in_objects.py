"""What addresses of sign-in, recovery and emergency powers name."""

from dataclasses import replace

from qiming.registry.models import Guardianship
from qiming.registry.services import emergency
from qiming.registry.types import Power
from tests.world import World

WHY = "the access test names the object"


def build(world: World) -> dict[str, object]:
    """A power taken by the district officer over the first pupil, and who is that pupil's guardian."""
    here = world.here
    officer = replace(world.actor("district_officer"), session_id="0" * 16)
    power = emergency.raise_power(
        actor=officer,
        power=Power.SEE_PUPILS,
        place_id=here.group.id,
        seat_no=here.pupils[0].seat_no,
        reason="家长来电话说孩子进不来",
        minutes=15,
    )
    guardianship = Guardianship.objects.unscoped(WHY).get(ward_id=here.pupils[0].id)
    return {"power_id": power, "guardianship_id": guardianship.id}
