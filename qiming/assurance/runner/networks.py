"""Networks beyond the public one."""

from ipaddress import ip_network
from typing import Final

# What an operator opens by naming a product in a private network; what `kernel.addresses.NEVER` lists stays shut.
PRIVATE: Final = tuple(
    ip_network(one)
    for one in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "100.64.0.0/10",
        "::1/128",
        "fc00::/7",
    )
)
