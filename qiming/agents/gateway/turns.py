"""Turns that wait for a model to speak, as the gateway takes and writes them; `postgres` keeps them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from qiming.agents.talk.types import Said


@dataclass(frozen=True, slots=True)
class Taken:
    """A turn whose ticket was just used. `box`: its words and what the model is told."""

    id: UUID
    box: bytes


@dataclass(frozen=True, slots=True)
class Spoken:
    """How a turn ended: its words, closed; `engine`: who spoke in the end; `call`: the call in the ledger, if one was made."""

    id: UUID
    box: bytes
    outcome: Said
    engine: str
    findings: list[str] = field(default_factory=list)
    call: UUID | None = None


class Turns(Protocol):
    async def take(self, ticket_sha256: bytes, at: datetime) -> Taken | None:
        """Use a ticket: once, in time; None otherwise. Raises `Away`."""
        ...

    async def write(self, spoken: Spoken, at: datetime) -> None:
        """Write the reply of a turn that still waits. Doing it twice changes nothing. Raises `Away`."""
        ...
