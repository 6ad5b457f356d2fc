"""The gateway's process: `qiming gateway`. It loads no Django; what differs between installations comes from the environment.

QIMING_GATEWAY_POOL     connections to the database in each process (default 4)
QIMING_GATEWAY_FIRST_S  seconds until a model must have begun (default 30); more for one that counts on processors
"""

import logging
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from qiming.agents.gateway.app import Gateway, Server
from qiming.agents.gateway.postgres import Postgres
from qiming.agents.gateway.upstream import FIRST_S, Patience
from qiming.agents.guard import Guard, load
from qiming.agents.sealing import Box
from qiming.kernel.fetch import Outward
from qiming.kernel.logs import PlainLines
from qiming.site import database, home

PRODUCER = "启明"


def own_pages(given: Mapping[str, str]) -> frozenset[str]:
    """The origins of this installation's pages: its address, and its other names at the same port."""
    address = urlsplit(given.get("QIMING_ADDRESS") or "http://127.0.0.1:8000")
    port = f":{address.port}" if address.port else ""
    names = [
        one.strip() for one in given.get("QIMING_HOSTS", "").split(",") if one.strip() and "*" not in one
    ]
    return frozenset(
        {f"{address.scheme}://{address.netloc}", *(f"{address.scheme}://{name}{port}" for name in names)}
    )


@asynccontextmanager
async def _opened() -> AsyncIterator[Gateway]:
    content = Path(os.environ.get("QIMING_CONTENT") or home.shipped("content"))
    size = int(os.environ.get("QIMING_GATEWAY_POOL", "4"))
    async with Postgres(database.application_url(), size) as store:
        yield Gateway(
            source=store,
            ledger=store,
            turns=store,
            sites=own_pages(os.environ),
            guard=Guard(load(content / "guard")),
            box=Box([home.secret(), *home.earlier_secrets()]),
            outward=Outward.from_environment(os.environ),
            patience=Patience(first_s=float(os.environ.get("QIMING_GATEWAY_FIRST_S", FIRST_S))),
            producer=os.environ.get("QIMING_PRODUCER") or PRODUCER,
        )


def _log_to_stderr() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(PlainLines("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


_log_to_stderr()
application = Server(_opened)
