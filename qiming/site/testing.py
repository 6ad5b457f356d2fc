"""pytest plugin: one embedded PostgreSQL for all test processes, one database per process."""

import os

import pytest

from qiming.site import database, home

os.environ["QIMING_TESTING"] = "1"
os.environ.setdefault("QIMING_HOME", str(home.path() / "test"))


def _serve() -> bool:
    """Make sure that a server runs; True when this process had to start it."""
    if os.environ.get("DATABASE_URL"):
        return False
    root = home.path()
    (root / "static").mkdir(exist_ok=True)
    was_running = database.is_running(root)
    server = database.start(root, durable=False)
    os.environ["DATABASE_URL"] = server.url("owner", "postgres")
    return not was_running


_started_here = _serve()


@pytest.fixture(autouse=True)
def _nobody_was_here_before() -> None:
    """Each test begins with full buckets: what one did does not slow the next."""
    from qiming.kernel.throttle import buckets

    buckets.forget()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server when this process started it; the workers of a parallel run leave it alone."""
    if _started_here and not hasattr(config, "workerinput"):
        database.stop(home.path())
