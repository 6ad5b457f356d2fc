"""A disk that fills up: writing is refused in words, reading goes on, and it recovers by itself. A clock that jumps."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.machine import ROOT


@pytest.mark.timeout(600)
def test_a_full_disk(tmp_path: Path) -> None:
    namespace = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    if subprocess.run([*namespace, "true"], check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk of their own")
    done = subprocess.run(
        [*namespace, sys.executable, "-m", "drills.full_disk", str(tmp_path)],
        cwd=ROOT,
        env={
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "QIMING_TESTING"}
        },
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.mark.timeout(900)
def test_a_clock_that_jumps(tmp_path: Path) -> None:
    hidden = {"DATABASE_URL", "QIMING_TESTING", "QIMING_HOME"}
    done = subprocess.run(
        [sys.executable, "-m", "drills.clock", str(tmp_path)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in hidden},
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
