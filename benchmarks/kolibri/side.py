"""Kolibri as a side of the benchmark: provisioned, seeded and started on a temporary home, SQLite as it comes."""

import itertools
import json
import os
import secrets
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.load import Step, Work
from benchmarks.people import HOST, Person, Wire
from benchmarks.results import Line
from benchmarks.sizes import Sizes

START_S = 120
_CSRF = "kolibri_csrftoken"


class Kolibri:
    """One server process on loopback that tells nobody outside that it exists."""

    name = "kolibri"

    def __init__(self, home: Path, venv: Path, port: int, sizes: Sizes) -> None:
        self.port = port
        self._sizes = sizes
        self._home = home
        self._program = str(venv / "bin" / "kolibri")
        self._process: subprocess.Popen[bytes] | None = None
        self._seed: dict[str, Any] = {}
        self._pupils = [Person(_CSRF) for _ in range(sizes.pupils)]
        self._coach = Person(_CSRF)
        self._environment = os.environ | {
            "KOLIBRI_HOME": str(home),
            "KOLIBRI_LISTEN_ADDRESS": HOST,
            "KOLIBRI_HTTP_PORT": str(port),
            "KOLIBRI_ZIP_CONTENT_PORT": str(_free_port()),
            "KOLIBRI_ZEROCONF_ENABLED": "False",
            "KOLIBRI_DISABLE_PING": "True",
            "BENCH_SEED_OUT": str(home / "bench-seed.json"),
            "BENCH_PUPILS": str(sizes.pupils),
            "BENCH_LESSONS": str(sizes.lessons),
        }
        self._environment.pop("DJANGO_SETTINGS_MODULE", None)

    # -- starting and stopping

    def start(self) -> list[Line]:
        self._home.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        self._run(
            "manage", "provisiondevice", "--facility", "Bench", "--preset", "formal", "--language_id", "zh-hans",
            "--superusername", "admin", "--superuserpassword", secrets.token_hex(12), "--noinput",
        )  # fmt: skip
        self._serve()
        first = time.monotonic() - began
        self.stop()
        self._run("shell", given=Path(__file__).with_name("seed.py").read_bytes())
        self._seed = json.loads((self._home / "bench-seed.json").read_text())
        began = time.monotonic()
        self._serve()
        second = time.monotonic() - began
        self._remember()
        return [
            Line(self.name, "first start, empty home", "s", round(first, 1)),
            Line(self.name, "second start", "s", round(second, 1)),
        ]

    def versions(self) -> dict[str, str]:
        done = subprocess.run(
            [self._program, "--version"], env=self._environment, capture_output=True, text=True, check=True
        )
        return {"kolibri": done.stdout.strip().rpartition(" ")[2]}

    def groups(self) -> dict[str, list[int]]:
        """One process is web tier and database (SQLite) at once."""
        assert self._process is not None
        return {"web": [self._process.pid]}

    def stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _run(self, *words: str, given: bytes = b"") -> None:
        done = subprocess.run(
            [self._program, *words], env=self._environment, input=given, capture_output=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"kolibri {words[0]} failed: {done.stderr[-1500:].decode(errors='replace')}")

    def _serve(self) -> None:
        with (self._home / "bench.log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, "start", "--foreground"], env=self._environment, stdout=log, stderr=log
            )
        until = time.monotonic() + START_S
        while time.monotonic() < until and self._process.poll() is None:
            wire = Wire(self.port)
            try:
                if Person().ask(wire, "GET", "/api/public/info/").status == 200:
                    return
            except OSError:
                time.sleep(0.1)
            finally:
                wire.close()
        self.stop()
        raise RuntimeError("kolibri did not start:\n" + (self._home / "bench.log").read_text()[-2000:])

    # -- people

    def sign_ins(self, first: int, count: int) -> list[Callable[[], float]]:
        return [self._sign_in(number % self._sizes.pupils) for number in range(first, first + count)]

    def _sign_in(self, number: int) -> Callable[[], float]:
        def sign_in() -> float:
            self._pupils[number], taken = self._enter(self._seed["pupils"][number]["username"])
            return taken

        return sign_in

    def _enter(self, username: str) -> tuple[Person, float]:
        person, wire = Person(_CSRF), Wire(self.port)
        person.ask(wire, "GET", "/zh-hans/auth/", expect=200)
        began = time.perf_counter()
        data = {"username": username, "password": self._seed["password"], "facility": self._seed["facility"]}
        person.ask(wire, "POST", "/api/auth/session/", data=data, expect=200)
        taken = time.perf_counter() - began
        wire.close()
        return person, taken

    def _remember(self) -> None:
        """The answers of two lessons, given through its own API."""
        self._coach, _ = self._enter(self._seed["coach"])
        wire, count = Wire(self.port), 0
        for number in range(self._sizes.pupils):
            self._sign_in(number)()
            for lesson in self._seed["lessons"][: self._sizes.had]:
                for exercise in lesson["exercises"]:
                    session = self._open(wire, self._pupils[number], lesson, exercise)
                    asked = exercise["questions"][: self._sizes.each]
                    self._answer(wire, self._pupils[number], session, asked, number)
                    count += len(asked)
        wire.close()
        print(f"kolibri: the class has {self._sizes.pupils} pupils and {count} answers behind it", flush=True)

    def _open(self, wire: Wire, who: Person, lesson: dict[str, Any], exercise: dict[str, Any]) -> str:
        data = {
            "lesson_id": lesson["id"],
            "node_id": exercise["node"],
            "content_id": exercise["content"],
            "channel_id": self._seed["channel"],
            "kind": "exercise",
            "mastery_model": {"type": "m_of_n", "m": 8, "n": 10},
        }
        opened = who.ask(wire, "POST", "/api/logger/trackprogress/", data=data, expect=200)
        return str(opened.json()["session_id"])

    def _answer(self, wire: Wire, who: Person, session: str, questions: list[str], turn: int) -> None:
        given = [
            {
                "item": question,
                "correct": (turn + place) % 2,
                "complete": True,
                "time_spent": 8,
                "answer": {"choice": "b"},
                "simple_answer": "b",
            }
            for place, question in enumerate(questions)
        ]
        data = {"progress_delta": 0.01, "time_spent_delta": 8, "interactions": given}
        who.ask(wire, "PUT", f"/api/logger/trackprogress/{session}/", data=data, expect=200)

    # -- what is measured, under the names ours has

    def works(self) -> list[Work]:
        room, me = self._seed["class"], self._seed["pupils"][0]["id"]
        return [
            Work("sign-in-page", "the page on which everybody signs in", self._gets([Person(_CSRF)], "/zh-hans/auth/")),
            Work("report", "coach's class summary (JSON)", self._gets([self._coach], f"/coach/api/classsummary/{room}/")),
            Work("attempt", "one interaction of a pupil in a lesson's exercise", self._attempt),
            Work("sync-200", "a small GET: the pupil's own account", self._gets(self._pupils[:1], f"/api/auth/facilityuser/{me}/")),
            Work("pupil-home", "the pupil's class home (JSON only)", self._gets(self._pupils, f"/learn/api/learnerclassroom/{room}/")),
        ]  # fmt: skip

    def _attempt(self, number: int, of: int) -> Step:
        wire = Wire(self.port)
        lesson = self._seed["lessons"][self._sizes.had]
        exercise = lesson["exercises"][0]
        share = self._pupils[number::of] or [self._pupils[number % len(self._pupils)]]
        mine = [(who, self._open(wire, who, lesson, exercise)) for who in share]
        turns = itertools.cycle(mine)
        count = itertools.count()

        def step() -> None:
            who, session = next(turns)
            self._answer(wire, who, session, [uuid.uuid4().hex], next(count))

        return step

    def _gets(self, people: list[Person], path: str) -> Callable[[int, int], Step]:
        def client(number: int, of: int) -> Step:
            wire = Wire(self.port)
            turns = itertools.cycle(people[number::of] or people)
            return lambda: _expect_200(next(turns), wire, path)

        return client

    def pages(self) -> dict[str, tuple[Person, str]]:
        return {"pupil's home": (self._pupils[0], "/zh-hans/learn/")}


def _expect_200(who: Person, wire: Wire, path: str) -> None:
    who.ask(wire, "GET", path, expect=200)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
