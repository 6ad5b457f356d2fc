"""What it costs to run a pupil's program in the sandbox: python -m benchmarks.judge [--rounds 40] [--pupils 45] [--no-save]

Side by side: Python by itself (no walls), a program in the sandbox, a program with its checks in a second one; and a class
that hands in at once. Needs no installation. Linux only."""

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks import machine, results
from qiming.judge.ground import lay
from qiming.judge.judging import Job, judge
from qiming.judge.limits import NOTEBOOK, PLAIN, Ending
from qiming.judge.packages import closure
from qiming.judge.standing import NOTEBOOK_PACKAGES, cores, has_notebook, try_out

ROOT = Path(__file__).resolve().parents[1]
LAB = ROOT / "web" / "labs" / "python" / "py"
TASKS = ROOT / "qiming" / "curriculum" / "tests" / "programs" / "steps"
HELLO = "print('你好')"
TREE = """from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier
X, y = load_iris(return_X_y=True)
print(DecisionTreeClassifier(random_state=0).fit(X, y).score(X, y))"""


def children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(name: str, rounds: int, work: Callable[[], int]) -> dict[str, object]:
    """`work` gives the processor time it measured inside, in ms, or 0 when the system's own count of children holds."""
    walls, cpus = [], []
    for _ in range(rounds):
        before, began = children_cpu_s(), time.perf_counter()
        inside = work()
        walls.append((time.perf_counter() - began) * 1000)
        cpus.append(max(inside, (children_cpu_s() - before) * 1000))
    walls.sort()
    return {
        "name": name,
        "wall_ms_p50": round(statistics.median(walls), 1),
        "wall_ms_min": round(walls[0], 1),
        "wall_ms_p95": round(walls[int(len(walls) * 0.95) - 1], 1),
        "cpu_ms": round(statistics.mean(cpus), 1),
        "rounds": rounds,
    }


def bare() -> int:
    subprocess.run([sys.executable, "-S", "-c", HELLO], check=True, stdout=subprocess.DEVNULL)
    return 0


def class_at_once(pupils: int, job: Job) -> dict[str, object]:
    """All hand in at the same moment; as many run at once as the worker would let."""
    ground = lay(LAB)

    def one(began: float) -> float:
        assert judge(ground, job, PLAIN).ending == Ending.DONE
        return time.perf_counter() - began

    began = time.perf_counter()
    with ThreadPoolExecutor(cores()) as pool:
        waits = sorted(pool.map(one, [began] * pupils))
    return {
        "name": f"{pupils} pupils hand in at once",
        "at_once": cores(),
        "answered": len(waits),
        "wait_s_p50": round(statistics.median(waits), 2),
        "wait_s_p95": round(waits[int(pupils * 0.95) - 1], 2),
        "wait_s_last": round(waits[-1], 2),
    }


def run(rounds: int, pupils: int) -> list[dict[str, object]]:
    standing = try_out(LAB)
    if not standing.works:
        sys.exit(f"no sandbox here: {standing.says}")
    plain = lay(LAB)
    marked = Job(
        (TASKS / "mean_solution.py").read_text(encoding="utf-8"),
        files={"steps.csv": (TASKS / "steps.csv").read_text(encoding="utf-8")},
        check=(TASKS / "mean_check.py").read_text(encoding="utf-8"),
        keys=["mean"],
    )
    lines = [
        timed("Python by itself, no walls", rounds, bare),
        timed("a program in the sandbox", rounds, lambda: judge(plain, Job(HELLO), PLAIN).cpu_ms),
        timed("a program and its checks, two sandboxes", rounds, lambda: judge(plain, marked, PLAIN).cpu_ms),
        class_at_once(pupils, marked),
    ]
    if has_notebook(standing):
        full = lay(LAB, closure(NOTEBOOK_PACKAGES))
        lines.append(
            timed("scikit-learn, a tree on iris", 5, lambda: judge(full, Job(TREE), NOTEBOOK).cpu_ms)
        )
    return lines


def _line(found: dict[str, object]) -> results.Line:
    unit = "CPU ms" if "cpu_ms" in found else "p95 s"
    value = found.get("cpu_ms", found.get("wait_s_p95"))
    assert isinstance(value, int | float)
    return results.Line("qiming", str(found["name"]), unit, float(value), more=dict(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    say: Any = parser.add_argument
    say("--rounds", type=int, default=40)
    say("--pupils", type=int, default=45)
    say("--no-save", action="store_true")
    asked = parser.parse_args()
    before = machine.load()
    lines = run(asked.rounds, asked.pupils)
    for line in lines:
        print("  ".join(f"{name} {value}" for name, value in line.items()))
    if not asked.no_save:
        about = {
            "command": "python -m benchmarks.judge",
            "commit": machine.commit(),
            "machine": machine.machine(),
            "load": [before, machine.load()],
            "reference_ms": machine.reference_ms(),
        }
        print(results.keep(ROOT / "benchmarks" / "results", "judge", about, [_line(one) for one in lines]))


if __name__ == "__main__":
    main()
