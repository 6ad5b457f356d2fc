"""The content that ships, in a test's database: imported once for a run of tests, copied in afterwards.

Importing it takes five seconds of a core (every text rendered, every rule checked), copying a tenth of one. That the
import does what it should is `qiming/curriculum/tests/test_sync.py`'s to say.
"""

import fcntl
import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings

from qiming.curriculum.services import sync_content
from qiming.kernel import time
from qiming.kernel.testing import copy_in, copy_out
from qiming.site import home

# Processes of one run share what the first of them imported; another run has a folder of its own.
_FOLDER = home.path() / "shipped" / (os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"alone-{os.getpid()}")


def load_shipped() -> None:
    """What `sync_content(settings.CONTENT_ROOT)` leaves behind; to be called in a transaction that is undone."""
    with _kept() as folder:
        if (folder / "rows").exists():
            copy_in(pickle.loads((folder / "rows").read_bytes()))
            return
        assert sync_content(settings.CONTENT_ROOT).ok
        rows = copy_out(apps.get_app_config("curriculum").get_models())
        (folder / "rows").write_bytes(pickle.dumps(rows))


@contextmanager
def _kept() -> Iterator[Path]:
    folder = _FOLDER / str(time.today())  # rows carry the day on which they were imported
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
