"""Addresses of both kinds: what is listened on, under which names, where it is said to be."""

import socket

import pytest

from qiming.site import listening

needs_ipv6 = pytest.mark.skipif(not listening.has_ipv6(), reason="this machine has no IPv6")


@pytest.mark.parametrize(
    ("host", "served"),
    [("127.0.0.1", []), ("192.0.2.7", ["192.0.2.7"]), ("fd00::1", ["[fd00::1]"]), ("::1", [])],
)
def test_it_answers_under_the_address_it_listens_on(host: str, served: list[str]) -> None:
    assert listening.own_names(host) == ["127.0.0.1", "localhost", "[::1]", *served]


def test_everywhere_means_every_address_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(_: str, __: None, kind: int) -> list[tuple[object, ...]]:
        v4 = (socket.AF_INET, 1, 6, "", ("192.0.2.7", 0))
        v6 = (socket.AF_INET6, 1, 6, "", ("fe80::1%eth0", 0, 0, 2))
        return [v4] if kind == socket.AF_INET else [v4, v6]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    monkeypatch.setattr(socket, "gethostname", lambda: "school")
    loopback = ["127.0.0.1", "localhost", "[::1]"]
    assert listening.own_names("0.0.0.0") == [*loopback, "192.0.2.7", "school"]
    assert listening.own_names("::") == [*loopback, "192.0.2.7", "[fe80::1]", "school"]


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("0.0.0.0", "http://127.0.0.1:8000/"),
        ("::", "http://[::1]:8000/"),
        ("fd00::1", "http://[fd00::1]:8000/"),
        ("school.example", "http://school.example:8000/"),
    ],
)
def test_what_to_type(host: str, said: str) -> None:
    assert listening.address(host, 8000) == said


@pytest.mark.parametrize(
    "host", ["127.0.0.1", pytest.param("::1", marks=needs_ipv6), pytest.param("::", marks=needs_ipv6)]
)
def test_a_port_is_free_taken_and_answers(host: str) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as other:
        other.bind((host, 0))
        port = other.getsockname()[1]
        assert not listening.answers(host, port)
        other.listen()
        assert listening.port_trouble(host, port)
        assert listening.answers(host, port)
    assert not listening.port_trouble(host, port)
