"""Beyond one process: two web supervisors on one database, nginx with TLS before them, IPv4 and IPv6."""

import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from benchmarks.machine import ROOT
from benchmarks.people import Person, Wire
from drills.journey import sign_in_staff
from qiming.site import database, listening

HIDDEN = {"DATABASE_URL", "QIMING_TESTING", "QIMING_HOME", "QIMING_DB_ROLE", "HOST", "PORT"}
START_S = 120


@dataclass(slots=True)
class Two:
    """Two web supervisors with a data folder each, one database, one signing key."""

    ports: list[int]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder = tmp_path_factory.mktemp("stateless")
    server = database.start(folder / "server")
    common = {name: value for name, value in os.environ.items() if name not in HIDDEN} | {
        "DATABASE_URL": server.url("app"),
        "DATABASE_OWNER_URL": server.url("owner"),
        "QIMING_SECRET": "a signing key that both share, 1234567890abcdefXYZ",
        "QIMING_HOSTS": "127.0.0.1,localhost,[::1]",
        "TRUST_PROXY": "1",
    }
    homes = [folder / "one", folder / "other"]
    for home in homes:
        qiming({**common, "QIMING_HOME": str(home)}, "prepare")
    qiming({**common, "QIMING_HOME": str(homes[0])}, "demo")
    ports = [free_port(), free_port()]
    running = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "qiming.site",
                "web",
                "--host",
                "::",
                "--port",
                str(port),
                "--workers",
                "1",
            ],
            cwd=ROOT,
            env={**common, "QIMING_HOME": str(home)},
        )
        for home, port in zip(homes, ports, strict=True)
    ]
    try:
        for port in ports:
            until_it_answers(port)
        yield Two(ports)
    finally:
        for one in running:
            one.send_signal(signal.SIGTERM)
        for one in running:
            one.wait(30)
        database.stop(folder / "server")


def qiming(environment: dict[str, str], command: str) -> None:
    subprocess.run([sys.executable, "-m", "qiming.site", command], cwd=ROOT, env=environment, check=True)


def until_it_answers(port: int) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            if Person().ask(Wire(port), "GET", "/alive").status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("a web supervisor did not start")


@pytest.mark.timeout(300)
def test_one_session_goes_on_at_whichever_supervisor(two: Two) -> None:
    person = sign_in_staff(two.ports[0], "admin")
    for turn in range(20):
        person.ask(Wire(two.ports[turn % 2]), "GET", "/school/classes/", expect=200)
    form = {"csrfmiddlewaretoken": person.cookies["csrftoken"]}
    person.ask(Wire(two.ports[1]), "POST", "/sign-out/", form=form, expect=302)
    gone = person.ask(Wire(two.ports[0]), "GET", "/school/classes/")
    assert gone.goes_to.startswith("/sign-in/")


@pytest.mark.skipif(not listening.has_ipv6(), reason="this machine has no IPv6")
@pytest.mark.timeout(300)
def test_the_first_pages_over_both_kinds_of_address(two: Two) -> None:
    for host in ("127.0.0.1", "::1"):
        wire = http.client.HTTPConnection(host, two.ports[0], timeout=20)
        wire.request("GET", "/sign-in/")
        answer = wire.getresponse()
        assert answer.status == 200 and "启明" in answer.read().decode(), host


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed on this machine")
@pytest.mark.timeout(300)
def test_nginx_before_both(two: Two, tmp_path: Path) -> None:
    with nginx(tmp_path, web=two.ports, gateway=free_port()) as port:
        for host in ("127.0.0.1", "::1") if listening.has_ipv6() else ("127.0.0.1",):
            look(host, port)
        assert "/c/" not in (tmp_path / "access.log").read_text()


@contextmanager
def nginx(folder: Path, *, web: list[int], gateway: int) -> Iterator[int]:
    """Our nginx with TLS before these ports of this machine; the port it listens on."""
    port, plain = free_port(), free_port()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    site = (ROOT / "deploy" / "nginx" / "qiming.conf").read_text()
    for given, here in (
        ("/etc/nginx/tls", str(folder)),
        ("/etc/nginx/qiming-proxy.conf", str(ROOT / "deploy" / "nginx" / "proxy.conf")),
        ("server web:8000 max_fails=2 fail_timeout=5s;", "".join(f"server 127.0.0.1:{one};" for one in web)),
        ("server gateway:8040", f"server 127.0.0.1:{gateway}"),
        ("443 ssl", f"{port} ssl"),
        ("80;", f"{plain};"),
    ):
        assert given in site
        site = site.replace(given, here)
    (folder / "site.conf").write_text(site)
    conf = folder / "nginx.conf"
    conf.write_text(
        f"events {{}}\ndaemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\n"
        f"http {{ access_log {folder}/access.log; include {folder}/site.conf; }}\n"
    )
    running = subprocess.Popen(["nginx", "-c", conf])
    try:
        while not listening.answers("127.0.0.1", port):
            assert running.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.1)
        yield port
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(20)


class Door(BaseHTTPRequestHandler):
    """In the gateway's place: says which address was asked, then waits to be told before it ends."""

    protocol_version = "HTTP/1.1"
    go_on = threading.Event()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._chunk(f"data: {self.path}\n\n")
        assert self.go_on.wait(60)
        self._chunk("data: end\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _chunk(self, text: str) -> None:
        self.wfile.write(f"{len(text):x}\r\n{text}\r\n".encode())
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        pass


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed on this machine")
@pytest.mark.timeout(120)
def test_nginx_passes_a_model_s_words_on_as_they_come(tmp_path: Path) -> None:
    door = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=door.serve_forever, daemon=True).start()
    trusting = ssl._create_unverified_context()  # the certificate was made a moment ago
    try:
        with nginx(tmp_path, web=[free_port()], gateway=door.server_port) as port:
            wire = http.client.HTTPSConnection("127.0.0.1", port, timeout=60, context=trusting)
            wire.request("POST", "/gateway/talk/a-ticket", body=b"{}", headers={"Host": "localhost"})
            answer = wire.getresponse()
            first = answer.readline()  # there while the door has not ended
            Door.go_on.set()
            assert first == b"data: /talk/a-ticket\n" and b"data: end" in answer.read()
            wire.close()
        assert "a-ticket" not in (tmp_path / "access.log").read_text()
    finally:
        door.shutdown()
        door.server_close()


def test_the_compose_file_has_every_part_that_nginx_and_pages_ask_for() -> None:
    told = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
    services = told["services"]
    site = (ROOT / "deploy" / "nginx" / "qiming.conf").read_text()
    for name, port in re.findall(r"server ([a-z]+):(\d+) max_fails", site):
        assert port in services[name]["command"], name
        assert name in services["nginx"]["depends_on"]
    prefix = services["web"]["environment"]["QIMING_GATEWAY_URL"]
    assert f"location {prefix}/ {{" in site and services["gateway"]["environment"]["QIMING_OUTWARD"]
    assert all("ports" not in one for name, one in services.items() if name != "nginx")


def look(host: str, port: int) -> None:
    """A page through TLS: headers once each; a card's address is answered and not logged."""
    trusting = ssl._create_unverified_context()  # the certificate was made a moment ago
    wire = http.client.HTTPSConnection(host, port, timeout=20, context=trusting)
    wire.request("GET", "/sign-in/", headers={"Host": "localhost"})
    answer = wire.getresponse()
    answer.read()
    assert answer.status == 200
    for name in ("Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options"):
        assert len(answer.headers.get_all(name) or []) == 1, name
    wire.request("GET", "/c/abcdefghijkl", headers={"Host": "localhost"})
    wire.getresponse().read()
