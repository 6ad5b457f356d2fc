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
    assert not deaf.is_running() and not polite.is_running()


def test_what_never_comes_up_ends_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "BACKOFF_S", (0.0,))
    starts = tmp_path / "starts"
    crashing = part("worker", f"open({str(starts)!r}, 'a').write('x')")
    steady = part("web", "import time; time.sleep(60)")
    assert supervisor._watch([crashing, steady], lambda _: None) == 1
    assert len(starts.read_text()) == supervisor.TRIES
    assert not steady.is_running()
    assert "worker 反复停止" in capfd.readouterr().err


def test_what_has_been_up_is_started_again_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database away for an hour must not end the web workers that say so."""
    monkeypatch.setattr(supervisor, "BACKOFF_S", (0.0,))
    monkeypatch.setattr(supervisor, "UP_AFTER_S", 0.0)
    crashing = part("worker", "raise SystemExit(1)")
    crashing.start()
    assert crashing.look_after() and crashing.has_been_up
    for _ in range(2 * supervisor.TRIES):
        if crashing.process:
            crashing.process.wait()
        crashing.since = time.monotonic() + 60  # it was not up for long
        assert crashing.look_after()


def test_restarts_come_ever_more_slowly() -> None:
    crashing = part("worker", "raise SystemExit(1)")
    waits = []
    for _ in range(8):
        crashing.start()
        assert crashing.process
        crashing.process.wait()
        crashing.not_before = float("inf")
        crashing._clear(0.0)
        waits.append(crashing.not_before)
    assert waits == [*supervisor.BACKOFF_S, 5.0, 5.0, 5.0]


def test_workers_of_a_master_that_was_killed_do_not_serve_on(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    code = (
        "import subprocess,sys,time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(told)!r}, 'w').write(str(child.pid)); time.sleep(60)"
    )
    master = part("web", code)
    master.start()
    assert master.process
    while not told.exists() or not told.read_text():
        time.sleep(0.02)
    os.kill(master.process.pid, signal.SIGKILL)
    master.process.wait()
    master.look_after()
    child = Path(f"/proc/{told.read_text()}/stat")
    deadline = time.monotonic() + 5
    while child.exists() and child.read_text().split()[2] != "Z" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not child.exists() or child.read_text().split()[2] == "Z"
    supervisor._stop([master])


def test_what_is_no_child_is_started_only_when_it_is_gone(tmp_path: Path) -> None:
    standing = tmp_path / "standing"
    standing.touch()
    one = supervisor.Part(
        "database",
        [sys.executable, "-c", f"open({str(standing)!r}, 'w')"],
        dict(os.environ),
        stands=standing.exists,
        has_been_up=True,
    )
    assert one.look_after() and not one.is_running()
    standing.unlink()
    assert one.look_after()
    while not standing.exists():
        time.sleep(0.02)
    while one.is_running():
        time.sleep(0.02)
    assert one.look_after() and one.ended == 0


def test_a_taken_port_is_said_at_once() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(DatabaseTrouble, match="PORT="):
            supervisor._refuse_taken_port("127.0.0.1", other.getsockname()[1])


@pytest.mark.parametrize("what", ["web", "worker", "judge"])
def test_parts_alone_need_a_server_of_ones_own(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(DatabaseTrouble, match="DATABASE_URL"):
        supervisor.serve(what, host="127.0.0.1", port=8000)


@pytest.mark.parametrize(
    ("asked", "has_model", "opens"),
    [("", False, False), ("1", False, True), ("", True, True), ("0", True, True)],
)
def test_the_door_to_models_opens_with_a_model(
    monkeypatch: pytest.MonkeyPatch, asked: str, has_model: bool, opens: bool
) -> None:
    monkeypatch.setenv("QIMING_GATEWAY", asked)
    monkeypatch.setenv("QIMING_GATEWAY_PORT", "18047")
    monkeypatch.delenv("QIMING_GATEWAY_URL", raising=False)
    monkeypatch.setattr("qiming.site.database.has_model", lambda: has_model)
    parts = supervisor._doors("127.0.0.1")
    assert [part.name for part in parts] == (["gateway"] if opens else [])
    assert os.environ.pop("QIMING_GATEWAY_URL", None) == (":18047" if opens else None)


def test_a_taken_door_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIMING_GATEWAY", "1")
    monkeypatch.setattr("qiming.site.listening.port_trouble", lambda *_: "taken")
    with pytest.raises(DatabaseTrouble, match="QIMING_GATEWAY_PORT"):
        supervisor._doors("127.0.0.1")
