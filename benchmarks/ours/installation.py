"""Starts and stops `qiming up` as an operator does, on a folder of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import processes
from benchmarks.machine import ROOT
from benchmarks.people import Person, Wire

# A Friday in week 12: the demo city has a past, and there is a lesson today.
CLOCK = "2026-11-20T09:50:00+08:00"
START_S = 180
STOP_S = 25
# What would lead to another installation, or to the tests' shortcuts.
_HIDDEN = ("DATABASE_URL", "QIMING_TESTING", "QIMING_TEST_SERVER", "QIMING_SECRET", "QIMING_POOL")


class Installation:
    """One installation on loopback."""

    def __init__(self, home: Path, port: int, *, demo: bool = True) -> None:
        self.home = home
        self.port = port
        self._demo = demo
        self._process: subprocess.Popen[bytes] | None = None
        kept = {name: value for name, value in os.environ.items() if name not in _HIDDEN}
        self.environment = kept | {
            "QIMING_HOME": str(home),
            "QIMING_CLOCK": CLOCK,
            "QIMING_WORKERS": "2",
            "QIMING_DB_ROLE": "app",
            "DJANGO_SETTINGS_MODULE": "qiming.site.settings",
        }

    @property
    def pid(self) -> int:
        """The supervisor's number."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> float:
        """Start it; the seconds until it answers a request."""
        self.home.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        with (self.home / "up.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "qiming.site",
                    "up",
                    *(["--demo"] if self._demo else []),
                    "--port",
                    str(self.port),
                ],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() - began > START_S:
                self.stop()
                said = (self.home / "up.log").read_text(errors="replace")[-2000:]
                raise RuntimeError(f"the installation did not start:\n{said}")
            time.sleep(0.1)
        return time.monotonic() - began

    def stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def scene(self, what: str = "loop") -> dict[str, Any]:
        """Begin a period with a class and learn who takes part; `what`: loop, term (sizes), city."""
        return self._inside("benchmarks.ours.scene", what)

    def measure(self, what: str) -> dict[str, Any]:
        """Something that only a program inside the installation can tell; `what`: size, ledger."""
        return self._inside("benchmarks.ours.inside", what)

    def _inside(self, module: str, word: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.run(module, word))
        return told

    def run(self, module: str, *words: str, **more: str) -> str:
        """What a program of the installation prints; `more` are environment variables."""
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env=self.environment | more,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout

    def groups(self) -> dict[str, list[int]]:
        """The processes, by what they do: web (granian and its workers), database, background worker."""
        assert self._process is not None
        below = processes.children().get(self._process.pid, [])
        postmaster = (self.home / "pg" / "postmaster.pid").read_text().split()[0]
        return {
            "web": [pid for pid in below if "granian" in processes.command_of(pid)],
            "database": [int(postmaster)],
            "background": [pid for pid in below if "qiming.site.steps" in processes.command_of(pid)],
        }

    def _answers(self) -> bool:
        wire = Wire(self.port)
        try:
            return Person().ask(wire, "GET", "/alive").status == 200
        except OSError:
            return False
        finally:
            wire.close()
