"""The way out: only to servers that are listed, only to harmless addresses, never for long."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from qiming.kernel import addresses, fetch
from qiming.kernel.addresses import Origin, may_connect, neighbourhood
from qiming.kernel.fetch import Limits, Outward, OutwardFailed, OutwardRefused

SHORT = Limits(seconds=0.6, bytes=50_000)


class Server(BaseHTTPRequestHandler):
    """Answers well, too long, too slowly, with a redirect, or packed."""

    seen: list[str] = []

    def do_GET(self) -> None:
        Server.seen.append(self.path)
        self.path = self.path.partition("?")[0]
        if self.path.startswith("/redirect-to-metadata"):
            self._answer(302, b"", location="http://169.254.169.254/latest/")
        elif self.path.startswith("/redirect"):
            self._answer(302, b"", location="/good")
        elif self.path == "/long":
            self._answer(200, b"x" * 500_000)
        elif self.path == "/bomb":
            import gzip

            self._answer(200, gzip.compress(b"0" * 5_000_000), encoding="gzip")
        elif self.path == "/slow-head":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            self._drip(b"X-A: b\r\n")
        elif self.path == "/slow-body":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            self._drip(b"x")
        else:
            self._answer(200, b'{"said": "good"}')

    def _answer(self, status: int, body: bytes, location: str = "", encoding: str = "") -> None:
        self.send_response(status)
        for name, value in (("Location", location), ("Content-Encoding", encoding)):
            if value:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self, piece: bytes) -> None:
        stop = threading.Event()
        try:
            while not stop.wait(0.05):
                self.wfile.write(piece)
        except OSError:
            return

    def log_message(self, *args: Any) -> None:
        return


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.daemon_threads = True
    server.handle_error = lambda *args: None  # type: ignore[method-assign]
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving() as at:
        yield at


def outward(*origins: str, networks: str = "", ca: str = "") -> Outward:
    return Outward.from_environment(
        {"QIMING_OUTWARD": ",".join(origins), "QIMING_OUTWARD_NETWORKS": networks, "QIMING_OUTWARD_CA": ca}
    )


def names(monkeypatch: pytest.MonkeyPatch, **answers: list[str]) -> list[str]:
    """Let names lead where the test wants; each further look-up of a name takes the next answer."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def answer(host: Any, at: Any, *args: Any, **kwargs: Any) -> Any:
        key = str(host).replace(".", "_")
        if key not in answers:
            return real(host, at, *args, **kwargs)
        asked.append(str(host))
        row = answers[key]
        found = row.pop(0) if len(row) > 1 else row[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, at)) for one in found.split()]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


def test_nothing_is_reached_unless_it_is_listed(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QIMING_OUTWARD", raising=False)
    Server.seen.clear()
    with pytest.raises(OutwardRefused):
        fetch.session().get(f"http://127.0.0.1:{port}/good")
    monkeypatch.setenv("QIMING_OUTWARD", f"http://127.0.0.1:{port}")
    assert fetch.session().get(f"http://127.0.0.1:{port}/good").json() == {"said": "good"}
    assert Server.seen == ["/good"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}@elsewhere.example/",
        "http://user:secret@127.0.0.1:{port}/",
        "http://127.0.0.1:1/",
        "https://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.1:{port}/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/",
        "http:///good",
        "http://127.0.0.1:99999/",
    ],
)
def test_another_spelling_is_another_server(port: int, url: str) -> None:
    Server.seen.clear()
    with pytest.raises(requests.RequestException):
        fetch.session(outward=outward(f"http://127.0.0.1:{port}")).get(url.format(port=port))
    assert not Server.seen


def test_plain_http_may_be_listed_for_this_machine_only() -> None:
    with pytest.raises(ValueError, match="https"):
        outward("http://id.example.edu.cn")
    with pytest.raises(ValueError, match="scheme, host and port"):
        outward("https://id.example.edu.cn/path")
    with pytest.raises(ValueError, match="http"):
        outward("id.example.edu.cn")
    assert Origin("http", "::1", 80).is_loopback and not Origin("http", "localhost.example", 80).is_loopback


def test_a_listed_name_that_leads_inside_is_refused(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = outward(f"https://id.example:{port}")
    for inside in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "93.184.215.14 192.168.0.1"):
        names(monkeypatch, id_example=[inside])
        with pytest.raises(OutwardRefused, match="address"):
            fetch.session(SHORT, allowed).get(f"https://id.example:{port}/")


