"""Kill -9 while eight systems bring statements: what was acknowledged is kept, once and whole, and can be followed."""

import json
import os
from pathlib import Path

import pytest

from drills.running import fresh, run_inside
from drills.sources import key_of

STRIKES = os.environ.get("DRILL_STRIKES", "12")


@pytest.mark.timeout(900)
def test_no_acknowledged_statement_is_lost_or_doubled(tmp_path: Path) -> None:
    running = fresh(tmp_path / "home", demo=False)
    running.start()
    try:
        key = json.dumps(key_of(running, "drill"))
        run_inside(running, "ingest", str(running.pid), key, "--strikes", STRIKES)
    finally:
        running.stop()
