"""`python -m benchmarks.city --home PATH`: what a day's requests cost in a city, beside what they cost in the demo.

PATH is a QIMING_HOME that `qiming simulate city` has filled, with `QIMING_CLOCK` as below; the demo is made anew on a
temporary folder. Both run at the same time and are asked in turn, round after round, so that a neighbour on the
machine troubles both alike. In the city, one class without a course is given the same past as the demo's class.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import load, machine, processes, results
from benchmarks.ours.installation import CLOCK, Installation
from benchmarks.ours.school import School
from benchmarks.results import Line
from benchmarks.run import free_port

SAME = (
    "sign-in-page",
    "pupil-home",
    "lesson",
    "attempt",
    "sync-304",
    "sync-200",
    "report",
    "teacher-home",
    "class-home",
)
MOST = 1.2  # of the demo's cost: the aim
ROUNDS = 3
AT_ONCE = 30


def main() -> None:
    given = _arguments()
    told = results.header() | {"city": {}}
    temporary = Path(tempfile.mkdtemp(prefix="qiming-bench-"))
    demo = Installation(temporary / "demo", free_port())
    city = Installation(given.home, free_port(), demo=False)
    lines: list[Line] = []
    try:
        demo.start()
        began = time.monotonic()
        city.start()
        lines.append(Line("city", "second start", "s", round(time.monotonic() - began, 1), 10))
        schools = {
            "demo": School(demo.port, demo.scene()),
            "city": School(city.port, city.scene("city")),
        }
        groups = {"demo": demo.groups(), "city": city.groups()}
        told["city"] = _size(given.home, city)
        told["versions"]["postgresql"] = schools["city"].scene["postgresql"]
        for side, school in schools.items():
            print(
                f"{side}: a class of {len(school.pupils)} pupils, {school.scene['answers']} answers",
                flush=True,
            )
        lines += _sign_in(schools, groups)
        lines += _side_by_side(schools, groups, given)
        lines += _officers(schools["city"], groups["city"], given)
        lines += _ledger(city, schools["city"])
    finally:
        demo.stop()
        city.stop()
        shutil.rmtree(temporary, ignore_errors=True)
    told |= {"load_after": machine.load(), "reference_ms_after": machine.reference_ms()}
    print(f"\n{results.table(lines)}\n\n{json.dumps(told['city'], ensure_ascii=False)}")
    print(f"commit {told['commit']}; load {told['load_before']} before, {told['load_after']} after; ", end="")
    print(f"reference {told['reference_ms_before']} ms before, {told['reference_ms_after']} ms after")
    if not given.no_save:
        print(f"appended to {results.keep(given.results, 'city', told, lines)}")


def _sign_in(schools: dict[str, School], groups: dict[str, dict[str, list[int]]]) -> list[Line]:
    """Thirty at once, side after side; processor time of the three requests of each."""
    lines: list[Line] = []
    spent: dict[str, list[float]] = {side: [] for side in schools}
    waited: dict[str, list[float]] = {side: [] for side in schools}
    for number in range(ROUNDS):
        for side, school in schools.items():
            pids = [pid for name, found in groups[side].items() if name != "background" for pid in found]
            before = processes.cpu_s(pids)
            waited[side] += load.at_once(school.sign_ins(number * AT_ONCE // 2, AT_ONCE))
            spent[side].append(1000 * (processes.cpu_s(pids) - before) / AT_ONCE)
    for side in schools:
        lines.append(Line(side, "sign-in", "CPU ms", round(statistics.median(spent[side]), 2)))
        lines.append(Line(side, "sign-in", "p95 ms", round(load.percentile(waited[side], 95), 1), 500))
    return [*lines, _ratio("sign-in", spent)]


def _side_by_side(
    schools: dict[str, School], groups: dict[str, dict[str, list[int]]], given: argparse.Namespace
) -> list[Line]:
    """The same requests of both, in turn; the median of the rounds."""
    works = {side: {one.name: one for one in school.works()} for side, school in schools.items()}
    lines: list[Line] = []
    for name in [one for one in SAME if not given.only or one in given.only]:
        spent: dict[str, list[float]] = {side: [] for side in schools}
        waited: dict[str, list[float]] = {side: [] for side in schools}
        for _ in range(ROUNDS):
            for side in schools:
                found = load.drive(works[side][name], 1, given.seconds, groups[side])
                if found.errors:
                    print(f"{side} {name}: {found.errors} errors, the first: {found.first_error}", flush=True)
                spent[side].append(sum(ms for part, ms in found.cpu_ms.items() if part != "background"))
                waited[side].append(found.p95_ms)
        aim = works["demo"][name].aim_cpu_ms
        for side in schools:
            cpu, p95 = statistics.median(spent[side]), statistics.median(waited[side])
            lines.append(Line(side, name, "CPU ms", round(cpu, 2), aim))
            lines.append(Line(side, name, "p95 ms", round(p95, 1)))
        lines.append(_ratio(name, spent))
        print(
            f"{name:16} demo {lines[-5].value:8.2f}  city {lines[-3].value:8.2f}  ratio {lines[-1].value:.2f}",
            flush=True,
        )
    return lines


def _ratio(name: str, spent: dict[str, list[float]]) -> Line:
    value = statistics.median(spent["city"]) / max(0.001, statistics.median(spent["demo"]))
    return Line("city", name, "city / demo", round(value, 2), MOST)


def _officers(school: School, groups: dict[str, list[int]], given: argparse.Namespace) -> list[Line]:
    lines: list[Line] = []
    for work in school.officers():
        if given.only and work.name not in given.only:
            continue
        lines += results.lines_of("city", work, load.drive(work, 1, given.seconds, groups))
        print(f"{work.name:16} CPU {lines[-2].value:8.2f}  p95 {lines[-1].value:8.1f}", flush=True)
    seconds, size = school.export()
    lines.append(Line("city", "every class as .csv", "s", round(seconds, 2), more={"bytes": size}))
    return lines


def _ledger(city: Installation, school: School) -> list[Line]:
    """The ledger of the largest school computed afresh, its figures, and the desk's figures of all schools."""
    found = city.measure("ledger")
    print(json.dumps(found, ensure_ascii=False), flush=True)
    more = {"school_pupils": found["pupils"], "periods": found["periods"], "credits": found["credits"]}
    return [
        Line("city", "ledger of the largest school", "s", found["ledger_s"], 5, more=more),
        Line("city", "figures of the largest school", "s", found["figures_s"], 1),
        Line(
            "city",
            "night's recount of all schools",
            "s",
            found["night_s"],
            more={"schools": found["schools"]},
        ),
        Line("city", "night's recount, most memory", "MiB", found["night_mib"], 350),
    ]


def _size(home: Path, city: Installation) -> dict[str, Any]:
    """What lies in the city, and how much room it takes."""
    disk = subprocess.run(["du", "-sm", str(home / "pg")], capture_output=True, text=True, check=True)
    return city.measure("size") | {"disk_mib": int(disk.stdout.split()[0])}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.city", description=__doc__)
    say: Any = parser.add_argument
    say(
        "--home",
        type=Path,
        required=True,
        help=f"filled by QIMING_CLOCK={CLOCK} QIMING_HOME=PATH qiming simulate city",
    )
    say("--seconds", type=float, default=3, help="how long each request is repeated in a round (default 3)")
    say("--only", nargs="+", metavar="WORK", help="only these requests")
    say("--results", type=Path, default=machine.ROOT / "benchmarks" / "results")
    say("--no-save", action="store_true", help="write no result file")
    given = parser.parse_args()
    if not (given.home / "pg").exists():
        parser.error(f"{given.home} holds no database: fill it with `qiming simulate city` first")
    return given


if __name__ == "__main__":
    sys.exit(main())
