"""Under load: the database restarts and is killed while 32 pupils answer; two administrators import at once."""

from collections.abc import Iterator

import pytest

from benchmarks.ours.installation import Installation
from drills.running import fresh, run_inside


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    one = fresh(tmp_path_factory.mktemp("load") / "home")
    one.start()
    yield one
    one.stop()


@pytest.mark.timeout(600)
def test_the_database_restarts_while_a_class_answers(running: Installation) -> None:
    run_inside(running, "load")


@pytest.mark.timeout(600)
def test_two_administrators_import_at_once(running: Installation) -> None:
    run_inside(running, "imports")
