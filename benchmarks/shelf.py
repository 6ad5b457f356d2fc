"""python -m benchmarks.shelf: searching a shelf of 100,000 resources with ten versions each, and the queue of an officer
who has 10,000 open cases before them.

A scratch database of its own in a temporary folder, synthetic rows written in bulk; every page of the shelf is asked
for as the view asks (words, choices, counts, the lines). Milliseconds are the wall's; CPU is of this process and of
its database connection together.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import machine, results
from benchmarks.results import Line

TICKS = os.sysconf("SC_CLK_TCK")
ASKED: tuple[tuple[str, dict[str, list[str]]], ...] = (
    ("", {}),
    ("数据", {}),
    ("训练集", {}),
    ("决策树", {"stage": ["junior"]}),
    ("机器怎样看图", {}),
    ("人工智能", {"kind": ["pack"]}),
    ("没有这样的词组", {}),
    ("", {"stage": ["primary"]}),
    ("", {"subject": ["数学", "科学"], "area": ["teach"]}),
    ("语言模型", {"stage": ["senior"], "kind": ["tool"]}),
    ("", {"scenario": ["class", "study"]}),
    ("数据", {"scenario": ["growth"], "kind": ["model"]}),
    ("", {"concept": ["synthetic-concept-7"]}),
    ("", {"outcome": ["synthetic.outcome.7"], "stage": ["junior"]}),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resources", type=int, default=100_000)
    parser.add_argument("--versions", type=int, default=10)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--no-save", dest="save", action="store_false")
    given = parser.parse_args()
    before = {"reference_ms": machine.reference_ms(), "load": machine.load()}
    with tempfile.TemporaryDirectory(prefix="qiming-shelf-") as folder:
        lines = _measured(Path(folder), given)
    print(results.table(lines))
    if given.save:
        run = {
            "command": machine.command("benchmarks.shelf"),
            "commit": machine.commit(),
            "machine": machine.machine(),
            "versions": machine.versions(),
            "before": before,
            "after": {"reference_ms": machine.reference_ms(), "load": machine.load()},
        }
        print(results.keep(machine.ROOT / "benchmarks" / "results", "shelf", run, lines))


def _measured(folder: Path, given: argparse.Namespace) -> list[Line]:
    from qiming.site import database, supervisor

    os.environ.update(QIMING_HOME=str(folder), DJANGO_SETTINGS_MODULE="qiming.site.settings")
    os.environ.pop("DATABASE_URL", None)
    supervisor.open_house("owner")
    try:
        supervisor.migrate()
        return _figures(given)
    finally:
        from django.db import connections

        connections.close_all()
        database.stop(folder)


def _figures(given: argparse.Namespace) -> list[Line]:
    from benchmarks.shelf_rows import seed
    from qiming.casework.queries import queue_of
    from qiming.resources import queries

    began = time.perf_counter()
    scene = seed(resources=given.resources, versions=given.versions, cases=given.cases)
    seeded = time.perf_counter() - began
    size = {"resources": given.resources, "versions": given.versions, "cases": given.cases}

    def search() -> None:
        for typed, chosen in ASKED:
            _once(times, partial(queries.shelf, scene.teacher, typed=typed, chosen=chosen))

    times: list[tuple[float, float]] = []
    search()  # the pages of the tables come into memory
    times.clear()
    for _ in range(given.rounds):
        search()
    found = _lines("a page of the shelf", times, 100.0, size)
    if not queries.shelf(scene.teacher, typed="决策树").total:
        raise SystemExit("the search found nothing: no figure")
    for who, actor in (("dispatcher", scene.dispatcher), ("reviewer", scene.reviewer)):
        times.clear()
        waiting, total = queue_of(actor)
        if not waiting:
            raise SystemExit(f"nothing waits for the {who}: no figure")
        for _ in range(given.rounds):
            _once(times, partial(queue_of, actor))
        found += _lines(f"the queue of a {who}", times, 200.0, size | {"waiting": total})
    return [*found, Line("ours", "rows written", "s", round(seeded, 1), more=size)]


def _once(times: list[tuple[float, float]], act: Callable[[], Any]) -> None:
    wall, cpu = time.perf_counter(), _cpu()
    act()
    times.append(((time.perf_counter() - wall) * 1000, (_cpu() - cpu) * 1000))


def _cpu() -> float:
    """Processor seconds of this process and of the database process that answers it."""
    from django.db import connection

    pid = connection.connection.info.backend_pid if connection.connection else 0
    parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() if pid else []
    there = (int(parts[11]) + int(parts[12])) / TICKS if parts else 0.0
    return time.process_time() + there


def _lines(what: str, times: list[tuple[float, float]], aim: float, more: dict[str, Any]) -> list[Line]:
    walls = sorted(wall for wall, _ in times)
    p95 = walls[max(0, -(-len(walls) * 95 // 100) - 1)]
    cpu = sum(one for _, one in times) / len(times)
    more = more | {"p50": round(statistics.median(walls), 1), "n": len(walls)}
    return [
        Line("ours", what, "p95 ms", round(p95, 1), aim=aim, more=more),
        Line("ours", what, "CPU ms", round(cpu, 1), more=more),
    ]


if __name__ == "__main__":
    main()
