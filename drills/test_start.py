"""Starting an installation: empty and again, within the promised time, and stopping without leftovers."""

import time
from pathlib import Path

import pytest

from tests.journeys import installation

EMPTY_S = 45.0
AGAIN_S = 10.0


@pytest.mark.timeout(300)
def test_first_and_second_start(tmp_path: Path) -> None:
    took = []
    for _ in range(2):
        began = time.monotonic()
        running = installation.start(tmp_path / "home")
        took.append(time.monotonic() - began)
        running.stop()
        assert not (tmp_path / "home" / "pg" / "postmaster.pid").exists()
    print(f"empty home {took[0]:.1f} s, second start {took[1]:.1f} s")
    assert took[0] < EMPTY_S
    assert took[1] < AGAIN_S
