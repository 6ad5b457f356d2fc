"""How readings are counted. How long they are kept: data/retention.yaml."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from qiming.kernel.access import Grant
from qiming.registry.types import Role

SAME_READING = timedelta(minutes=10)

# Of several roles the nearest to the pupil explains best why somebody looked.
_NEAREST_FIRST = (
    Role.TEACHER,
    Role.SCHOOL_ADMIN,
    Role.SCHOOL_HEAD,
    Role.DISTRICT_OFFICER,
    Role.CITY_OFFICER,
)


def bucket(at: datetime) -> int:
    """The ten-minute stretch a moment lies in."""
    return int(at.timestamp() // SAME_READING.total_seconds())


def role_towards(grants: Sequence[Grant], scope_path: str, *, is_guardian: bool) -> str:
    """The role in which somebody with these grants reads a record at `scope_path`."""
    held = {grant.role for grant in grants if scope_path.startswith(grant.scope_path)}
    nearest = next((role.value for role in _NEAREST_FIRST if role in held), None)
    return nearest or (Role.GUARDIAN.value if is_guardian else "")
