"""What is written of every call. The form of it; `postgres` keeps it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from qiming.agents.types import Bucket, Outcome, Usage


class Away(Exception):
    """The ledger cannot be reached: then nothing is called."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A call before it is made. `tokens` and `seconds`: how much is set aside for it, the most that it can come to."""

    id: UUID
    at: datetime
    day: date
    path: str
    application: UUID
    subject: str
    stage: str
    kind: str
    route: str
    tokens: int = 0
    seconds: int = 0


@dataclass(slots=True)
class Closing:
    """How a call ended. `box`: the closed text; `generated`: whether a model worked for it at all."""

    outcome: Outcome
    why: str = ""
    findings: list[str] = field(default_factory=list)
    model: str = ""
    version: str = ""
    usage: Usage = field(default_factory=Usage)
    first_ms: int | None = None
    total_ms: int = 0
    box: bytes | None = None
    generated: bool = True


class Ledger(Protocol):
    async def begin(self, opening: Opening, buckets: tuple[Bucket, ...]) -> tuple[str, str] | None:
        """Set aside and write down at once, or refuse: (measure, bucket's key). Raises `Away`."""
        ...

    async def end(self, call_id: UUID, closing: Closing, at: datetime) -> None:
        """Complete a call and give back what it did not use. Doing it twice changes nothing. Raises `Away`."""
        ...

    async def note(self, opening: Opening, closing: Closing) -> None:
        """Write down a call that was never made. Raises `Away`."""
        ...

    async def seen(self, model: str, *, is_up: bool, note: str, at: datetime) -> None:
        """Note that a model went down or came back."""
        ...
