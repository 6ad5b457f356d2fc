"""Whether an address may be asked at all, as far as it can be judged as it is written. Loads no client."""

from urllib.parse import urlsplit

from qiming.assurance.runner.kinds import Failure, Kind
from qiming.kernel.addresses import Network, may_connect, parse


def check_address(url: str, networks: tuple[Network, ...]) -> None:
    """Refuse an address that can be judged as it is written; raises `Failure`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Failure(Kind.FORBIDDEN, "not an address") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise Failure(Kind.FORBIDDEN, "only http and https addresses with a host")
    if parts.username or parts.password:
        raise Failure(Kind.FORBIDDEN, "credentials do not belong into an address")
    found = parse(parts.hostname)
    if found is not None and not may_connect(found, networks):
        raise Failure(Kind.FORBIDDEN, "this address may not be asked")
