"""Starts the parts of an installation in order, watches them, and stops them together."""

import contextlib
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

from qiming.site import database, home, listening, postgres

GRACE_S = 8.0
POLL_S = 0.3
TRIES = 6  # to come up at all; what has once been up is started again for ever
UP_AFTER_S = 5.0
BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)
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


def serve(what: str, *, host: str = "", port: int = 0, workers: int = 0) -> int:
    """Run only the web workers (`web`), the door to models (`gateway`), the background worker (`worker`) or the worker
    that runs pupils' programs (`judge`) beside a server of one's own.

    Any number of each may run, on any number of machines: they keep nothing between requests. Tables and static
    files are `prepare`'s work, done once before.
    """
    if not home.database_url() and not (what == "gateway" and database.is_running(home.path())):
        raise database.DatabaseTrouble("要先设 DATABASE_URL：内置数据库只由 qiming up 一起启动和停止。")
    if port:
        _refuse_taken_port(host, port)
    if what == "web":
        os.environ.setdefault("QIMING_HOSTS", ",".join(listening.own_names(host)))
    say = _Steps()
    if what == "gateway":
        return _watch([_gateway(host, port, workers)], lambda _: None)
    parts = [_web(host, port, workers)] if what == "web" else [_step(what)]
    return _watch(parts, lambda stopping: _announce(host, port, say, stopping) if what == "web" else None)


def _run(*, demo: bool, host: str, port: int, workers: int) -> int:
    _refuse_half_restored(home.path())
    _refuse_taken_port(host, port)
    os.environ.setdefault("QIMING_HOSTS", ",".join(listening.own_names(host)))
    if os.environ.get("QIMING_HTTPS") != "1":
        os.environ.setdefault("QIMING_ADDRESS", f"http://{os.environ['QIMING_HOSTS'].split(',')[0]}:{port}")
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
        doors = _doors(host)
        parts = [_web(host, port, workers), _step("worker"), _step("judge"), *doors]
        if embedded:
            parts.append(_database(home.path()))
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
    """A process of the installation. One with `stands` is only started when that says that it must be."""

    name: str
    command: list[str]
    environment: dict[str, str]
    stands: Callable[[], bool] | None = None
    process: subprocess.Popen[bytes] | None = None
    has_been_up: bool = False
    ended: int = 0  # times in a row
    since: float = 0.0
    not_before: float = 0.0

    def start(self) -> None:
        self.since = clock.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - the supervisor has no threads
        )

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def look_after(self) -> bool:
        """Start it again when it has ended, ever more slowly; False when it never came up and is given up."""
        now = clock.monotonic()
        if self.is_running() or (self.stands and self.stands()):
            if now - self.since > UP_AFTER_S:
                self.has_been_up, self.ended = True, 0
            if not self.is_running():
                self.process = None  # it did its work and is gone
            return True
        if self.process is not None:
            self._clear(now)
        if self.ended >= TRIES and not self.has_been_up:
            return False
        if now >= self.not_before:
            self.start()
        return True

    def _clear(self, now: float) -> None:
        """Note that it ended, and end what it left behind: workers whose master was killed would serve on."""
        assert self.process
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process = None
        self.not_before = now + BACKOFF_S[min(self.ended, len(BACKOFF_S) - 1)]
        self.ended += 1
        print(f"{self.name} 停了，正在重新启动（第 {self.ended} 次）。", file=sys.stderr, flush=True)


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
        "--respawn-interval", "0.5",
        "--log-level", "warning", "--no-ws", "qiming.site.wsgi:application",
    ]  # fmt: skip
    return Part("web", command, _environment())


def _doors(host: str) -> list[Part]:
    """The door to models, where there is a model to lead to (or QIMING_GATEWAY=1); pages are told its port."""
    if os.environ.get("QIMING_GATEWAY") != "1" and not database.has_model():
        return []
    port = int(os.environ.get("QIMING_GATEWAY_PORT", "8040"))
    where = os.environ.get("QIMING_GATEWAY_HOST", host)
    if trouble := listening.port_trouble(where, port):
        raise database.DatabaseTrouble(
            f"port {port} on {where} is taken ({trouble}); choose another for the models: QIMING_GATEWAY_PORT=8041 qiming up"
        )
    os.environ.setdefault("QIMING_GATEWAY_URL", f":{port}")
    return [_gateway(where, port, int(os.environ.get("QIMING_GATEWAY_WORKERS", "1")))]


def _gateway(host: str, port: int, workers: int) -> Part:
    """The door to models: long replies wait for models, so one process carries many of them."""
    command = [
        sys.executable, "-m", "granian", "--interface", "asgi", "--host", host, "--port", str(port),
        "--workers", str(workers or 1), "--loop", "asyncio", "--respawn-failed-workers", "--respawn-interval", "0.5",
        "--log-level", "warning", "--no-ws", "--http", "1", "qiming.site.gateway:application",
    ]  # fmt: skip
    return Part("gateway", command, _environment())


def _step(name: str) -> Part:
    """A background worker: what every room has to do, or pupils' programs."""
    return Part(name, [sys.executable, "-m", "qiming.site.steps", name], _environment())


def _database(root: Path) -> Part:
    """The embedded server is no child of ours; killed, it is started again by a process that then ends."""
    command = [sys.executable, "-m", "qiming.site.steps", "database"]
    return Part(
        "database", command, _environment(), stands=lambda: postgres.is_alive(root / "pg"), has_been_up=True
    )


def _stop_signals() -> list[signal.Signals]:
    """What tells this process to stop; SIGHUP only where nobody asked to outlive the terminal."""
    heard = [signal.SIGINT, signal.SIGTERM]
    return heard if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else [*heard, signal.SIGHUP]


def _watch(parts: list[Part], when_ready: Callable[[list[int]], None]) -> int:
    stopping: list[int] = []
    for number in _stop_signals():
        signal.signal(number, lambda received, _frame: stopping.append(received))
    for part in parts:
        if part.stands is None:
            part.start()
    when_ready(stopping)
    while not stopping:
        lost = [part.name for part in parts if not part.look_after()]
        if lost:
            print(f"{lost[0]} 反复停止，不再重启；运行 qiming doctor 看原因。", file=sys.stderr, flush=True)
            _stop(parts)
            return 1
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
