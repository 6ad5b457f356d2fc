"""The only way out: requests to servers the operator named, and to nothing else.

Off unless the server is listed. From the environment (comma-separated):

QIMING_OUTWARD           origins, e.g. `https://id.example.edu.cn`; `http://` only for this very machine
QIMING_OUTWARD_NETWORKS  inner networks these names may lead to, e.g. `10.20.0.0/16`; public addresses need none
QIMING_OUTWARD_CA        a file with the certificates to trust instead of the public authorities

A name is looked up once, every address of the answer is judged, and the connection goes to an address that was judged:
a name that changes its answer in between (DNS rebinding) gains nothing. Redirects are not followed unless asked
for, and then judged like a first request. Proxies and credentials of the environment are not used.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util.connection import create_connection

from qiming.kernel.addresses import Network, Origin, may_connect, parse

log = logging.getLogger(__name__)

_PORTS: Final = {"http": 80, "https": 443}


class OutwardRefused(requests.RequestException):
    """This server may not be asked; nothing was sent."""


class OutwardFailed(requests.RequestException):
    """The server was asked and did not answer as it should. The text holds neither address nor credentials."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of an answer is taken."""

    seconds: float = 10.0  # from the connection to the last byte
    bytes: int = 1024 * 1024  # unpacked
    redirects: int = 0


@dataclass(frozen=True, slots=True)
class Outward:
    """Whom the operator lets this installation ask."""

    origins: frozenset[Origin] = frozenset()
    networks: tuple[Network, ...] = ()
    ca_file: str | None = None

    @classmethod
    def from_environment(cls, given: Mapping[str, str]) -> "Outward":
        """Read the two variables; `ValueError` names the entry that is wrong."""
        origins = frozenset(_configured(one) for one in _entries(given.get("QIMING_OUTWARD", "")))
        networks = tuple(ip_network(one) for one in _entries(given.get("QIMING_OUTWARD_NETWORKS", "")))
        return cls(origins, networks, given.get("QIMING_OUTWARD_CA") or None)

    def origin_of(self, url: str) -> Origin:
        """The listed origin `url` belongs to; `OutwardRefused` when it is not listed or hides something."""
        try:
            parts = urlsplit(url)
            origin = _origin(url)
        except ValueError:
            raise OutwardRefused("not an address") from None
        if "@" in parts.netloc:
            raise OutwardRefused("credentials do not belong into an address")
        if origin not in self.origins:
            raise OutwardRefused(f"{origin} is not among QIMING_OUTWARD")
        return origin

    def networks_for(self, origin: Origin) -> tuple[Network, ...]:
        loopback = (ip_network("127.0.0.0/8"), ip_network("::1/128")) if origin.is_loopback else ()
        return (*self.networks, *loopback)


def _entries(text: str) -> list[str]:
    return [entry.strip() for entry in text.split(",") if entry.strip()]


def _origin(url: str) -> Origin:
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(f"not an http(s) address: {url!r}")
    host = (
        parts.hostname.rstrip(".").encode("idna").decode()
        if parse(parts.hostname) is None
        else parts.hostname
    )
    return Origin(parts.scheme, host.lower(), parts.port or _PORTS[parts.scheme])


def _configured(entry: str) -> Origin:
    origin = _origin(entry)
    if urlsplit(entry).path not in {"", "/"} or "@" in entry:
        raise ValueError(f"QIMING_OUTWARD takes scheme, host and port only: {entry!r}")
    if origin.scheme == "http" and not origin.is_loopback:
        raise ValueError(f"QIMING_OUTWARD: http is for this machine only, use https: {entry!r}")
    return origin


def session(limits: Limits | None = None, outward: Outward | None = None) -> requests.Session:
    """A `requests` session that reaches only what is allowed (by the environment unless `outward` is given)."""
    limits = limits or Limits()
    made = requests.Session()
    made.trust_env = False
    made.max_redirects = limits.redirects
    made.headers["Accept-Encoding"] = "identity"
    guard = _Guarded(limits, outward or Outward.from_environment(os.environ))
    made.adapters.clear()
    made.mount("https://", guard)
    made.mount("http://", guard)
    return made


class _Deadline:
    """Cuts a connection when its time is over, also in the middle of a header that comes byte by byte."""

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds
        self.over = False
        self._timer: threading.Timer | None = None
        self._line: socket.socket | None = None

    def left(self) -> float:
        return max(0.001, self.ends - time.monotonic())

    def watch(self, line: socket.socket) -> None:
        # A second handle: wrapping in TLS takes the first away.
        self._line = socket.socket(fileno=os.dup(line.fileno()))
        self._timer = threading.Timer(self.left(), self._cut)
        self._timer.daemon = True
        self._timer.start()

    def _cut(self) -> None:
        self.over = True
        if self._line:
            try:
                self._line.shutdown(socket.SHUT_RDWR)
            except OSError:
                log.debug("the connection had ended already")

    def close(self) -> None:
        if self._timer:
            self._timer.cancel()
        if self._line:
            self._line.close()


@dataclass(slots=True)
class _Errand:
    """One request on its way: where it may connect, until when, and what stopped it."""

    allowed: tuple[Network, ...]
    deadline: _Deadline
    # urllib3 wraps what a connection raises into its own errors: the reason is kept here.
    trouble: requests.RequestException | None = None

    def stop(self, trouble: requests.RequestException) -> requests.RequestException:
        self.trouble = trouble
        return trouble


def _connect(host: str, port: int, errand: _Errand) -> socket.socket:
    """Look `host` up once and connect to an address that was judged."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise errand.stop(OutwardFailed("the name of the server is not known")) from None
    found = [parse(str(answer[4][0])) for answer in answers]
    # One forbidden address among good ones is an attempt, not an accident.
    if not found or any(one is None or not may_connect(one, errand.allowed) for one in found):
        raise errand.stop(OutwardRefused("the name leads to an address that may not be asked"))
    for address in dict.fromkeys(found):
        try:
            line = create_connection((str(address), port), timeout=errand.deadline.left())
        except OSError:
            continue
        errand.deadline.watch(line)
        return line
    raise errand.stop(OutwardFailed("the server cannot be reached"))


def _pool_classes(errand: _Errand) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self.host, self.port, errand)

    class Tls(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self.host, self.port or _PORTS["https"], errand)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = Tls

    return {"http": PlainPool, "https": TlsPool}


class _OneConnection(HTTPAdapter):
    """requests' own adapter on connections that judge where they go."""

    def __init__(self, errand: _Errand) -> None:
        self.errand = errand
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        self.poolmanager = PoolManager(num_pools=1, maxsize=1, retries=False)
        self.poolmanager.pool_classes_by_scheme = _pool_classes(self.errand)


class _Guarded(HTTPAdapter):
    """Judges each request, sends it over a connection of its own and reads a bounded answer."""

    def __init__(self, limits: Limits, outward: Outward) -> None:
        self.limits = limits
        self.outward = outward
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        origin = self.outward.origin_of(str(request.url))
        began = time.monotonic()
        errand = _Errand(self.outward.networks_for(origin), _Deadline(self.limits.seconds))
        try:
            answer = self._fetch(request, errand)
        except (requests.RequestException, HTTPError, OSError) as error:
            trouble = errand.trouble or _plain(error, errand.deadline)
            log.warning("outward %s %s: %s", request.method, origin, trouble)
            raise trouble from None
        finally:
            errand.deadline.close()
        took_ms = (time.monotonic() - began) * 1000
        log.info("outward %s %s: %s in %.0f ms", request.method, origin, answer.status_code, took_ms)
        return answer

    def _fetch(self, request: requests.PreparedRequest, errand: _Errand) -> requests.Response:
        way = _OneConnection(errand)
        try:
            answer = way.send(
                request, stream=True, timeout=self.limits.seconds, verify=self.outward.ca_file or True
            )
            body = bytearray()
            for piece in answer.iter_content(16 * 1024):
                body += piece
                if len(body) > self.limits.bytes:
                    raise OutwardFailed("the answer is too long")
            if errand.deadline.over:
                raise OutwardFailed("the server took too long")
            answer._content = bytes(body)
            return answer
        finally:
            way.close()


def _plain(error: Exception, deadline: _Deadline) -> requests.RequestException:
    """The trouble without what stood in the address or in a header."""
    if isinstance(error, OutwardRefused | OutwardFailed):
        return error
    if deadline.over or isinstance(error, requests.Timeout):
        return OutwardFailed("the server took too long")
    if isinstance(error, requests.exceptions.SSLError):
        return OutwardFailed("the server's certificate is not trusted")
    return OutwardFailed(f"no proper answer ({type(error).__name__})")
