"""`python -m benchmarks.run`: measure our own installation, and a peer beside it when one is named."""

import argparse
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from benchmarks import load, machine, processes, results, weight
from benchmarks.load import Work
from benchmarks.people import HOST, Person
from benchmarks.results import Line
from benchmarks.sizes import SIZES

ROUNDS = 3  # of pupils signing in at once
AT_ONCE = 30


class Side(Protocol):
    """What is measured: ours or a peer."""

    name: str
    port: int

    def start(self) -> list[Line]: ...
    def versions(self) -> dict[str, str]: ...
    def groups(self) -> dict[str, list[int]]: ...
    def sign_ins(self, first: int, count: int) -> list[Callable[[], float]]: ...
    def works(self) -> list[Work]: ...
    def pages(self) -> dict[str, tuple[Person, str]]: ...
    def stop(self) -> None: ...


def main() -> None:
    given = _arguments()
    told = results.header()
    home = Path(tempfile.mkdtemp(prefix="qiming-bench-"))
    began = time.monotonic()
    lines: list[Line] = []
    try:
        for number, side in enumerate(_sides(given, home)):
            deadline = began + given.limit * (number + 1)
            try:
                lines += side.start()
                told["versions"] |= side.versions()
                lines += _measure(side, given, deadline)
            finally:
                side.stop()
    finally:
        if given.keep:
            print(f"kept: {home}")
        else:
            shutil.rmtree(home, ignore_errors=True)
    told |= {"load_after": machine.load(), "reference_ms_after": machine.reference_ms()}
    print(f"\n{results.table(lines)}\n")
    print(f"commit {told['commit']}; load {told['load_before']} before, {told['load_after']} after; ", end="")
    print(f"reference {told['reference_ms_before']} ms before, {told['reference_ms_after']} ms after")
    what = "-".join([given.sizes, *([given.peer] if given.peer else [])])
    if not given.no_save:
        print(f"appended to {results.keep(given.results, what, told, lines)}")


def _measure(side: Side, given: argparse.Namespace, deadline: float) -> list[Line]:
    groups = side.groups()
    lines = _sign_in(side)
    _say(side, lines)
    for work in side.works():
        if given.only and work.name not in given.only:
            continue
        for clients in given.clients:
            if time.monotonic() > deadline:
                print(f"{side.name}: no time left for {work.name} with {clients} clients (--limit)")
                continue
            try:
                found = load.drive(work, clients, given.seconds, groups)
            except load.TROUBLE as trouble:
                print(f"{side.name}: {work.name} could not be measured: {trouble}")
                continue
            lines += _say(side, results.lines_of(side.name, work, found))
            if found.errors:
                print(f"    {found.errors} errors, the first: {found.first_error}")
    lines += _say(side, _memory(side, groups))
    if weight.chromium() and not given.only:
        lines += _say(side, _weights(side))
    elif not given.only:
        print("no Chromium on this machine: the weight of pages was not measured")
    return lines


def _sign_in(side: Side) -> list[Line]:
    groups = {name: pids for name, pids in side.groups().items() if name != "background"}
    taken: list[float] = []
    before = sum(processes.cpu_s(pids) for pids in groups.values())
    for number in range(ROUNDS):
        taken += load.at_once(side.sign_ins(number * AT_ONCE // 2, AT_ONCE))
    spent = sum(processes.cpu_s(pids) for pids in groups.values()) - before
    more = {"sign_ins": len(taken), "p50_ms": round(load.percentile(taken, 50), 1)}
    what = f"sign-in of {AT_ONCE} at once"
    return [
        Line(side.name, what, "p95 ms", round(load.percentile(taken, 95), 1), 500, more=more),
        Line(side.name, what, "CPU ms", round(1000 * spent / len(taken), 2)),
    ]


def _memory(side: Side, groups: dict[str, list[int]]) -> list[Line]:
    web = processes.memory(groups["web"])
    return [
        Line(side.name, "web tier after the runs", "MiB RSS", web.rss_mib, 350),
        Line(side.name, "web tier after the runs", "MiB PSS", web.pss_mib),
    ]


def _weights(side: Side) -> list[Line]:
    aims = {"pupil's lesson": 80, "pupil's home": 80}
    return [
        Line(side.name, name, "KiB first load", kinds.pop("total"), aims.get(name), more={"kinds": kinds})
        for name, kinds in weight.first_loads(side.port, side.pages()).items()
    ]


def _say(side: Side, lines: list[Line]) -> list[Line]:
    for line in lines:
        clients = f"{line.clients} clients" if line.clients else ""
        groups = line.more.get("cpu_ms_by_group", {})
        parts = ", ".join(f"{name} {spent:g}" for name, spent in groups.items())
        print(f"{side.name:8} {line.what:24} {clients:10} {line.value:9.2f} {line.unit}  {parts}", flush=True)
    return lines


def _sides(given: argparse.Namespace, home: Path) -> Sequence[Side]:
    from benchmarks.ours.side import Ours

    sides: list[Side] = (
        [] if given.peer_only else [Ours(home / "qiming", given.port or free_port(), given.sizes)]
    )
    if given.peer == "kolibri":
        from benchmarks.kolibri.side import Kolibri

        sides.append(Kolibri(home / "kolibri", given.peer_venv, free_port(), SIZES[given.sizes]))
    return sides


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    say: Any = parser.add_argument
    say("--seconds", type=float, default=4, help="how long each request is repeated (default 4)")
    say("--clients", type=int, nargs="+", default=[1, 32], help="how many ask at once (default 1 32)")
    say("--only", nargs="+", metavar="WORK", help="only these requests, e.g. attempt report")
    say(
        "--limit",
        type=float,
        default=240,
        help="seconds per side after which nothing new begins (default 240)",
    )
    say(
        "--sizes",
        choices=sorted(SIZES),
        default="loop",
        help="the class on both sides (default loop: the demo's)",
    )
    say("--port", type=int, default=0, help="port of our installation (default: a free one)")
    say("--peer", choices=["kolibri"], help="measure this peer in the same run")
    say("--peer-venv", type=Path, help="the virtual environment in which the peer is installed")
    say("--peer-only", action="store_true", help="leave our own side out")
    say("--results", type=Path, default=machine.ROOT / "benchmarks" / "results")
    say("--no-save", action="store_true", help="write no result file")
    say("--keep", action="store_true", help="keep the temporary folder, to look into its logs")
    given = parser.parse_args()
    if given.peer and not given.peer_venv:
        parser.error("--peer needs --peer-venv: see benchmarks/README.md for how to make one")
    return given


if __name__ == "__main__":
    main()
