"""python -m benchmarks.oneroster: a city's roster into an empty installation, killed once, gone on with, measured.

Rows are the data lines of all files. The time is that of both runs together, the one that was killed included; memory is
the highest resident size of the importing process; processor time is that of the process and of PostgreSQL.
"""

import argparse
import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import processes, results
from benchmarks.machine import ROOT, load
from benchmarks.oneroster.generate import Size, write

AIM_ROWS_PER_S = 4000
AIM_RSS_MIB = 600
_ASK_S = 0.25
_KILL_AFTER_ROWS = 0.5
_HIDDEN = ("DATABASE_URL", "QIMING_TESTING", "QIMING_CLOCK", "QIMING_SECRET", "QIMING_POOL")


@dataclass(slots=True)
class Run:
    """One run of the command, as measured from outside."""

    seconds: float = 0
    peak_rss_mib: float = 0
    own_cpu_s: float = 0
    status: int = 0
    told: dict[str, Any] = field(default_factory=dict)


def main() -> None:
    given = _arguments()
    with tempfile.TemporaryDirectory(prefix="qiming-oneroster-") as folder:
        home, package = Path(folder) / "home", Path(folder) / "city.zip"
        environment = {name: value for name, value in os.environ.items() if name not in _HIDDEN}
        environment |= {"QIMING_HOME": str(home), "DJANGO_SETTINGS_MODULE": "qiming.site.settings"}
        size = Size(given.pupils, given.schools, _districts())
        began = time.monotonic()
        rows = write(package, size)
        print(
            f"{rows:,} rows in {package.stat().st_size / 2**20:.0f} MiB, made in {time.monotonic() - began:.0f} s"
        )
        try:
            _prepare(home, environment)
            lines = _measure(home, package, rows, given, environment)
        finally:
            _stop(environment)
        print(results.table(lines))
        if given.save:
            run = {**results.header(), "command": _command(), "load_after": load()}
            print(results.keep(ROOT / "benchmarks" / "results", "oneroster", run, lines))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.oneroster", description=__doc__)
    say = parser.add_argument
    say("--pupils", type=int, default=1_830_000)
    say("--schools", type=int, default=1_400)
    say("--no-kill", dest="kill", action="store_false", help="let the first run finish")
    say("--again", action="store_true", help="then import the same package once more")
    say("--no-save", dest="save", action="store_false")
    return parser.parse_args()


def _command() -> str:
    return " ".join(["python", "-m", "benchmarks.oneroster", *sys.argv[1:]])


def _districts() -> tuple[str, ...]:
    with (ROOT / "qiming/registry/data/beijing/units.csv").open(encoding="utf-8") as file:
        return tuple(row["unit"] for row in csv.DictReader(file))


def _prepare(home: Path, environment: dict[str, str]) -> None:
    home.mkdir(parents=True)
    _python(
        "from qiming.site import supervisor; supervisor.open_house('owner'); supervisor.migrate()",
        environment,
    )
    _python(
        "from qiming.site import supervisor; supervisor.open_house('app'); "
        "from qiming.registry.services import load_units_and_calendar; load_units_and_calendar()",
        environment,
    )


def _stop(environment: dict[str, str]) -> None:
    _python("from qiming.site import database, home; database.stop(home.path())", environment)


def _python(code: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout


def _measure(
    home: Path, package: Path, rows: int, given: argparse.Namespace, environment: dict[str, str]
) -> list[results.Line]:
    server = int((home / "pg" / "postmaster.pid").read_text().split("\n", 1)[0])
    before = processes.cpu_s([server])
    runs = []
    if given.kill:
        runs.append(_run(package, environment, kill_at=int(rows * _KILL_AFTER_ROWS)))
    runs.append(_run(package, environment))
    database_cpu = processes.cpu_s([server]) - before
    last = runs[-1]
    if last.status or not last.told.get("written"):
        raise RuntimeError(f"the import failed: {json.dumps(last.told, ensure_ascii=False)[:2000]}")
    if given.kill and not last.told["resumed"]:
        raise RuntimeError("the second run did not go on with the first")
    if last.told["counts"]["pupils"]["new"] != given.pupils:
        raise RuntimeError(f"not every pupil arrived: {last.told['counts']['pupils']}")
    seconds = sum(run.seconds for run in runs)
    more = {
        "rows": rows,
        "pupils": given.pupils,
        "killed": given.kill,
        "seconds_by_run": [round(run.seconds, 1) for run in runs],
    }
    lines = [
        _line("import", "s", seconds, rows / AIM_ROWS_PER_S, more),
        _line("import", "rows/s", rows / seconds),
        _line("import", "pupils/s", given.pupils / seconds),
        _line("importing process", "MiB RSS, peak", max(run.peak_rss_mib for run in runs), AIM_RSS_MIB),
        _line("importing process", "CPU s", sum(run.own_cpu_s for run in runs)),
        _line("PostgreSQL", "CPU s", database_cpu),
        _line("database", "GiB", _bytes(home / "pg") / 2**30),
    ]
    if given.again:
        again = _run(package, environment)
        lines.append(_line("the same package again", "s", again.seconds, rows / AIM_ROWS_PER_S))
        lines.append(_line("the same package again", "MiB RSS, peak", again.peak_rss_mib, AIM_RSS_MIB))
    return lines


def _line(
    what: str, unit: str, value: float, aim: float | None = None, more: dict[str, Any] | None = None
) -> results.Line:
    return results.Line("ours", what, unit, round(value, 1), aim, more=more or {})


def _run(package: Path, environment: dict[str, str], kill_at: int | None = None) -> Run:
    """The command an operator types; with `kill_at` killed as soon as so many rows are staged."""
    found = Run()
    began = time.monotonic()
    command = [sys.executable, "-m", "qiming.site", "roster", "package", str(package), "--json"]
    asked = began
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT
        ) as process,
    ):
        while process.poll() is None:
            time.sleep(_ASK_S)
            found.peak_rss_mib = max(found.peak_rss_mib, _peak_mib(process.pid))
            found.own_cpu_s = max(found.own_cpu_s, processes.cpu_s([process.pid]))
            if kill_at is not None and time.monotonic() - asked > 3:
                asked = time.monotonic()
                if _staged(environment) >= kill_at:
                    process.send_signal(signal.SIGKILL)
        found.seconds, found.status = time.monotonic() - began, process.returncode
        said.seek(0)
        text = said.read().decode(errors="replace")
    if "{" in text and kill_at is None:
        found.told = json.loads(text[text.index("{") :])
    print(
        f"  run of {found.seconds:.0f} s, status {found.status}, peak {found.peak_rss_mib:.0f} MiB",
        flush=True,
    )
    return found


def _peak_mib(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)


def _staged(environment: dict[str, str]) -> int:
    code = (
        "from qiming.site import supervisor; supervisor.open_house('app'); "
        "from qiming.registry.models import RosterPackage as P; "
        "one = P.objects.unscoped('benchmark').order_by('-created_at').first(); "
        "print(sum(v['rows'] for v in one.cursor.values() if isinstance(v, dict)) if one else 0)"
    )
    return int(_python(code, environment).strip() or 0)


def _bytes(folder: Path) -> int:
    return sum(entry.stat().st_size for entry in folder.rglob("*") if entry.is_file())


main()
