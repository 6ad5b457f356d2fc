"""What the labs cost a browser: python -m benchmarks.labs [--only network text] [--rounds 1] [--no-save]

Every lab that has a manifest, as built, in a headless Chromium with an empty cache: KiB gzipped until the net is quiet,
time until something can be pressed; then what lab_tasks.py has a pupil press, with its wall and processor time (all of the
browser's processes) and the script of each step. Needs `make web` and a Chromium; no installation, no network. Linux only."""

import argparse
import gzip
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks import machine, processes, results, weight
from benchmarks.lab_tasks import TASKS, Drag, Task
from benchmarks.results import Line

ROOT = Path(__file__).resolve().parents[1]
WATCH = Path(__file__).with_name("lab_watch.js")
AIM_KIB, AIM_TRAIN_S, AIM_STEP_MS = 400, 15, 8
PATIENCE_S = 60
RUNTIME = (".onnx", ".wasm")  # and the folder of Pyodide
TRACED = {"frame": "FireAnimationFrame", "timer": "TimerFire", "pointer": "EventDispatch"}


class Failed(Exception):
    """A lab did not do what its task expects: no figure."""


@dataclass(slots=True)
class Bench:
    """A browser and the place the labs are served at."""

    browser: Any
    base: str
    pid: int
    handler: type

    def cpu_s(self) -> float:
        return processes.cpu_s([self.pid])


@contextmanager
def bench() -> Iterator[Bench]:
    from playwright.sync_api import sync_playwright  # a development tool, like the tests' pages

    from tests.journeys.lab_pages import Served

    class Handler(Served):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=weight.chromium(), args=weight.FLAGS)
        pids = [one for one in processes.tree([os.getpid()]) if "--remote-debugging-pipe" in _plain(one)]
        yield Bench(browser, f"http://127.0.0.1:{server.server_port}", pids[0], Handler)
        browser.close()
    server.shutdown()


def _plain(pid: int) -> str:
    """The command of a browser's first process; nothing for those that it starts."""
    command = processes.command_of(pid)
    return "" if "--type=" in command else command


@contextmanager
def opened(at: Bench, spec: dict[str, Any]) -> Iterator[tuple[Any, list[str]]]:
    """The lab's page once the net is quiet, and what it asked for; fails on errors and on requests to elsewhere."""
    at.handler.spec = spec  # type: ignore[attr-defined]  # the class made in bench()
    asked: list[str] = []
    wrong: list[str] = []
    context = at.browser.new_context(
        base_url=at.base, viewport={"width": 1366, "height": 900}, locale="zh-CN", service_workers="block"
    )
    context.on("request", lambda one: asked.append(one.url))
    context.add_init_script(path=WATCH)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    try:
        page.goto("/", wait_until="networkidle", timeout=PATIENCE_S * 1000)
        yield page, asked
        wrong += [one for one in asked if not one.startswith((at.base, "data:", "blob:"))]
        if wrong:
            raise Failed(f"{spec['id']}: {wrong[0]}")
    finally:
        context.close()


def first_load(at: Bench, spec: dict[str, Any]) -> list[Line]:
    lab = spec["id"]
    before = at.cpu_s()
    with opened(at, spec) as (page, asked):
        cpu_s = at.cpu_s() - before
        usable = page.evaluate("qimingBench.usable")
        sent = page.evaluate("performance.getEntriesByType('navigation')[0].decodedBodySize")
        kinds = {"page": sent / 1024} | _sizes(asked)
    if not usable:
        raise Failed(f"{lab}: nothing to press")
    kib = sum(size for kind, size in kinds.items() if kind != "runtime")
    more = {f"kib_{kind}": round(size, 1) for kind, size in kinds.items()}
    return [
        Line("labs", f"{lab}: first load", "KiB", round(kib, 1), AIM_KIB, more=more),
        Line("labs", f"{lab}: usable", "ms", round(usable), more={"cpu_s": round(cpu_s, 2)}),
    ]


def _sizes(asked: list[str]) -> dict[str, float]:
    """KiB gzipped by kind: code (with style and fonts), data, runtime (with weights)."""
    from tests.journeys.lab_pages import FOLDERS

    found = {"code": 0.0, "data": 0.0, "runtime": 0.0}
    for path in {urlsplit(one).path for one in asked}:
        for prefix, folder in FOLDERS.items():
            file = folder / path.removeprefix(prefix)
            if not path.startswith(prefix) or not file.is_file():
                continue
            raw = file.read_bytes()
            kind = "data" if prefix == "/content/datasets/" else "code"
            if path.endswith(RUNTIME) or "/pyodide-" in path:
                kind = "runtime"
            found[kind] += min(len(raw), len(gzip.compress(raw))) / 1024
    return found


def worked(at: Bench, spec: dict[str, Any], task: Task | Drag) -> dict[str, Any]:
    """One round of a task: wall and processor seconds, and the steps in ms."""
    given = {**spec, "settings": {**spec["settings"], **task.settings}}
    with opened(at, given) as (page, asked):
        for name in task.before:
            page.get_by_role("button", name=name, exact=True).first.click()
        known = len(asked)
        cpu, busy, began = at.cpu_s(), processes.machine_busy_s(), time.monotonic()
        if task.steps:
            at.browser.start_tracing(page=page, categories=["devtools.timeline"])
        wall_s = _dragged(page, task) if isinstance(task, Drag) else _pressed(page, spec["id"], task)
        cpu_s = at.cpu_s() - cpu
        others = (processes.machine_busy_s() - busy - cpu_s) / (time.monotonic() - began)
        steps = page.evaluate(f"qimingBench.steps.{task.steps}") if task.steps else []
        script = _script_ms(at.browser.stop_tracing(), task.steps) if task.steps else []
        fetched = sum(_sizes(asked[known:]).values())
    return {
        "wall_s": wall_s,
        "cpu_s": cpu_s,
        "steps_ms": steps,
        "script_ms": script,
        "fetched_kib": fetched,
        "other_cores": max(others, 0),
    }


