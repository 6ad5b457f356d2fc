"""An installation for a drill, and a way to run the drill's program with its settings."""

import socket
import subprocess
import sys
from pathlib import Path

from benchmarks.machine import ROOT
from benchmarks.ours.installation import Installation


def fresh(home: Path, *, demo: bool = True, **more: str) -> Installation:
    """An installation (with the demo city, on its school day), not started yet; `more` are environment variables."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    one = Installation(home, port, demo=demo)
    if not demo:
        del one.environment["QIMING_CLOCK"]
    one.environment |= more
    return one


def run_inside(one: Installation, module: str, *words: str) -> None:
    """Run `drills.<module>` against a running installation; fails with what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", f"drills.{module}", str(one.home), str(one.port), *words],
        cwd=ROOT,
        env=one.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
