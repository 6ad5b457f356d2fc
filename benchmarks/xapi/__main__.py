"""What a record store costs: python -m benchmarks.xapi [--stored 100000 | --stored 2000000 --months 24] [--clients 1 8 32]

Ours on a temporary folder; another store by its address, on this machine only:

    python -m benchmarks.xapi --endpoint http://127.0.0.1:8100/xAPI --auth USER:SECRET --pid 4711 --name "Ralph 5.1.0"

Processor time is of the store and its database together. Linux only.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks import machine, processes, results
from benchmarks.load import TROUBLE, Figures, Work, drive
from benchmarks.people import HOST
from benchmarks.results import Line
from benchmarks.xapi import asking
from benchmarks.xapi.asking import Store
from drills.running import fresh

AIMS = {1: 6.0, 50: 30.0, 500: 250.0}
BY_ID_MS, FILTER_MS, FILTER_MANY_MS = 4.0, 15.0, 25.0
MANY = 1_000_000  # from here on most are copies made by SQL, and the aim of a filter is the higher one
BASE = 20_000
WARM = 40
Groups = Mapping[str, Sequence[int]]


def main() -> None:
    asked = _arguments()
    header = results.header("benchmarks.xapi")
    if asked.auth:
        header["command"] = header["command"].replace(asked.auth, "…")
    if asked.endpoint:
        if urlsplit(asked.endpoint).hostname != HOST:
            sys.exit(f"only a store on {HOST}")
        user, _, secret = asked.auth.partition(":")
        store = Store(asked.endpoint, user, secret)
        store.fill(asked.stored)
        lines = measure(asked.name, store, {"store": asked.pid}, asked)
    else:
        lines = ours(asked)
    header |= {"stored": asked.stored, "months": asked.months, "load_after": machine.load()}
    print(results.table(lines))
    if not asked.no_save:
        print(results.keep(machine.ROOT / "benchmarks" / "results", "xapi", header, lines))
    if wrong := [line for line in lines if line.more.get("errors")]:
        sys.exit(f"{len(wrong)} figures with errors: {wrong[0].more['first_error']}")


def ours(asked: argparse.Namespace) -> list[Line]:
    with tempfile.TemporaryDirectory(prefix="qiming-xapi-") as folder:
        one = fresh(Path(folder) / "home", demo=False)
        one.start()
        try:
            made = one.run("qiming.site", "records", "key", "create", "--name", "benchmark",
                           "--scope", "write,read", "--json")  # fmt: skip
            key = json.loads(made)
            store = Store(f"http://{HOST}:{one.port}/xapi", key["key"], key["secret"])
            began = time.monotonic()
            if asked.stored >= MANY:
                owner = {"QIMING_DB_ROLE": "owner"}
                words = (str(asked.stored), str(asked.months))
                store.fill(BASE)
                store.ids = json.loads(one.run("benchmarks.xapi.seed", *words, **owner))
            else:
                store.fill(asked.stored)
            print(f"{asked.stored} statements there after {time.monotonic() - began:.0f} s", flush=True)
            return measure("qiming", store, one.groups(), asked)
        except TROUBLE:
            print((one.home / "up.log").read_text(errors="replace")[-4000:], file=sys.stderr)
            raise
        finally:
            one.stop()


def measure(side: str, store: Store, groups: Groups, asked: argparse.Namespace) -> list[Line]:
    filter_ms = FILTER_MANY_MS if asked.stored >= MANY else FILTER_MS
    work = [asking.posts(store, size, aim) for size, aim in AIMS.items()]
    if store.ids:
        work.append(asking.by_id(store, BY_ID_MS))
    work += [asking.gets(store, name, question, filter_ms) for name, question in asking.questions(store)]
    if asked.only:
        work = [one for one in work if any(word in one.name for word in asked.only)]
    lines: list[Line] = []
    for one in work:
        _warm(one)
        for clients in asked.clients:
            found = drive(one, clients, asked.seconds, groups)
            lines += results.lines_of(side, one, found)
            print(_told(one, found), flush=True)
    memory = processes.memory([pid for name, pids in groups.items() if name != "database" for pid in pids])
    return [*lines, Line(side, "memory without the database", "MiB PSS", memory.pss_mib)]


def _warm(one: Work) -> None:
    """Connections opened, questions prepared, code met: every worker has had some."""
    steps = [one.client(100 + number, 4) for number in range(4)]
    for _ in range(WARM if "500" not in one.name else 2):
        for step in steps:
            step()


def _told(one: Work, found: Figures) -> str:
    cpu = sum(value for name, value in found.cpu_ms.items() if name != "background")
    return (
        f"{one.name:36} {found.clients:3} clients  {cpu:8.2f} CPU ms  p50 {found.p50_ms:8.1f}  p95 {found.p95_ms:8.1f} ms"
        f"  {found.per_second:8.1f}/s  {found.errors} errors  others {found.other_cores:.1f} {found.first_error[:120]}"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.xapi", description=__doc__)
    parser.add_argument("--stored", type=int, default=100_000, help="statements there before it is measured")
    parser.add_argument(
        "--months", type=int, default=24, help="over how many months they are spread (from a million on)"
    )
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--only", nargs="+", help="words in the names of what is measured")
    parser.add_argument("--endpoint", help="another store, e.g. http://127.0.0.1:8100/xAPI")
    parser.add_argument("--auth", default="", help="its USER:SECRET")
    parser.add_argument(
        "--pid", type=int, action="append", default=[], help="its processes and its database's"
    )
    parser.add_argument("--name", default="peer")
    parser.add_argument("--no-save", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
