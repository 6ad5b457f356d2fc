"""Which classes use which version of a lesson: asked of the room that opens courses, which stands above this one."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from qiming.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class ClassUse:
    """A class of the school that takes the course. `waits`: the version chosen comes after the running period."""

    offering_id: UUID
    class_name: str
    lesson_version_id: UUID
    is_own: bool
    waits: bool


Lister = Callable[[Actor, str, str, str], list[ClassUse]]
Switcher = Callable[[Actor, UUID, UUID], bool]
_rooms: list[tuple[Lister, Switcher]] = []


def register(lister: Lister, switcher: Switcher) -> None:
    """`lister(actor, school path, course key, lesson key)` the classes the actor may choose for;
    `switcher(actor, offering, lesson version)` chooses: True at once, False after the running period."""
    _rooms.append((lister, switcher))


def classes_for(actor: Actor, scope_path: str, course_key: str, lesson_key: str) -> list[ClassUse]:
    return [use for lister, _ in _rooms for use in lister(actor, scope_path, course_key, lesson_key)]


def choose(actor: Actor, offering_id: UUID, lesson_version_id: UUID) -> bool:
    """Let a class have this version of the lesson."""
    done = [switch(actor, offering_id, lesson_version_id) for _, switch in _rooms]
    return all(done)
