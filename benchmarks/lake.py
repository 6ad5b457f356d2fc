"""What the lake costs: `python -m benchmarks.lake [--millions 10 30 116] [--steps simulate sums raw spark] [--out DIR]`

For each number of statements an invented lake of a term (20 weeks; 116 million are 1.83 million pupils) is written, its
nightly sums are worked out, then all measures: from the sums, and from the statements themselves. Each step is a
process of its own; its processor time and largest memory are the system's count. `spark`: the same from the statements on a standalone master
of the pip package with one worker and with two, figures compared with DuckDB's one by one. Needs Java for that.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks import machine, results
from benchmarks.results import Line
from benchmarks.run import free_port

WEEKS = 20
ACTS_OF_A_PUPIL = 63.4  # in 20 weeks, by the simulation's habits
STEPS = ("simulate", "sums", "raw", "spark")
AIMS_S = {"sums": 60.0, "raw": 240.0}  # at the size of a city
AIM_MIB = 4096.0
QIMING = [sys.executable, "-m", "qiming.site"]


def main() -> None:
    given = _arguments()
    told = results.header("benchmarks.lake")
    told["versions"] |= {
        name: metadata.version(name) for name in ("duckdb", "ibis-framework", "pyarrow", "pyspark")
    }
    lines: list[Line] = []
    for millions in given.millions:
        lake = given.out / f"{millions}m"
        for step in given.steps:
            print(f"{millions} million: {step} …", file=sys.stderr, flush=True)
            lines += {"simulate": _simulate, "sums": _sums, "raw": _raw, "spark": _spark}[step](
                lake, millions
            )
        if not given.keep:
            shutil.rmtree(lake, ignore_errors=True)
    told |= {"load_after": machine.load(), "reference_ms_after": machine.reference_ms()}
    print(results.table(lines))
    if not given.no_save:
        print(f"appended to {results.keep(given.results, 'lake', told, lines)}")


def _simulate(lake: Path, millions: int) -> list[Line]:
    pupils = min(1_830_000, round(millions * 1e6 / ACTS_OF_A_PUPIL))
    order = ["simulate", "lake", "--pupils", str(pupils), "--weeks", str(WEEKS), "--out", str(lake)]
    took = _run(order)
    took.pop("answers")
    told = json.loads((lake / "manifest.json").read_text())
    rows = {name: sum(one["rows"] for one in told["files"] if one["table"] == name) for name in _tables(told)}
    size = sum(one["size_bytes"] for one in told["files"])
    more = {"pupils": pupils, "rows": rows, "files": len(told["files"])}
    side = f"{millions}m"
    return [
        Line(side, "statements", "M", round(rows["statements"] / 1e6, 2), more=more),
        Line(side, "written by DuckDB", "s", took["wall_s"], more=took),
        Line(side, "written by DuckDB", "CPU s", took["cpu_s"]),
        Line(side, "size", "MiB", round(size / 2**20)),
    ]


def _sums(lake: Path, millions: int) -> list[Line]:
    side, is_city = f"{millions}m", millions >= 100
    night = _run(["insight", "refresh", "--lake", str(lake)])
    took = _run(["insight", "measure", "all", "--lake", str(lake), "--json"])
    each = {one["measure"]: one["seconds"] for one in took.pop("answers")}
    night.pop("answers")
    return [
        Line(side, "the night's sums", "s", night["wall_s"], more=night),
        Line(side, "the night's sums", "CPU s", night["cpu_s"]),
        Line(side, "all measures from the sums", "s", took["wall_s"], AIMS_S["sums"] if is_city else None, more=took | {"each_s": each}),
        Line(side, "all measures from the sums", "CPU s", took["cpu_s"]),
        Line(side, "all measures from the sums", "MiB", took["peak_mib"], AIM_MIB),
    ]  # fmt: skip


def _raw(lake: Path, millions: int) -> list[Line]:
    side, is_city = f"{millions}m", millions >= 100
    took = _run(["insight", "measure", "all", "--lake", str(lake), "--json", "--from-raw"])
    each = {one["measure"]: one["seconds"] for one in took.pop("answers")}
    return [
        Line(side, "all measures from the statements", "s", took["wall_s"], AIMS_S["raw"] if is_city else None, more=took | {"each_s": each}),
        Line(side, "all measures from the statements", "CPU s", took["cpu_s"]),
        Line(side, "all measures from the statements", "MiB", took["peak_mib"], AIM_MIB),
    ]  # fmt: skip


def _spark(lake: Path, millions: int) -> list[Line]:
    """One worker and two, each with one core; a difference in any figure ends the benchmark."""
    command = ["insight", "measure", "all", "--lake", str(lake), "--json", "--from-raw"]
    duck = _figures(_run(command)["answers"])
    lines = []
    for workers in (1, 2):
        with _cluster(workers) as master:
            took = _run([*command, "--engine", "spark"], QIMING_SPARK_MASTER=master)
        answers = took.pop("answers")
        if _figures(answers) != duck:
            different = [name for name, rows in _figures(answers).items() if rows != duck[name]]
            raise SystemExit(f"Spark with {workers} workers says otherwise than DuckDB: {different}")
        each = {one["measure"]: one["seconds"] for one in answers}
        what = f"all measures from the statements, Spark, {workers} worker{'s' * (workers > 1)}"
        lines.append(
            Line(
                f"{millions}m", what, "s", took["wall_s"], more=took | {"each_s": each, "same_figures": True}
            )
        )
    return lines


def _figures(answers: list[dict[str, Any]]) -> dict[str, Any]:
    return {one["measure"]: (one["rows"], one["hidden"]) for one in answers}


@contextmanager
def _cluster(workers: int) -> Iterator[str]:
    """A standalone master and its workers, out of the pip package."""
    import pyspark

    home = Path(pyspark.__file__).parent
    run = [str(home / "bin" / "spark-class")]
    port = free_port()
    master = f"spark://127.0.0.1:{port}"
    work = tempfile.mkdtemp(prefix="qiming-spark-")
    begin = [
        "org.apache.spark.deploy.master.Master",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--webui-port",
        "0",
    ]
    one = ["org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "2g", "--webui-port", "0", "--work-dir", work, master]  # fmt: skip
    started = []
    try:
        for command in [begin, *[one] * workers]:
            started.append(
                subprocess.Popen([*run, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )
            time.sleep(6)
        yield master
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(30)
        shutil.rmtree(work, ignore_errors=True)


def _run(words: list[str], **environment: str) -> dict[str, Any]:
    """One command of `qiming`: wall and processor time, largest memory, what it answered."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            [*QIMING, *words], stdout=out, stderr=subprocess.DEVNULL, env=os.environ | environment
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode()
    if process.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}\n{text}")
    return {
        "wall_s": round(wall, 1),
        "cpu_s": round(used.ru_utime + used.ru_stime, 1),
        "peak_mib": round(used.ru_maxrss / 1024),
        "load": machine.load(),
        "answers": [json.loads(line) for line in text.splitlines() if line.startswith("{")],
    }


def _tables(told: dict[str, Any]) -> set[str]:
    return {one["table"] for one in told["files"]}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lake", description=__doc__)
    say: Any = parser.add_argument
    say("--millions", type=int, nargs="+", default=[10, 30, 116], help="statements in millions")
    say("--steps", nargs="+", choices=STEPS, default=["simulate", "sums", "raw"])
    say(
        "--out",
        type=Path,
        default=Path(tempfile.gettempdir()) / "qiming-lake",
        help="where the lakes are written",
    )
    say("--keep", action="store_true", help="leave the lakes there, for a further step")
    say("--results", type=Path, default=machine.ROOT / "benchmarks" / "results")
    say("--no-save", action="store_true", help="write no result file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
