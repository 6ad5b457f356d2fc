"""Processes of an installation, to be killed without warning."""

import os
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import processes

Kill = Callable[[], bool]


class Victims:
    """The parts of the installation whose supervisor is `supervisor`, living in `home`."""

    def __init__(self, supervisor: int, home: Path, dice: random.Random) -> None:
        self._supervisor = supervisor
        self._home = home
        self._dice = dice

    def kinds(self) -> dict[str, Kill]:
        return {
            "web worker": lambda: self._one(self._web_workers()),
            "web master": lambda: self._one(self._web_masters()),
            "queue worker": lambda: self._one(self._below("qiming.site.steps worker")),
            "PostgreSQL": lambda: self._one(self._postmaster()),
            "a PostgreSQL backend": lambda: self._one(self._backends()),
        }

    def later(self, kind: str, delay_s: float) -> threading.Thread:
        """Kill one of that kind after `delay_s`, on a thread of its own."""

        def strike() -> None:
            time.sleep(delay_s)
            self.kinds()[kind]()

        thread = threading.Thread(target=strike)
        thread.start()
        return thread

    def _one(self, pids: list[int]) -> bool:
        if not pids:
            return False
        try:
            os.kill(self._dice.choice(pids), signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def _below(self, words: str) -> list[int]:
        below = processes.children().get(self._supervisor, [])
        return [pid for pid in below if words in processes.command_of(pid)]

    def _web_masters(self) -> list[int]:
        return self._below("granian")

    def _web_workers(self) -> list[int]:
        return [pid for master in self._web_masters() for pid in processes.tree([master]) if pid != master]

    def _postmaster(self) -> list[int]:
        try:
            return [int((self._home / "pg" / "postmaster.pid").read_text().split()[0])]
        except (OSError, ValueError, IndexError):
            return []

    def _backends(self) -> list[int]:
        found = processes.children().get(self._postmaster()[0], []) if self._postmaster() else []
        return [pid for pid in found if "qiming_app" in processes.command_of(pid)]
