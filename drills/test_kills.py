"""Kill -9 of web worker, queue worker and PostgreSQL at every step: nothing acknowledged is lost, nothing doubled."""

import os
from pathlib import Path

import pytest

from drills.running import fresh, run_inside

ROUNDS = os.environ.get("DRILL_ROUNDS", "2")


@pytest.mark.timeout(3000)
def test_kill_each_part_at_each_step(tmp_path: Path) -> None:
    running = fresh(tmp_path / "home")
    running.start()
    try:
        run_inside(running, "kills", str(running.pid), "--rounds", ROUNDS)
    finally:
        running.stop()
