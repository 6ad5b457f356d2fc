"""Where an installation listens: addresses of both kinds, the names it answers under, whether a port is free."""

import contextlib
import socket

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}  # noqa: S104 - compared, not bound


def own_names(host: str) -> list[str]:
    """The host names under which this installation answers when nobody said: those that `host` listens on."""
    names = ["127.0.0.1", "localhost", "[::1]"]
    if host in _EVERYWHERE:
        name = socket.gethostname()
        kind = socket.AF_UNSPEC if host == "::" else socket.AF_INET
        with contextlib.suppress(OSError):
            names += [_in_url(str(found[4][0])) for found in socket.getaddrinfo(name, None, kind)]
        names.append(name)
    elif _in_url(host) not in names:
        names.append(_in_url(host))
    return list(dict.fromkeys(names))


def address(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    return f"http://{_EVERYWHERE.get(host) or _in_url(host)}:{port}/"


def port_trouble(host: str, port: int) -> str:
    """Why `host` and `port` cannot be listened on; empty when they can."""
    with socket.socket(_kind(host)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return str(error.strerror or error)
    return ""


def answers(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    where = _EVERYWHERE.get(host, host).strip("[]")
    with socket.socket(_kind(where)) as probe:
        return probe.connect_ex((where, port)) == 0


def has_ipv6() -> bool:
    """Whether this machine can listen on its own IPv6 address."""
    try:
        return not port_trouble("::1", 0)
    except OSError:  # not even a socket of that kind
        return False


def _kind(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _in_url(host: str) -> str:
    return f"[{host.partition('%')[0]}]" if ":" in host else host