def test_a_name_that_changes_its_answer_gains_nothing(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: good when judged, loopback when connected. It is looked up once, and that answer is used."""
    reached: list[tuple[str, int]] = []

    def connect(to: tuple[str, int], **_: Any) -> socket.socket:
        reached.append(to)
        raise OSError("nothing is sent in a test")

    monkeypatch.setattr(fetch, "create_connection", connect)
    asked = names(monkeypatch, id_example=["93.184.215.14", "127.0.0.1"])
    Server.seen.clear()
    with pytest.raises(OutwardFailed):
        fetch.session(SHORT, outward(f"https://id.example:{port}")).get(f"https://id.example:{port}/")
    assert asked == ["id.example"] and reached == [("93.184.215.14", port)]
    # The next request asks again and meets the second answer.
    with pytest.raises(OutwardRefused):
        fetch.session(SHORT, outward(f"https://id.example:{port}")).get(f"https://id.example:{port}/")
    assert not Server.seen


def test_a_redirect_is_not_followed_unless_asked_for(port: int) -> None:
    base = f"http://127.0.0.1:{port}"
    with pytest.raises(requests.TooManyRedirects):
        fetch.session(SHORT, outward(base)).get(f"{base}/redirect")
    followed = fetch.session(Limits(redirects=1), outward(base))
    assert followed.get(f"{base}/redirect").status_code == 200
    with pytest.raises(OutwardRefused):
        followed.get(f"{base}/redirect-to-metadata")


@pytest.mark.parametrize("path", ["/long", "/bomb", "/slow-head", "/slow-body"])
def test_an_answer_without_end_is_cut(port: int, path: str) -> None:
    began = datetime.now(UTC)
    with pytest.raises(OutwardFailed, match="long"):
        fetch.session(SHORT, outward(f"http://127.0.0.1:{port}")).get(f"http://127.0.0.1:{port}{path}")
    assert datetime.now(UTC) - began < timedelta(seconds=3)


def test_neither_log_nor_error_holds_a_secret(port: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="qiming")
    base = f"http://127.0.0.1:{port}"
    asker = fetch.session(SHORT, outward(base))
    asker.get(f"{base}/good?code=hidden-1", headers={"Authorization": "Bearer hidden-2"})
    with pytest.raises(OutwardFailed) as failed:
        asker.get(f"{base}/slow-head?token=hidden-3")
    closed = outward("http://127.0.0.1:9")
    with pytest.raises(OutwardFailed) as unreachable:
        fetch.session(SHORT, closed).get("http://127.0.0.1:9/?token=hidden-4")
    assert "hidden" not in f"{caplog.text}{failed.value}{unreachable.value}"
    assert f"GET {base}: 200" in caplog.text


def test_the_environment_of_the_machine_is_not_used(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    base = f"http://127.0.0.1:{port}"
    assert fetch.session(SHORT, outward(base)).get(f"{base}/good").status_code == 200


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for id.example that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "id.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("id.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (tmp_path / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
    (tmp_path / "ca.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return tmp_path


def test_tls_is_held_to_the_name_and_to_the_configured_authority(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate / "ca.pem", certificate / "key.pem")
    names(monkeypatch, id_example=["127.0.0.1"], other_example=["127.0.0.1"])
    with serving(tls) as port:
        good, wrong_name = f"https://id.example:{port}", f"https://other.example:{port}"
        inside = {"networks": "127.0.0.0/8"}
        trusting = outward(good, wrong_name, ca=str(certificate / "ca.pem"), **inside)
        assert fetch.session(Limits(), trusting).get(f"{good}/good").status_code == 200
        with pytest.raises(OutwardFailed, match="certificate"):
            fetch.session(Limits(), trusting).get(f"{wrong_name}/good")
        with pytest.raises(OutwardFailed, match="certificate"):
            fetch.session(Limits(), outward(good, **inside)).get(f"{good}/good")


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("168.63.129.16", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("192.88.99.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.215.14", False),
        ("::127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("2001:0:7f00:1::", False),
    ],
)
def test_which_addresses_may_be_reached(address: str, good: bool) -> None:
    assert may_connect(ip_address(address)) is good


def test_an_operator_opens_inner_networks_but_never_the_keys_of_a_cloud() -> None:
    everything = (ip_network("0.0.0.0/0"), ip_network("::/0"))
    assert may_connect(ip_address("10.20.3.4"), (ip_network("10.20.0.0/16"),))
    assert not may_connect(ip_address("10.21.3.4"), (ip_network("10.20.0.0/16"),))
    for address in ("169.254.169.254", "100.100.100.200", "fd00:ec2::254", "fe80::a9fe:a9fe", "0.0.0.0"):
        assert not may_connect(ip_address(address), everything)


@given(st.ip_addresses(v=4))
def test_an_address_in_disguise_is_never_better_than_itself(address: Any) -> None:
    number = int(address)
    disguises = (
        f"::ffff:{address}",
        f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}",
        f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1",
    )
    assert not any(may_connect(ip_address(one)) for one in disguises)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9%eth0", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "?"),
        ("no address", "?"),
    ],
)
def test_who_is_counted_as_one_asker(text: str, unit: str) -> None:
    assert neighbourhood(text) == unit
    assert addresses.parse("name.example") is None
