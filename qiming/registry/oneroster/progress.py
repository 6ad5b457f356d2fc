"""How far the work on a package is, for a page to ask: written beside the long transaction, on its own connection."""

import time as clock
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections

from qiming.kernel import time
from qiming.registry.oneroster.staging import Tell

_EVERY_S = 0.7


@contextmanager
def telling(package_id: UUID) -> Iterator[Tell]:
    """A teller that keeps what it is told in PackageProgress, now and then."""
    own = connections.create_connection(DEFAULT_DB_ALIAS)
    before, moment = "", 0.0

    def tell(what: str, done: int, total: int) -> None:
        nonlocal before, moment
        now = clock.monotonic()
        if what == before and now - moment < _EVERY_S:
            return
        before, moment = what, now
        with own.cursor() as cursor:
            cursor.execute(
                "UPDATE registry_packageprogress SET what = %s, done = %s, total = %s, at = %s WHERE package_id = %s",
                [what[:40], done, total, time.now(), package_id],
            )

    try:
        yield tell
    finally:
        own.close()
