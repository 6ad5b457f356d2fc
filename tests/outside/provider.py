"""A real OpenID Connect provider on this machine (`web/testing/provider.mjs`), and somebody logging in there."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import requests
import yaml

ROOT = Path(__file__).resolve().parents[2]
SECRET_NAME = "QIMING_OIDC_TEST"
SECRET = "s" * 32
START_S = 30


@dataclass(slots=True)
class Running:
    """The provider's process."""

    issuer: str
    process: subprocess.Popen[bytes]

    def fault(self, kind: str) -> None:
        """Make the next identity tokens wrong in this way; "" for right ones."""
        requests.post(f"{self.issuer}/fault", params={"kind": kind}, timeout=5).raise_for_status()

    def log_in(self, address: str, who: str, *, cancel: bool = False) -> str:
        """Go to the provider as a browser would and log in as `who`; returns the address it sends back to."""
        browser = requests.Session()
        answer = browser.get(address, timeout=5)
        page = answer.text
        target = re.search(r'action="([^"]+)"', page)
        assert target, page[:500]
        where = urljoin(answer.url, target[1])
        if cancel:
            abort = re.search(r'href="([^"]*abort[^"]*)"', page)
            assert abort, page[:500]
            step = browser.get(urljoin(answer.url, abort[1]), timeout=5, allow_redirects=False)
        else:
            typed = {"prompt": "login", "login": who, "password": "x"}
            step = browser.post(where, data=typed, timeout=5, allow_redirects=False)
        while step.headers["Location"].startswith((self.issuer, "/")):
            where = urljoin(self.issuer, step.headers["Location"])
            step = browser.get(where, timeout=5, allow_redirects=False)
        return step.headers["Location"]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)


def start(redirects: Sequence[str]) -> Running:
    """Start the provider and wait until it answers."""
    port = free_port()
    assert (ROOT / "web" / "node_modules" / "oidc-provider").exists(), "run npm ci in web/ (make web does)"
    process = subprocess.Popen(
        [sys.executable, "-m", "qiming.site.node", "node", "web/testing/provider.mjs", str(port), *redirects],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    running = Running(f"http://localhost:{port}", process)
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            requests.get(f"{running.issuer}/.well-known/openid-configuration", timeout=1)
            return running
        except requests.RequestException:
            time.sleep(0.1)
    process.kill()
    raise RuntimeError("the provider did not start")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def write(path: Path, issuer: str, **more: object) -> Path:
    """The operator's file that names this provider."""
    entry = {
        "key": "city",
        "name": "示例市统一身份认证",
        "issuer": issuer,
        "client_id": "qiming",
        "client_secret_env": SECRET_NAME,
        "for": ["staff", "pupil", "guardian"],
    }
    path.write_text(yaml.safe_dump({"providers": [entry | more]}, allow_unicode=True))
    return path
