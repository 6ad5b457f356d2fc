"""One program in a sandbox of its own: started, spoken to in lines of JSON, watched, ended with everything below it.

Nothing here trusts what comes out: a line that is no JSON, too much of anything, silence and death are all ordinary ends.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

from qiming.judge import seccomp, walls
from qiming.judge.ground import Ground
from qiming.judge.limits import Ending, Limits

TICK_S: Final = 0.02
ASK_STOP_S: Final = 0.3
MOST_COMPLAINT: Final = 2000
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_SIGNALLED: Final = 128


@dataclass(frozen=True, slots=True)
class Report:
    """How a run ended and what it used; `complaint` is what was said on the error channel, for the operator."""

    ending: Ending
    exit: int
    wall_ms: int
    cpu_ms: int
    peak_mb: int
    complaint: str


class Box:
    """Use as a context: whatever happens, nothing is left running."""

    report: Report

    def __init__(
        self,
        ground: Ground,
        module: str,
        limits: Limits,
        *,
        should_stop: Callable[[], bool] = lambda: False,
        rooted: bool | None = None,
    ) -> None:
        self.limits = limits
        self._should_stop = should_stop
        self._why: Ending | None = None
        self._heard = bytearray()
        self._complaint = bytearray()
        self._taken = 0
        self._waiting = b""
        self._peak_mb = 0
        self._spent_s: dict[int, float] = {}
        self._began = self._asked = time.monotonic()
        self._process = self._start(ground, module, os.geteuid() == 0 if rooted is None else rooted)
        self._ears = {
            stream.fileno(): kept
            for stream, kept in ((self._process.stdout, self._heard), (self._process.stderr, self._complaint))
            if stream
        }
        for number in (*self._ears, self._mouth):
            os.set_blocking(number, False)

    @property
    def _mouth(self) -> int:
        assert self._process.stdin
        return self._process.stdin.fileno()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def send(self, told: dict[str, Any]) -> None:
        """Says something to the program; it goes out while `hear` listens."""
        self._waiting += json.dumps(told).encode() + b"\n"

    def hear(self) -> dict[str, Any] | None:
        """The next thing the program says; None when there will be no more."""
        while True:
            line, found, rest = self._heard.partition(b"\n")
            if found:
                self._heard[:] = rest
                return _read(line)
            if self._why or not self._turn():
                return None

    def stop(self, why: Ending = Ending.STOPPED) -> None:
        """Ends it now."""
        self._why = self._why or why
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Ends what still runs and makes the report. A program that has nothing more to say is given no time."""
        if self._process.returncode is not None:
            return
        while not self._why and self._ears and self._turn():
            if b"\n" in self._heard:  # it goes on talking and nobody listens any more
                self.stop(Ending.DONE)
        if self._why:
            self.stop(self._why)
        _, status, used = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError):
                assert stream
                stream.close()
        cpu_s = max(used.ru_utime + used.ru_stime, sum(self._spent_s.values()))
        self.report = Report(
            self._why or self._ending(cpu_s),
            self._process.returncode,
            round((time.monotonic() - self._began) * 1000),
            round(cpu_s * 1000),
            self._peak_mb,
            self._complaint.decode(errors="replace").strip()[:MOST_COMPLAINT],
        )

    def _ending(self, cpu_s: float) -> Ending:
        code = self._process.returncode
        if code == 0:
            return Ending.DONE
        if self._complaint.startswith(b"bwrap:"):
            return Ending.NO_SANDBOX
        if code == _SIGNALLED + signal.SIGXCPU:
            return Ending.CPU
        if (
            code == _SIGNALLED + signal.SIGKILL
        ):  # past the second limit of the processor, or the machine is full
            return Ending.CPU if cpu_s >= self.limits.cpu_s / 2 else Ending.MEMORY
        return Ending.CRASHED

    def _start(self, ground: Ground, module: str, rooted: bool) -> subprocess.Popen[bytes]:
        filter_file = os.memfd_create("filter", 0)
        try:
            os.write(filter_file, seccomp.program())
            os.lseek(filter_file, 0, os.SEEK_SET)
            command = walls.command(ground, module, self.limits, filter_file, rooted=rooted)
            return subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env={},
                start_new_session=True,
                pass_fds=(filter_file,),
                cwd="/",
            )
        finally:
            os.close(filter_file)

    def _turn(self) -> bool:
        """Speaks, listens and looks once; False when the program has closed its mouth."""
        writes = [self._mouth] if self._waiting else []
        can_read, can_write, _ = select.select(list(self._ears), writes, [], TICK_S)
        if can_write:
            self._speak()
        for number in can_read:
            self._listen(number)
        self._look()
        return bool(self._ears)

    def _speak(self) -> None:
        try:
            self._waiting = self._waiting[os.write(self._mouth, self._waiting[:65536]) :]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            self._waiting = b""

    def _listen(self, number: int) -> None:
        got = os.read(number, 65536)
        if not got:
            del self._ears[number]
            return
        self._taken += len(got)
        if self._taken > self.limits.said_kb * 1024:
            self.stop(Ending.OUTPUT)
        else:
            self._ears[number].extend(got)

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._began > self.limits.wall_s:
            self.stop(Ending.WALL)
        if now - self._asked > ASK_STOP_S:
            self._asked = now
            if self._should_stop():
                self.stop()
        held = 0
        for pid in below(self._process.pid):
            held += _own_memory(pid) >> 20
            self._spent_s[pid] = max(_spent_s(pid), self._spent_s.get(pid, 0.0))
        self._peak_mb = max(self._peak_mb, held)
        if held > self.limits.memory_mb:
            self.stop(Ending.MEMORY)


def _read(line: bytes | bytearray) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def below(pid: int) -> Iterator[int]:
    """The processes a process has started, and those they have."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:  # noqa: PTH123 - read fifty times a second
            children = [int(one) for one in file.read().split()]
    except OSError:
        return
    for child in children:
        yield child
        yield from below(child)


def _own_memory(pid: int) -> int:
    """Bytes a process holds beside what it shares with files."""
    try:
        with open(f"/proc/{pid}/statm") as file:  # noqa: PTH123 - read fifty times a second
            _, resident, shared, *_ = file.read().split()
    except (OSError, ValueError):
        return 0
    return (int(resident) - int(shared)) * _PAGE


def _spent_s(pid: int) -> float:
    """Processor time of a process so far, its threads together."""
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123 - read fifty times a second
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS
