"""A whole installation for the browser tests: started as an operator starts it, with a demo city on a school day.

The city is built once for a run of tests; every file of tests then starts on a copy of it.
"""

import fcntl
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
# A Friday in week 12, before the fourth period: the demo city has a past, and there is a lesson today.
CLOCK = "2026-11-20T09:50:00+08:00"
START_S = 240
PASSWORD = "qiming-demo-2026"


@dataclass(slots=True)
class Installation:
    """A running `qiming up`."""

    base: str
    home: Path
    process: subprocess.Popen[bytes] | None = None

    def pupil_cards(self, group: str = "七年级（3）班") -> list[tuple[str, str, list[str]]]:
        """Cards of a class printed with the demo accounts: (name, address on the card, names of the three pictures)."""
        text = (self.home / "demo-accounts.txt").read_text().partition(f"学生（{group}）")[2]
        cards = [line.split() for line in text.partition("\n\n")[0].splitlines() if "/c/" in line]
        return [(words[1], words[2], words[3].split("、")) for words in cards]

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def remove(self) -> None:
        """Stop, and keep nothing but the log: forty cities of 150 MB would fill a small disk."""
        self.stop()
        for found in self.home.iterdir():
            if found.is_dir():
                shutil.rmtree(found, ignore_errors=True)


def start_copy(home: Path, model: Path) -> Installation:
    """Start on a copy of the demo city at `model`, which the first who asks builds (others wait for it)."""
    model.parent.mkdir(parents=True, exist_ok=True)
    with model.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (model / "complete").exists():
            start(model).stop()
            (model / "complete").touch()
    # `cp -a` keeps the owner: as root, the database's files belong to somebody else.
    subprocess.run(["cp", "-a", "--reflink=auto", f"{model}/.", str(home)], check=True)
    return start(home)


def outside() -> dict[str, str]:
    """The environment as it is without the tests: with their database nothing of the installation would be found."""
    hidden = {
        "DATABASE_URL",
        "QIMING_TESTING",
        "QIMING_TEST_SERVER",
        "QIMING_DB_ROLE",
        "DJANGO_SETTINGS_MODULE",
    }
    return {name: value for name, value in os.environ.items() if name not in hidden}


def start(home: Path, *, clock: str = CLOCK) -> Installation:
    """Start an installation on an empty home, or on one that was stopped, and wait until it answers."""
    port = _free_port()
    environment = outside()
    environment |= {"QIMING_HOME": str(home), "QIMING_CLOCK": clock, "QIMING_WORKERS": "2"}
    log = home / "up.log"
    home.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [Path(sys.executable).parent / "qiming", "up", "--demo", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
    )
    running = Installation(f"http://127.0.0.1:{port}", home, process)
    _wait(running)
    return running


def _wait(running: Installation) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and (running.process is None or running.process.poll() is None):
        try:
            with urlopen(f"{running.base}/alive", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.3)
    running.stop()
    raise RuntimeError(
        f"the installation did not start:\n{(running.home / 'up.log').read_text(errors='replace')[-3000:]}"
    )


def _free_port() -> int:
    """Below those that the system hands out by itself: no connection of a browser takes it before the server has it."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def chromium() -> str:
    """The system's own browser."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise RuntimeError("no Chromium on this machine: `make test` installs it, or install it by hand")
