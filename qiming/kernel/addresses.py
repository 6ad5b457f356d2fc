"""Network addresses: which may be reached from here, and to which neighbourhood one belongs. Pure."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Where clouds hand out keys to whoever asks from inside, and what never is one machine: no configuration opens these.
NEVER: Final = tuple(
    ip_network(one)
    for one in (
        "0.0.0.0/8",
        "169.254.0.0/16",
        "100.100.100.200/32",
        "168.63.129.16/32",
        "192.0.0.192/32",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/128",
        "fe80::/10",
        "fd00:ec2::254/128",
        "ff00::/8",
    )
)
# Addresses that carry an IPv4 address inside: another way to write a private one.
_DISGUISES: Final = tuple(
    ip_network(one)
    for one in ("::ffff:0:0/96", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")
)
# Withdrawn ranges that Python still counts as public.
_WITHDRAWN: Final = tuple(ip_network(one) for one in ("fec0::/10", "192.88.99.0/24"))


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of a server that may be asked."""

    scheme: str
    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether it is written as this very machine (and not as a name that might lead here)."""
        if self.host == "localhost":
            return True
        found = parse(self.host)
        return found is not None and found.is_loopback

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def parse(text: str) -> Address | None:
    """`text` as an address; None when it is a name. A zone (`%eth0`) is taken off."""
    try:
        return ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None


def may_connect(address: Address, allowed: tuple[Network, ...] = ()) -> bool:
    """Whether a connection outward to `address` is harmless: public, or inside a network the operator named."""
    if _within(address, NEVER):
        return False
    if _within(address, allowed):
        return True
    return address.is_global and not _within(address, _DISGUISES) and not _within(address, _WITHDRAWN)


def neighbourhood(text: str) -> str:
    """The unit that is counted as one asker: an IPv4 address, or the /64 a household or school has in IPv6."""
    found = parse(text)
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ip_network((int(found) >> 64 << 64, 64)))
    return str(found) if found else "?"


def _within(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address.version == one.version and address in one for one in networks)
