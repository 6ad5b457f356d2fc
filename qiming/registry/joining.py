"""Join codes belong to a higher room (the live period). It registers here how to read one.

    # in the higher room, when the house opens
    joining.register(lambda code: JoinTarget(class_id=…, next_url=…) or None)

Without a reader there is no such way in, and the sign-in page doesn't offer it.
"""

from collections.abc import Callable

from qiming.registry.types import JoinTarget

Reader = Callable[[str], JoinTarget | None]

_readers: list[Reader] = []


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