def _script_ms(trace: bytes, source: str) -> list[float]:
    """What each step took of a processor, in ms: time in which the machine did something else does not count."""
    found = []
    for event in json.loads(trace)["traceEvents"]:
        kind = event.get("args", {}).get("data", {}).get("type", "pointermove")
        if event.get("name") == TRACED[source] and "tdur" in event and kind == "pointermove":
            found.append(event["tdur"] / 1000)
    return found


def _pressed(page: Any, lab: str, task: Task) -> float:
    page.evaluate("(armed) => { qimingBench.armed = armed; }", {"where": task.where, "done": task.done})
    page.get_by_role("button", name=task.press, exact=True).first.click()
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if took := page.evaluate("qimingBench.took"):
            return float(took) / 1000
        page.wait_for_timeout(100)
    raise Failed(f"{lab}: {task.name}: not done in {PATIENCE_S} s")


def _dragged(page: Any, task: Drag) -> float:
    from tests.journeys.lab_pages import at as place

    start, end = place(page, *task.start), place(page, *task.end)
    page.mouse.move(*start)
    page.mouse.down()
    page.evaluate("qimingBench.clear()")
    began = time.monotonic()
    page.mouse.move(*end, steps=60)
    page.mouse.up()
    return time.monotonic() - began


def task_lines(at: Bench, spec: dict[str, Any], task: Task | Drag, rounds: int) -> list[Line]:
    found = [worked(at, spec, task) for _ in range(rounds)]
    name = f"{spec['id']}: {task.name}"
    middle = {
        key: statistics.median(one[key] for one in found) for key in found[0] if not key.endswith("_ms")
    }
    lines: list[Line] = []
    if isinstance(task, Task):
        more = {
            "rounds": rounds,
            "trains": task.trains,
            "fetched_kib": round(middle["fetched_kib"], 1),
            "other_cores": round(middle["other_cores"], 2),
        }
        aim = AIM_TRAIN_S if task.trains else None
        lines = [
            Line("labs", name, "s", round(middle["wall_s"], 3), aim, more=more),
            Line("labs", name, "CPU s", round(middle["cpu_s"], 2)),
        ]
    for key, word, aim_ms in (("script_ms", "script", AIM_STEP_MS), ("steps_ms", "step", None)):
        steps = sorted(ms for one in found for ms in one[key])
        if not steps:
            continue
        p95 = steps[min(len(steps) - 1, int(len(steps) * 0.95))]
        more = {"steps": len(steps), "most_ms": round(steps[-1], 1), "of": task.steps}
        lines += [
            Line("labs", name, f"{word} p50 ms", round(statistics.median(steps), 2), aim_ms, more=more),
            Line("labs", name, f"{word} p95 ms", round(p95, 2), aim_ms),
        ]
    return lines


def run(given: argparse.Namespace) -> list[Line]:
    from qiming.learning.labs.catalogue import labs_for

    specs = [card.spec(None) for card in labs_for(None)]
    lines: list[Line] = []
    deadline = time.monotonic() + given.limit
    with bench() as at:
        with opened(at, specs[0]):  # the browser's own first steps are nobody's figure
            pass
        for spec in specs:
            if given.only and spec["id"] not in given.only:
                continue
            if time.monotonic() > deadline:
                print(f"{spec['id']}: left out, the time is over", file=sys.stderr)
                continue
            lines += _of_lab(at, spec, given.rounds)
    return lines


def _of_lab(at: Bench, spec: dict[str, Any], rounds: int) -> list[Line]:
    """A lab that fails has no figures from there on; the others are measured all the same."""
    lines: list[Line] = []
    try:
        lines += first_load(at, spec)
        for task in TASKS.get(spec["id"], ()):
            lines += task_lines(at, spec, task, rounds)
    except Exception as error:  # the browser's own kinds of error too
        lines.append(Line("labs", f"{spec['id']}: FAILED", "", 0, more={"error": str(error)[:300]}))
        print(f"{spec['id']}: {error}", file=sys.stderr)
    print(results.table(lines), flush=True)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.labs", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="LAB", help="only these labs")
    parser.add_argument("--rounds", type=int, default=1, help="how often a task is done; medians are shown")
    parser.add_argument(
        "--limit", type=float, default=150, help="seconds after which no further lab is begun"
    )
    parser.add_argument("--no-save", action="store_true", help="write no result file")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiming.site.settings")
    import django

    django.setup()
    told = results.header("benchmarks.labs")
    lines = run(given)
    told |= {"load_after": machine.load(), "reference_ms_after": machine.reference_ms()}
    print(f"commit {told['commit']}; load {told['load_before']} before, {told['load_after']} after")
    if not given.no_save:
        print(results.keep(ROOT / "benchmarks" / "results", "labs", told, lines))


if __name__ == "__main__":
    main()
