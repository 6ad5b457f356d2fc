"""Starts the parts of an installation in order, watches them, and stops them together."""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time as clock
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from qiming.site import database, home, listening

GRACE_S = 8.0
POLL_S = 0.3
RESTARTS_PER_MINUTE = 5
_PR_SET_PDEATHSIG = 1


def open_house(role: str = "app") -> None:
    """Start the embedded database when no DATABASE_URL is set, then load Django in `role`."""
    if not home.database_url():
        database.start(home.path())
    os.environ["QIMING_DB_ROLE"] = role
    import django  # settings read the database's address, which exists only now

    django.setup()


def migrate() -> None:
    """Bring the tables to this version's shape (needs the owner's role)."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def up(*, demo: bool, host: str, port: int, workers: int) -> int:
    """Run the installation in the foreground; returns the exit status."""
    # Until everything runs, being told to stop ends the start; what was started is stopped on the way out.
    for number in _stop_signals():
        signal.signal(number, lambda *_: sys.exit(0))
    with only_one(home.path()):
        return _run(demo=demo, host=host, port=port, workers=workers)


def _run(*, demo: bool, host: str, port: int, workers: int) -> int:
    _refuse_half_restored(home.path())
    _refuse_taken_port(host, port)
    os.environ.setdefault("QIMING_HOSTS", ",".join(listening.own_names(host)))
    embedded = not home.database_url()
    say = _Steps()
    try:
        if embedded:
            say("数据库")
            database.start(home.path())
        say("数据表、课程内容、静态文件")
        run_step("prepare", "owner")
        if demo:
            say("示例城市（合成数据，已有则跳过）")
            run_step("demo", "app")
        parts = [_web(host, port, workers), _worker()]
        return _watch(parts, lambda stopping: _announce(host, port, say, stopping))
    finally:
        if embedded:
            database.stop(home.path())


@contextmanager
def only_one(root: Path) -> Iterator[None]:
    """One installation runs in a QIMING_HOME at a time; one that is shutting down is waited for."""
    with (root / "up.lock").open("w") as lock:
        deadline = clock.monotonic() + GRACE_S + 4
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if clock.monotonic() > deadline:
                    raise database.DatabaseTrouble(
                        f"另一个 qiming up 正在用 {root}。要停它，回到它的窗口按 Ctrl-C；"
                        "要另开一份，请设另一个 QIMING_HOME 和 PORT。"
                    ) from None
                clock.sleep(POLL_S)
        yield


class _Steps:
    """Says what is being done and how long it has taken."""

    def __init__(self) -> None:
        self.began = clock.monotonic()

    def __call__(self, what: str) -> None:
        print(f"[{self.elapsed_s():5.1f} 秒] {what}", flush=True)

    def elapsed_s(self) -> float:
        return clock.monotonic() - self.began


@dataclass
class Part:
    """A process of the installation."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - the supervisor has no threads
        )

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None


def _end_with_parent() -> None:
    """In the child: be told to stop when the supervisor is killed, so that no part is left behind alone."""
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _environment(role: str = "app") -> dict[str, str]:
    return {**os.environ, "QIMING_DB_ROLE": role, "DJANGO_SETTINGS_MODULE": "qiming.site.settings"}


def run_step(step: str, role: str) -> None:
    """Run a step of `qiming.site.steps` in a process of its own, under the database role it needs."""
    done = subprocess.run(
        [sys.executable, "-m", "qiming.site.steps", step], env=_environment(role), check=False
    )
    if done.returncode:
        raise database.DatabaseTrouble(f"the step `{step}` failed; run `qiming doctor` for what to do")


def _web(host: str, port: int, workers: int) -> Part:
    count = workers or max(1, os.cpu_count() or 1)
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(count), "--blocking-threads", "4", "--respawn-failed-workers",
        "--log-level", "warning", "--no-ws", "qiming.site.wsgi:application",
    ]  # fmt: skip
    return Part("web", command, _environment())


def _worker() -> Part:
    return Part("worker", [sys.executable, "-m", "qiming.site.steps", "worker"], _environment())


def _stop_signals() -> list[signal.Signals]:
    """What tells this process to stop; SIGHUP only where nobody asked to outlive the terminal."""
    heard = [signal.SIGINT, signal.SIGTERM]
    return heard if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else [*heard, signal.SIGHUP]


def _watch(parts: list[Part], when_ready: Callable[[list[int]], None]) -> int:
    stopping: list[int] = []
    for number in _stop_signals():
        signal.signal(number, lambda received, _frame: stopping.append(received))
    for part in parts:
        part.start()
    when_ready(stopping)
    restarts: list[float] = []
    while not stopping:
        for part in [part for part in parts if part.has_ended()]:
            restarts = [moment for moment in restarts if moment > clock.monotonic() - 60]
            if len(restarts) >= RESTARTS_PER_MINUTE:
                print(
                    f"{part.name} 反复停止，不再重启；运行 qiming doctor 看原因。",
                    file=sys.stderr,
                    flush=True,
                )
                _stop(parts)
                return 1
            restarts.append(clock.monotonic())
            part.start()
        clock.sleep(POLL_S)
    _stop(parts)
    return 0


def _stop(parts: list[Part]) -> None:
    running = [part.process for part in parts if part.process and part.process.poll() is None]
    for process in running:
        process.terminate()
    deadline = clock.monotonic() + GRACE_S
    for process in running:
        try:
            process.wait(timeout=max(0.1, deadline - clock.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _refuse_half_restored(root: Path) -> None:
    """A restore that was cut off may have put aside one half of the data: an empty start would hide it."""
    if (root / "restoring").exists():
        raise database.DatabaseTrouble(
            f"上一次恢复没有做完。请再运行一次 qiming restore 备份目录 --into {root} --replace；"
            f"原来的数据在 {root} 或其中的 before-restore-… 里，没有删除。"
        )


def _refuse_taken_port(host: str, port: int) -> None:
    if trouble := listening.port_trouble(host, port):
        raise database.DatabaseTrouble(
            f"port {port} on {host} is taken ({trouble}); choose another: PORT=8010 make run"
        )


def _announce(host: str, port: int, say: "_Steps", stopping: list[int]) -> None:
    for _ in range(300):
        if stopping:
            return
        if listening.answers(host, port):
            break
        clock.sleep(0.1)
    print(f"[{say.elapsed_s():5.1f} 秒] 启明已经打开：{listening.address(host, port)}", flush=True)
    accounts = home.path() / "demo-accounts.txt"
    if accounts.exists():
        print(accounts.read_text(), flush=True)
    print("按 Ctrl-C 停止。", flush=True)
