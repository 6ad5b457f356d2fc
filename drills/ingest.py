"""Eight systems bring statements while web workers, web masters, PostgreSQL and its backends are killed by kill -9; then
count what is on record. A ninth system follows what is stored by consistent-through alone and must miss nothing.

`python -m drills.ingest HOME PORT SUPERVISOR_PID [--strikes N]`: runs against the installation that test_ingest.py started.
"""

import argparse
import json
import random
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import django

from drills.journey import settled
from drills.sources import Follower, Source
from drills.victims import Victims

SYSTEMS = 8
KINDS = ("web worker", "web master", "PostgreSQL", "a PostgreSQL backend")
PAUSE_S = (0.2, 1.5)
FLOW = 100  # statements acknowledged before the next strike: it must hit those that write


def main() -> int:
    given = _arguments()
    django.setup()
    dice = random.Random(given.seed)
    key = json.loads(given.key)
    sources = [Source(given.port, key) for _ in range(SYSTEMS)]
    follower = Follower(Source(given.port, key))
    stop, troubles = threading.Event(), list[str]()

    def bring(source: Source, seed: int) -> None:
        own = random.Random(seed)
        try:
            while not stop.is_set():
                source.bring(own)
        except AssertionError as trouble:
            troubles.append(str(trouble))

    def follow() -> None:
        try:
            while not stop.is_set():
                follower.follow()
                time.sleep(0.1)
        except AssertionError as trouble:
            troubles.append(f"follower: {trouble}")

    threads = [
        threading.Thread(target=bring, args=(one, number), daemon=True) for number, one in enumerate(sources)
    ]
    threads.append(threading.Thread(target=follow, daemon=True))
    for thread in threads:
        thread.start()
    victims = Victims(given.supervisor, given.home, dice)
    struck = Counter[str]()
    began = time.monotonic()
    for number in range(given.strikes):
        _flowing(sources, troubles)
        time.sleep(dice.uniform(*PAUSE_S))
        kind = KINDS[number % len(KINDS)]
        struck[kind] += victims.kinds()[kind]()
    _flowing(sources, troubles)
    stop.set()
    for thread in threads:
        thread.join()
    time.sleep(0.3)  # consistent-through moves on ten times a second
    follower.follow()
    wrong = [*troubles, *settled(lambda: _wrong(sources, follower))]
    met = sum((one.met for one in [*sources, follower.source]), Counter[str]())
    print(f"killed: {dict(struck)} in {time.monotonic() - began:.0f} s")
    print(f"acknowledged: {sum(len(one.acknowledged) for one in sources)} statements of {SYSTEMS} systems")
    print(f"answers: {dict(met)}; longest wait {max(one.longest_s for one in sources):.1f} s")
    print(
        *(
            wrong
            or ["nothing lost, nothing doubled, nothing by halves; the follower saw each once, in order"]
        ),
        sep="\n",
    )
    return 1 if wrong or not all(struck.values()) else 0


def _flowing(sources: list[Source], troubles: list[str]) -> None:
    """Wait until statements come in again."""
    wanted = sum(len(one.acknowledged) for one in sources) + FLOW
    while sum(len(one.acknowledged) for one in sources) < wanted and not troubles:
        time.sleep(0.05)


def _wrong(sources: list[Source], follower: Follower) -> list[str]:
    from django.db import connection

    told = set().union(*(one.acknowledged for one in sources))
    found = []
    with connection.cursor() as cursor:

        def rows(sql: str) -> list[tuple[object, ...]]:
            cursor.execute(sql)
            return list(cursor.fetchall())

        kept = Counter(str(key) for (key,) in rows("SELECT id FROM records_xapistatement"))
        taken = {str(key) for (key,) in rows("SELECT statement_id FROM records_xapitakenid")}
        halves = rows(
            "SELECT s.id FROM records_xapistatement s"
            " LEFT JOIN (SELECT statement_id, count(*) n FROM records_xapiagentlink GROUP BY 1) a ON a.statement_id = s.id"
            " LEFT JOIN (SELECT statement_id, count(*) n FROM records_xapiactivitylink GROUP BY 1) b ON b.statement_id = s.id"
            " WHERE a.n IS DISTINCT FROM 2 OR b.n IS DISTINCT FROM 3"
        )
    checks = {
        "acknowledged but not kept": len(told - kept.keys()),
        "kept but never acknowledged": len(kept.keys() - told),
        "kept twice": sum(number > 1 for number in kept.values()),
        "ids taken without a statement or the other way round": len(taken ^ kept.keys()),
        "statements without all their links": len(halves),
        "missed by the follower": len(told - follower.seen.keys()),
        "seen twice by the follower": sum(number > 1 for number in follower.seen.values()),
        "out of order": sum(a > b for a, b in zip(follower.order, follower.order[1:], strict=False)),
    }
    found += [f"{what}: {count}" for what, count in checks.items() if count]
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m drills.ingest", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("supervisor", type=int)
    parser.add_argument("key", help="what `qiming records key create --json` printed")
    parser.add_argument("--strikes", type=int, default=12)
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
