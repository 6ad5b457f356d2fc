"""The supervisor: one at a time, parts that crash come back, everything stops together."""

import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from qiming.site import home, supervisor
from qiming.site.database import DatabaseTrouble


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIMING_HOME", str(tmp_path))
    monkeypatch.setattr(supervisor, "POLL_S", 0.02)


@pytest.fixture(autouse=True)
def own_signals() -> object:
    before = {number: signal.getsignal(number) for number in supervisor._stop_signals()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def part(name: str, code: str) -> supervisor.Part:
    return supervisor.Part(name, [sys.executable, "-c", code], dict(os.environ))


def test_a_second_one_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "GRACE_S", -3.8)
    with (
        supervisor.only_one(home.path()),
        pytest.raises(DatabaseTrouble, match="另一个 qiming up"),
        supervisor.only_one(home.path()),
    ):
        pass
    with supervisor.only_one(home.path()):
        pass


def test_one_that_is_shutting_down_is_waited_for() -> None:
    first = supervisor.only_one(home.path())
    first.__enter__()
    threading.Timer(0.2, lambda: first.__exit__(None, None, None)).start()
    with supervisor.only_one(home.path()):
        pass


def test_all_parts_stop_when_told_and_the_deaf_one_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "GRACE_S", 0.5)
    deaf = part("deaf", "import signal,time; signal.signal(15, signal.SIG_IGN); time.sleep(60)")
    polite = part("polite", "import time; time.sleep(60)")
    threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()
    began = time.monotonic()
    assert supervisor._watch([deaf, polite], lambda _: None) == 0
    assert time.monotonic() - began < 5
    assert deaf.has_ended() and polite.has_ended()


def test_what_crashes_comes_back_and_what_always_crashes_ends_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    starts = tmp_path / "starts"
    crashing = part("worker", f"open({str(starts)!r}, 'a').write('x')")
    steady = part("web", "import time; time.sleep(60)")
    assert supervisor._watch([crashing, steady], lambda _: None) == 1
    assert len(starts.read_text()) == 1 + supervisor.RESTARTS_PER_MINUTE
    assert steady.has_ended()
    assert "worker 反复停止" in capfd.readouterr().err


def test_a_taken_port_is_said_at_once() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(DatabaseTrouble, match="PORT="):
            supervisor._refuse_taken_port("127.0.0.1", other.getsockname()[1])
