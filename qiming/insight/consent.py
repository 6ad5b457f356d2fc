"""What of this room obeys families' consent: named learning results that leave the class."""

from collections.abc import Sequence
from uuid import UUID

from qiming.kernel.access import Actor
from qiming.registry.types import PupilRef, Role
from qiming.trust.consent import register_consumer
from qiming.trust.types import Purpose

CLASS = register_consumer(
    "insight.class", Purpose.RECORDS, "校长和学校管理员打开的班级学情、分组单和背后的作答"
)
PUPIL = register_consumer("insight.pupil", Purpose.RECORDS, "校长打开的学习报告和作答")


def is_beyond(actor: Actor, scope_path: str) -> bool:
    """Whether somebody of the staff reads from outside the class: does not teach it."""
    return not any(scope_path.startswith(path) for path in actor.paths(Role.TEACHER))


def seen_by(actor: Actor | None, pupils: Sequence[PupilRef], scope_path: str) -> list[PupilRef]:
    """Of a class, the pupils whose results this actor may see named; no actor: the class's own figures."""
    if actor is None or not is_beyond(actor, scope_path):
        return list(pupils)
    agree = CLASS.among([one.id for one in pupils])
    return [one for one in pupils if one.id in agree]


def may_read(actor: Actor, pupil: PupilRef) -> bool:
    """Whether this actor, who has the right to a pupil's report, may read it now."""
    own_or_ward: set[UUID] = {actor.person_id, *actor.wards}
    return pupil.id in own_or_ward or not is_beyond(actor, pupil.scope_path) or PUPIL.allows(pupil.id)
