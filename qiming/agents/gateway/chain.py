"""The chain as this process knows it: read once, read again table by table when the database says that it changed."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from qiming.agents.types import Application, Enabled, Model, Quota, Route, Switch

log = logging.getLogger(__name__)

REREAD_S: Final = 30.0  # should a word ever be lost
AGAIN_S: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
KILL: Final = "agents_killswitch"


@dataclass(slots=True)
class Chain:
    """Each field is replaced as a whole, never changed."""

    is_known: bool = False  # until it was read once, nobody's key can be judged
    models: dict[str, Model] = field(default_factory=dict)
    routes: dict[str, Route] = field(default_factory=dict)
    enabled: dict[str, tuple[Enabled, ...]] = field(default_factory=dict)  # by route
    switches: tuple[Switch, ...] = ()
    applications: dict[bytes, Application] = field(default_factory=dict)  # by the digest of the secret
    quotas: tuple[Quota, ...] = ()


class Source(Protocol):
    """Where the chain is written."""

    async def read(self, chain: Chain, table: str | None) -> None:
        """Read one table into `chain`, or (None) all of them."""
        ...

    def changes(self) -> AsyncIterator[str]:
        """Names of tables that changed, from the moment that an empty name comes (listening has begun)."""
        ...


async def keep_up(source: Source, chain: Chain, switched: Callable[[], Any]) -> None:
    """Follow the changes until cancelled. `switched` is called whenever kill switches or what they name may have changed.

    The database may go away and come back: then everything is read anew, for nobody knows what was missed.
    """
    tries = 0
    while True:
        try:
            async for table in source.changes():
                tries = 0
                await source.read(chain, table or None)
                chain.is_known = True
                switched()
        except asyncio.CancelledError:
            raise
        except Exception as error:
            log.warning("the chain cannot be followed just now (%s)", type(error).__name__)
        await asyncio.sleep(AGAIN_S[min(tries, len(AGAIN_S) - 1)])
        tries += 1
