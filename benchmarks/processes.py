"""Processor time and memory of a tree of processes, read from /proc (Linux)."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory of a group: `rss` counts a shared page once per process, `pss` once altogether."""

    rss_mib: float
    pss_mib: float


def children() -> dict[int, list[int]]:
    """Every process's children, as of now."""
    found: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            found.setdefault(int(fields[1]), []).append(int(entry.name))
    return found


def tree(roots: Iterable[int]) -> list[int]:
    """The processes `roots` and all below them."""
    below = children()
    waiting, found = list(roots), []
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += below.get(pid, [])
    return found


def command_of(pid: int) -> str:
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def cpu_s(roots: Iterable[int]) -> float:
    """Processor time (user and system) of the trees, with that of children that ended meanwhile."""
    ticks = 0
    for pid in tree(roots):
        if fields := _stat(pid):
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / _TICKS_PER_S


def machine_busy_s() -> float:
    """Processor time burnt by everything on this machine, and by its host (steal)."""
    fields = [int(field) for field in (_PROC / "stat").read_text().split("\n", 1)[0].split()[1:9]]
    user, nice, system, _idle, _wait, irq, softirq, steal = fields
    return (user + nice + system + irq + softirq + steal) / _TICKS_PER_S


def memory(roots: Iterable[int]) -> Memory:
    rss = pss = 0
    for pid in tree(roots):
        try:
            lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        sizes = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines[1:]}
        rss += sizes["Rss"]
        pss += sizes["Pss"]
    return Memory(round(rss / MIB, 1), round(pss / MIB, 1))


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name: [0] state, [1] parent, [11:15] utime, stime, cutime, cstime."""
    try:
        return (_PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []
