"""Requests to products under test: the second of the two doors outward (decision 0031).

`kernel.fetch` opens one connection for one errand and is shut unless the operator listed the server. A test run sends
thousands of requests to one product, many at a time, reads streams piece by piece and measures when the first one
came: it needs pooled connections on an event loop. What both have in common is the judge of addresses
(`kernel.addresses`): the name is looked up for every connection, every address of the answer is judged, and the
socket that is opened is judged once more. Redirects are never followed. Proxies and credentials of the environment are
not used. Answers are bounded in bytes and in time.
"""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from qiming.assurance.runner.judging_addresses import check_address
from qiming.assurance.runner.kinds import Failure, Kind
from qiming.kernel.addresses import Network, may_connect, parse

_READ: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may take."""

    seconds: float = 60.0  # from the connection to the last byte
    bytes: int = 1024 * 1024
    connections: int = 64


@dataclass(slots=True)
class Timing:
    """Milliseconds of one request, from the moment it was sent."""

    first_ms: float | None = None  # to the first byte of the answer's body, or the first piece of a stream
    total_ms: float = 0.0


class Forbidden(OSError):
    """An address that may not be asked."""


class _Judging(AbstractResolver):
    """Looks names up in threads; one forbidden address among good ones is an attempt, not an accident."""

    def __init__(self, networks: tuple[Network, ...]) -> None:
        self.networks = networks
        self.inner = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        answers = await self.inner.resolve(host, port, family)
        for answer in answers:
            found = parse(answer["host"])
            if found is None or not may_connect(found, self.networks):
                raise Forbidden("the name leads to an address that may not be asked")
        return answers

    async def close(self) -> None:
        await self.inner.close()


async def judged_address(host: str, networks: tuple[Network, ...]) -> str:
    """An address of `host` that may be asked; every address of the answer is judged. Raises `OSError`."""
    resolver = _Judging(networks)
    try:
        answers = await resolver.resolve(host, family=socket.AF_UNSPEC)
    finally:
        await resolver.close()
    return str(answers[0]["host"])


class Caller:
    """Pooled connections to one product. Use as `async with Caller(...) as caller`."""

    def __init__(
        self,
        limits: Limits | None = None,
        networks: tuple[Network, ...] = (),
        *,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`tls`: whom to trust instead of the public authorities."""
        self.limits = limits or Limits()
        self.networks = networks
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Caller":
        connector = aiohttp.TCPConnector(
            limit=self.limits.connections,
            resolver=_Judging(self.networks),
            socket_factory=self._socket,
            ttl_dns_cache=10,
            ssl=self._tls or True,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),
            # Answers come as they are: a packed one could be a thousand times as large as what was counted.
            headers={"Accept-Encoding": "identity"},
            auto_decompress=False,
            trust_env=False,
            read_bufsize=_READ,
        )
        return self

    async def __aexit__(self, *gone: object) -> None:
        if self._session:
            await self._session.close()

    def _socket(self, info: tuple[int, int, int, str, tuple[object, ...]]) -> socket.socket:
        family, kind, protocol, _, address = info
        found = parse(str(address[0]))
        if found is None or not may_connect(found, self.networks):
            raise Forbidden("this address may not be asked")
        return socket.socket(family=family, type=kind, proto=protocol)

    @asynccontextmanager
    async def ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, timing: Timing
    ) -> AsyncIterator["Reply"]:
        """Send `body`; the reply's status and headers are there, its body is read piece by piece. Raises `Failure`."""
        check_address(url, self.networks)
        assert self._session is not None
        began = time.perf_counter()
        reply: Reply | None = None
        try:
            async with (
                asyncio.timeout(self.limits.seconds),
                self._session.request(
                    method, url, data=body, headers=headers, allow_redirects=False
                ) as response,
            ):
                reply = Reply(response, self.limits.bytes, began, timing)
                yield reply
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            if isinstance(error, Failure):
                raise
            raise _plain(error, reply, self.limits) from None
        finally:
            timing.total_ms = (time.perf_counter() - began) * 1000


class Reply:
    """One answer while it comes in."""

    def __init__(self, response: aiohttp.ClientResponse, most: int, began: float, timing: Timing) -> None:
        self.status = response.status
        self.headers = response.headers
        self.media_type = response.content_type
        self.taken = 0
        self._content = response.content
        self._most = most
        self._began = began
        self._timing = timing

    def elapsed_ms(self) -> float:
        """Since the request was sent."""
        return (time.perf_counter() - self._began) * 1000

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body as it comes. Raises `Failure` when it is longer than allowed."""
        while piece := await self._content.readany():
            self.taken += len(piece)
            if self._timing.first_ms is None:
                self._timing.first_ms = self.elapsed_ms()
            if self.taken > self._most:
                raise Failure(Kind.TOO_LARGE, f"the answer is longer than {self._most} bytes")
            yield piece

    async def whole(self) -> bytes:
        """The body in one piece."""
        return b"".join([piece async for piece in self.pieces()])


# The first kind of error that fits decides; what fits none was no HTTP.
_TROUBLES: Final[tuple[tuple[type[Exception], Kind, str], ...]] = (
    (aiohttp.ClientConnectorDNSError, Kind.UNREACHABLE, "the name of the server is not known"),
    (aiohttp.ClientSSLError, Kind.TLS, "the server's certificate is not trusted"),
    (ssl.SSLError, Kind.TLS, "the server's certificate is not trusted"),
    (aiohttp.ClientConnectorError, Kind.UNREACHABLE, "the server refuses connections or cannot be reached"),
    (aiohttp.ClientPayloadError, Kind.CUT, "the answer broke off"),
    (aiohttp.ClientResponseError, Kind.NOT_HTTP, "the answer is not proper HTTP"),
    (aiohttp.ClientError, Kind.CUT, "the connection broke off"),
    (OSError, Kind.CUT, "the connection broke off"),
)


def _plain(error: Exception, reply: Reply | None, limits: Limits) -> Failure:
    """The trouble as one of our kinds, without what stood in an address or a header."""
    inner = getattr(error, "os_error", error)
    if isinstance(inner, Forbidden):
        return Failure(Kind.FORBIDDEN, str(inner))
    if isinstance(error, TimeoutError):
        if reply is not None and reply.taken:
            return Failure(Kind.NEVER_ENDED, f"the answer had not ended after {limits.seconds:g} s")
        return Failure(Kind.TIMEOUT, f"no answer within {limits.seconds:g} s")
    if isinstance(error, aiohttp.ServerDisconnectedError) and reply is None:
        return Failure(Kind.CUT, "the connection was closed before an answer", unsent=True)
    for kind_of_error, kind, says in _TROUBLES:
        if isinstance(error, kind_of_error):
            return Failure(kind, says)
    return Failure(Kind.NOT_HTTP, f"no proper answer ({type(error).__name__})")
