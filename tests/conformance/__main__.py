"""ADL's LRS conformance suite against a fresh installation: python -m tests.conformance SUITE [--version 2.0.0]

SUITE is a clone of adlnet/lrs-conformance-test-suite with its packages installed (`npm ci` there); nothing is fetched. Starts
a server of its own on an empty folder, makes a key, runs the suite for 1.0.3 and 2.0.0, prints how many tests passed of how
many and each that did not, and ends with status 1 unless every one of the expected number passed. 5 to 15 minutes.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drills.running import fresh
from drills.sources import key_of

EXPECTED = {"1.0.3": 1365, "2.0.0": 1442}
LIMIT_S = 1500
SHOWN = 40


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the suite's own log says; its exit status says nothing."""

    version: str
    total: int
    passed: int
    failed: int
    duration_s: float
    failures: list[str]

    @property
    def is_whole(self) -> bool:
        return self.passed == self.total == EXPECTED[self.version]

    def __str__(self) -> str:
        left = self.total - self.passed - self.failed
        return (
            f"xAPI {self.version}: {self.passed} of {self.total} passed ({EXPECTED[self.version]} expected), "
            f"{self.failed} failed, {left} not reached; {self.duration_s:.0f} s"
        )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("suite", type=Path)
    parser.add_argument("--version", action="append", choices=EXPECTED, help="both when none is named")
    given = parser.parse_args()
    if not (given.suite / "node_modules").is_dir():
        sys.exit(f"{given.suite} is no clone of the suite with its packages installed")
    with tempfile.TemporaryDirectory(prefix="qiming-conformance-") as folder:
        one = fresh(Path(folder) / "home", demo=False)
        one.start()
        try:
            key = key_of(one, "conformance suite")
            outcomes = [run(given.suite, one.port, key, version) for version in given.version or EXPECTED]
        finally:
            one.stop()
    for outcome in outcomes:
        print(outcome, *(f"  FAILED {one}" for one in outcome.failures[:SHOWN]), sep="\n")
    return 0 if all(outcome.is_whole for outcome in outcomes) else 1


def run(suite: Path, port: int, key: dict[str, str], version: str) -> Outcome:
    """The whole suite for one version."""
    node = [sys.executable, "-m", "qiming.site.node", "node"]
    command = [*node, "bin/console_runner.js", "-x", version, "-e", f"http://127.0.0.1:{port}/xapi",
               "-a", "-u", key["key"], "-p", key["secret"]]  # fmt: skip
    root = Path(__file__).resolve().parents[2]
    environment = os.environ | {"PYTHONPATH": str(root)}
    done = subprocess.run(
        command, cwd=suite, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    logs = re.findall(r"/\S*\.log", done.stdout + done.stderr)
    if not logs:
        sys.exit(f"{version}: the suite wrote no log: {(done.stdout + done.stderr)[-2000:]}")
    return read(json.loads(Path(logs[-1]).read_text(encoding="utf-8")), version)


def read(log: dict[str, Any], version: str) -> Outcome:
    """What a log of the suite says."""
    summary = log["summary"]
    return Outcome(
        version,
        total=summary["total"],
        passed=summary["passed"],
        failed=summary["failed"],
        duration_s=log.get("duration", 0) / 1000,
        failures=list(_failures(log.get("log") or {}, "")),
    )


def _failures(node: dict[str, Any], path: str) -> Iterator[str]:
    title = f"{path} > {node.get('title', '')}"[-220:]
    inner = node.get("tests") or []
    if not inner and node.get("title") and node.get("status") != "passed":
        yield f"{title} | {str(node.get('error'))[:140]}".replace("\n", " ")
    for one in inner:
        yield from _failures(one, title)


if __name__ == "__main__":
    sys.exit(main())
