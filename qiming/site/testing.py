"""pytest plugin: one embedded PostgreSQL for all test processes, one database per process."""

import logging
import os
import re
import shutil
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql

from qiming.kernel.logs import PlainLines
from qiming.site import database, home

os.environ["QIMING_TESTING"] = "1"
# Two test processes share two cores: threads that wait for each other by spinning would take both from the other.
for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")
os.environ.setdefault("QIMING_HOME", str(home.path() / "test"))


# A busy machine is no fault of the code: no limit of time for an example, none for making one. The same examples come
# every time in CI, so that a red run is red again; elsewhere new ones.
settings.register_profile(
    "house",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")

MADE_BY_MIGRATIONS = {"django_migrations", "django_content_type", "auth_permission"}
_NUMBER = re.compile(r"G\d{17}[\dX]")


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


@pytest.fixture(autouse=True, scope="session")
def _empty_only_what_was_filled() -> Iterator[None]:
    """After a test that commits, Django empties every table there is; here, those that have rows and what points at them."""
    from django.test import TransactionTestCase

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: _empty_tables())
        yield


def _empty_tables() -> None:
    from django.db import connection

    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    each = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(one, sql.Identifier(one))
        for one in sorted(tables - MADE_BY_MIGRATIONS)
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(each))
        if filled := cursor.fetchall():
            names = sql.SQL(", ").join(sql.Identifier(name) for (name,) in filled)
            cursor.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))


@pytest.fixture(autouse=True)
def _nobody_was_here_before() -> None:
    """Each test begins with full buckets: what one did does not slow the next."""
    from qiming.kernel.throttle import buckets

    buckets.forget()


class _Listener(logging.Handler):
    """Hears every log line of the tests as the installation would write it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(PlainLines("%(name)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


_listener = _Listener()
logging.getLogger().addHandler(_listener)


@pytest.fixture(autouse=True)
def no_person_in_the_log() -> Iterator[None]:
    """Whatever a test makes the application do, no name or number of the cast may lie in the log afterwards."""
    _listener.lines.clear()
    yield
    from qiming.registry.testing import NAMES  # the cast needs Django, which is up by now
    from tests.world import PUPILS

    cast = [*PUPILS, *(f"{name}同学" for name in NAMES)]
    found = [line for line in _listener.lines if _NUMBER.search(line) or any(name in line for name in cast)]
    assert not found, "a person is named in the log"


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server when this process started it; the workers of a parallel run leave it alone."""
    if _started_here and not hasattr(config, "workerinput"):
        database.stop(home.path())
        shutil.rmtree(home.path() / "shipped", ignore_errors=True)
