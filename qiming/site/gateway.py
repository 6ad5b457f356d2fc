"""The gateway's process: `qiming gateway`. It loads no Django; what differs between installations comes from the environment.

QIMING_GATEWAY_POOL  connections to the database in each process (default 4)
"""

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from qiming.agents.gateway.app import Gateway, Server
from qiming.agents.gateway.postgres import Postgres
from qiming.agents.guard import Guard, load
from qiming.agents.sealing import Box
from qiming.kernel.fetch import Outward
from qiming.kernel.logs import PlainLines
from qiming.site import database, home

PRODUCER = "启明"


@asynccontextmanager
async def _opened() -> AsyncIterator[Gateway]:
    content = Path(os.environ.get("QIMING_CONTENT") or home.shipped("content"))
    size = int(os.environ.get("QIMING_GATEWAY_POOL", "4"))
    async with Postgres(database.application_url(), size) as store:
        yield Gateway(
            source=store,
            ledger=store,
            guard=Guard(load(content / "guard")),
            box=Box([home.secret(), *home.earlier_secrets()]),
            outward=Outward.from_environment(os.environ),
            producer=os.environ.get("QIMING_PRODUCER") or PRODUCER,
        )


def _log_to_stderr() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(PlainLines("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


_log_to_stderr()
application = Server(_opened)
