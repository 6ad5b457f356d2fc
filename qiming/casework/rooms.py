"""What a room that has cases tells casework: its conditions, what follows a move, where the thing itself is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from qiming.casework.types import Moved

Condition = Callable[[UUID], str]
"""From what the case is about: empty when the condition holds, else what is missing, in words."""
Follow = Callable[[UUID, UUID, Moved], None]
"""(case, what it is about, the move), inside the transaction of the move: what refuses here, nothing moved."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of case as its room sees it. `page` is for who has to do with the case, `public` for everybody while it stands
    on public notice."""

    key: str
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    follow: Follow | None = None
    page: Callable[[UUID], str] | None = None
    public: Callable[[UUID], str] | None = None


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known; its key is the workflow's."""
    _KINDS[kind.key] = kind
    return kind


def of(key: str) -> Kind:
    """The kind of that key; one nobody registered has no conditions and no page."""
    return _KINDS.get(key, Kind(key))
