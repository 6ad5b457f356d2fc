"""Join codes belong to a higher room (the live period). It registers here how to read one.

    # in the higher room, when the house opens
    joining.register(lambda code: JoinTarget(class_id=…, next_url=…) or None)

Without a reader there is no such way in, and the sign-in page doesn't offer it.
"""

from collections.abc import Callable
from uuid import UUID

from qiming.registry.types import JoinTarget

Reader = Callable[[str], JoinTarget | None]
LiveReader = Callable[[UUID], UUID | None]

_readers: list[Reader] = []
_live: list[LiveReader] = []


def register(reader: Reader) -> None:
    """Let `reader(code)` say where a join code leads (None: to nothing)."""
    if reader not in _readers:
        _readers.append(reader)


def is_offered() -> bool:
    """Whether any room gives out join codes."""
    return bool(_readers)


def resolve(code: str) -> JoinTarget | None:
    """Where a join code leads."""
    return next((target for reader in _readers if (target := reader(code)) is not None), None)


def register_live(reader: LiveReader) -> None:
    """Let `reader(pupil_id)` say which period that pupil has right now (None: none)."""
    if reader not in _live:
        _live.append(reader)


def live_period(pupil_id: UUID) -> UUID | None:
    """The period going on for a pupil: who signs in during it sits at a device that others use too."""
    return next((found for reader in _live if (found := reader(pupil_id)) is not None), None)
