"""A proxy on this machine through which a browser reaches a web product, and nothing else.

A browser follows redirects, looks names up again and opens sockets of its own: only where the connection is made can
all of it be judged. So the browser gets this proxy, which looks a name up once and connects to an address that was judged.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final
from urllib.parse import urlsplit

from qiming.assurance.runner.calling import judged_address
from qiming.kernel.addresses import Network

_HEAD: Final = 64 * 1024
_HOP: Final = (b"connection:", b"proxy-connection:", b"keep-alive:", b"proxy-authorization:")
_IDLE_S: Final = 60.0


@asynccontextmanager
async def judging_proxy(networks: tuple[Network, ...]) -> AsyncIterator[int]:
    """Serves on a free port of 127.0.0.1 while the block runs; yields the port."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Whatever goes wrong, the browser sees a connection that closes.
        with suppress(
            OSError, ValueError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError
        ):
            await _serve(reader, writer, networks)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=_HEAD)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


async def _serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, networks: tuple[Network, ...]
) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    method, aim, version = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
    tunnel = method == "CONNECT"
    parts = urlsplit(f"//{aim}" if tunnel else aim)
    if not parts.hostname or (not tunnel and parts.scheme != "http"):
        raise ValueError("no address")
    try:
        address = await judged_address(parts.hostname, networks)
    except OSError:
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\nConnection: close\r\n\r\nforbidden")
        await writer.drain()
        return
    port = parts.port or (443 if tunnel else 80)
    to_reader, to_writer = await asyncio.wait_for(asyncio.open_connection(address, port), _IDLE_S)
    try:
        if tunnel:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            # One request on each connection: the next may be for another server, and is judged anew.
            kept = [one for one in head.split(b"\r\n")[1:-2] if not one.lower().startswith(_HOP)]
            first = f"{method} {path} {version}".encode("latin-1")
            to_writer.write(b"\r\n".join([first, *kept, b"Connection: close", b"", b""]))
        await asyncio.gather(_pour(reader, to_writer), _pour(to_reader, writer))
    finally:
        to_writer.close()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError, TimeoutError):
        while piece := await asyncio.wait_for(reader.read(_HEAD), _IDLE_S):
            writer.write(piece)
            await writer.drain()
    with suppress(OSError):
        writer.close()
