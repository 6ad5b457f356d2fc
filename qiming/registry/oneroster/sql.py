"""Set-based SQL over the staging tables: one place that runs it, with the facts every statement may use."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import Model

from qiming.kernel import time


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
        facts = {"now": time.now(), **self.facts, **more}
        return {name: value for name, value in facts.items() if f"%({name})s" in statement}


_MANY = 3000


def make_room(staged_rows: int, megabytes: int = 96) -> None:
    """Room to sort and hash in, for the transaction that is open; called inside it.

    While a comparison fills in column after column the planner's statistics lag behind, and it takes a million
    rows for one: with many rows it may not loop over them.
    """
    with connection.cursor() as cursor:
        for name, value in (
            ("work_mem", f"{megabytes}MB"),
            ("hash_mem_multiplier", "2"),
            ("jit", "off"),
            ("enable_nestloop", "off" if staged_rows > _MANY else "on"),
        ):
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


def measure_stage() -> None:
    """Tell the planner what was staged."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_measure_stage()")


def usual(model: type[Model], given: Iterable[str]) -> dict[str, str]:
    """The columns of a table that a statement does not speak of, with what Django would write there, as SQL."""
    named = set(given)
    found = {}
    for field in model._meta.concrete_fields:
        column = str(field.column)
        if column in named or field.null:
            continue
        value = field.get_default()
        if isinstance(value, bool) or value is None:
            found[column] = {True: "true", False: "false", None: "NULL"}[value]
        else:
            found[column] = "'" + str(value).replace("'", "''").replace("%", "%%") + "'"
    return found


def insert(model: type[Model], columns: Mapping[str, str], source: str) -> str:
    """INSERT … SELECT with a new key and today's moment, and the usual values of what isn't named."""
    every = {"id": "registry_new_id()", "created_at": "%(now)s::timestamptz", **columns}
    every |= usual(model, every)
    return (
        f"INSERT INTO {model._meta.db_table} ({', '.join(every)}) SELECT {', '.join(every.values())} {source}"
    )


# One finding per row of a query that gives (line, column, value, reason).
FINDING = """
INSERT INTO registry_packagefinding (package_id, file, line, "column", value, reason, level, by_reading)
SELECT %(package)s::uuid, {file}, found.line, found.col, left(found.value, 80), left(found.reason, 200), {level}, false
FROM ({query}) AS found (line, col, value, reason)
"""


def finding(file: str, query: str, level: str = "w") -> str:
    """A statement that notes what a query found."""
    return FINDING.format(file=f"'{file}'", query=query, level=f"'{level}'")
