"""Who else may look at a school's lessons: rooms above say so, for what they show (a shelf, a review)."""

from collections.abc import Callable, Collection
from uuid import UUID

from qiming.kernel.access import Actor

Window = Callable[[Actor, Collection[UUID]], bool]
_windows: list[Window] = []


def register(window: Window) -> None:
    """`window(actor, lesson version ids)`: whether this person may see all of these lessons."""
    _windows.append(window)


def shows(actor: Actor, lesson_ids: Collection[UUID]) -> bool:
    return any(window(actor, lesson_ids) for window in _windows)
