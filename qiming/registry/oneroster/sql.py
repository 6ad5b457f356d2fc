"""Set-based SQL over the staging tables: one place that runs it, with the facts every statement may use."""

from collections.abc import Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection


class Sql:
    """Statements of one package.

    Facts: package, path (the place's scope path), today, begun (of the school year), sources (where ids are
    looked up, the own one first), source (where new ids are written), version, bulk_<file>, agents_told (some row
    names a guardian), actor_person, limited (reach below the city), names (may samples show them), posts (may
    heads and administrators be appointed), end_share (percent of a school that may end unasked)."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = dict(facts)

    def run(self, statement: str, **more: Any) -> int:
        """Execute; returns how many rows it touched."""
        with connection.cursor() as cursor:
            cursor.execute(statement, self._used(statement, more))
            return max(0, int(cursor.rowcount))

    def rows(self, statement: str, **more: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, self._used(statement, more))
            return list(cursor.fetchall())

    def one(self, statement: str, **more: Any) -> tuple[Any, ...]:
        return self.rows(statement, **more)[0]

    def value(self, statement: str, **more: Any) -> Any:
        return self.one(statement, **more)[0]

    def _used(self, statement: str, more: Mapping[str, Any]) -> dict[str, Any]:
        facts = {**self.facts, **more}
        return {name: value for name, value in facts.items() if f"%({name})s" in statement}


@contextmanager
def generous(megabytes: int = 96) -> Any:
    """Room to sort and hash in, for the transaction that is open."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, true)", [f"{megabytes}MB"])
        cursor.execute("SELECT set_config('hash_mem_multiplier', '2', true)")
        # The planner guesses that a staged table is small; a loop over a million rows would never end.
        cursor.execute("SELECT set_config('jit', 'off', true)")
    yield


def measure_stage() -> None:
    """Tell the planner what was staged."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_measure_stage()")


# One finding per row of a query that gives (line, column, value, reason).
FINDING = """
INSERT INTO registry_packagefinding (package_id, file, line, "column", value, reason, level, by_reading)
SELECT %(package)s::uuid, {file}, found.line, found.col, left(found.value, 80), left(found.reason, 200), {level}, false
FROM ({query}) AS found (line, col, value, reason)
"""


def finding(file: str, query: str, level: str = "w") -> str:
    """A statement that notes what a query found."""
    return FINDING.format(file=f"'{file}'", query=query, level=f"'{level}'")
