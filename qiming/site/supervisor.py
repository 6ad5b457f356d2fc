"""Starts the parts of an installation in order, watches them, and stops them together."""

import os
import signal
import socket
import subprocess
import sys
import time as clock
from collections.abc import Callable
from dataclasses import dataclass

from qiming.site import database, home

GRACE_S = 8.0
POLL_S = 0.3
RESTARTS_PER_MINUTE = 5


def open_house(role: str = "app") -> None:
    """Start the embedded database when no DATABASE_URL is set, then load Django in `role`."""
    if not os.environ.get("DATABASE_URL"):
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
    _refuse_taken_port(host, port)
    embedded = not os.environ.get("DATABASE_URL")
    say = _Steps()
    if embedded:
        say("数据库")
        database.start(home.path())
    try:
        say("数据表、课程内容、静态文件")
        _run_step("prepare", "owner")
        if demo:
            say("示例城市（合成数据，已有则跳过）")
            _run_step("demo", "app")
        parts = [_web(host, port, workers), _worker()]
        return _watch(parts, lambda: _announce(host, port, say.elapsed_s()))
    finally:
        if embedded:
            database.stop(home.path())


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
        self.process = subprocess.Popen(self.command, env=self.environment, start_new_session=True)

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None


def _environment(role: str = "app") -> dict[str, str]:
    return {**os.environ, "QIMING_DB_ROLE": role, "DJANGO_SETTINGS_MODULE": "qiming.site.settings"}


def _run_step(step: str, role: str) -> None:
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


def _watch(parts: list[Part], when_ready: Callable[[], None]) -> int:
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    for part in parts:
        part.start()
    when_ready()
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


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise database.DatabaseTrouble(
                f"port {port} on {host} is taken ({error.strerror}); choose another: PORT=8010 make run"
            ) from error


def _announce(host: str, port: int, elapsed_s: float) -> None:
    address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/"  # noqa: S104 - compared, not bound
    with_port = (host if host != "0.0.0.0" else "127.0.0.1", port)  # noqa: S104
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(with_port) == 0:
                break
        clock.sleep(0.1)
    print(f"[{elapsed_s:5.1f} 秒] 启明已经打开：{address}", flush=True)
    accounts = home.path() / "demo-accounts.txt"
    if accounts.exists():
        print(accounts.read_text(), flush=True)
    print("按 Ctrl-C 停止。", flush=True)
