"""DuckDB on one machine, Spark on many: both give the lake's tables as Ibis tables with today's columns."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, Protocol

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.expr.types import Table as Expression

from qiming.insight.lake.manifest import HOW_LAKE, HOW_SPARK, LakeFile, LakeTrouble, Manifest
from qiming.insight.lake.tables import STATEMENTS, Table
from qiming.insight.measures.partials import PARTIALS

MEMORY = "3GB"


class Engine(Protocol):
    name: str

    def table(self, root: Path, table: Table, files: Sequence[LakeFile]) -> Expression: ...

    def worked_out(self, root: Path, table: Table, manifest: Manifest) -> Expression:
        """A derived table from the statements themselves."""

    def rows(self, expression: Expression) -> list[dict[str, Any]]: ...


class _Both:
    name = ""

    def _complete(self, found: Expression, table: Table) -> Expression:
        """Today's columns, whatever age the files are of."""
        kinds = ibis.Schema.from_pyarrow(table.schema)
        columns: dict[str, Any] = {}
        for name, column in table.columns.items():
            kind = kinds[name].copy(nullable=True)
            value = (
                found[name].cast(kind) if name in found.columns else ibis.literal(column.default, type=kind)
            )
            columns[name] = value if column.default is None else value.fill_null(column.default)
        return found.select(**columns, **{part: found[part].cast("string") for part in table.parts})

    def _empty(self, table: Table) -> Expression:
        schema = ibis.Schema.from_pyarrow(table.schema)
        return ibis.memtable([], schema={**dict(schema.items()), **dict.fromkeys(table.parts, "string")})

    def rows(self, expression: Expression) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.connection.to_pyarrow(expression).to_pylist()  # type: ignore[attr-defined]
        return found


class DuckDB(_Both):
    name = "duckdb"

    def __init__(self, *, memory: str = MEMORY, threads: int = 0) -> None:
        more = {"threads": threads} if threads else {}
        self.connection = ibis.duckdb.connect(memory_limit=memory, preserve_insertion_order=False, **more)
        self._temporary = TemporaryDirectory(prefix="qiming-lake-")

    def table(self, root: Path, table: Table, files: Sequence[LakeFile]) -> Expression:
        if not files:
            return self._empty(table)
        found = self.connection.read_parquet(
            [str(root / one.path) for one in files],
            hive_partitioning=True,
            hive_types_autocast=False,
            union_by_name=_differ(files),
        )
        return self._complete(found, table)

    def worked_out(self, root: Path, table: Table, manifest: Manifest) -> Expression:
        """Part after part into a folder that goes with the engine: memory stays that of one part."""
        lake = sha256(f"{root.resolve()} {manifest.generation}".encode()).hexdigest()
        folder = Path(self._temporary.name) / lake / table.name
        if not folder.exists():
            folder.mkdir(parents=True)
            for number, part in enumerate(_parts(manifest)):
                found = self.sums(root, table, part)
                # the folders' columns are part of it: these files lie in no folders
                parts = {name: pa.repeat(part[0].parts[name], found.num_rows) for name in table.parts}
                whole = pa.table({**{name: found[name] for name in found.column_names}, **parts})
                pq.write_table(whole, folder / f"{number}.parquet", compression="zstd")
        if not any(folder.iterdir()):
            return self._empty(table)
        return self.connection.read_parquet([str(one) for one in sorted(folder.iterdir())])

    def sums(self, root: Path, table: Table, files: Sequence[LakeFile]) -> pa.Table:
        """The rows of a derived table that the statements in these files make, as they lie in the lake."""
        found = self.connection.to_pyarrow(PARTIALS[table.name](self.table(root, STATEMENTS, files)))
        return found.select(table.schema.names).cast(table.schema)

    def close(self) -> None:
        self.connection.disconnect()
        self._temporary.cleanup()


class Spark(_Both):
    name = "spark"

    def __init__(self, *, master: str = "", settings: Mapping[str, str] = MappingProxyType({})) -> None:
        self.session = _session(master or os.environ.get("QIMING_SPARK_MASTER", "local[2]"), settings)
        self.connection = ibis.pyspark.connect(self.session)

    def table(self, root: Path, table: Table, files: Sequence[LakeFile]) -> Expression:
        if not files:
            return self._empty(table)
        read = self.session.read.option("basePath", str(root / table.name)).option(
            "mergeSchema", _differ(files)
        )
        found = read.parquet(*[str(root / one.path) for one in files])
        name = f"lake_{table.name}"
        found.createOrReplaceTempView(name)
        return self._complete(self.connection.table(name), table)

    def worked_out(self, root: Path, table: Table, manifest: Manifest) -> Expression:
        return PARTIALS[table.name](self.table(root, STATEMENTS, manifest.of_table(STATEMENTS.name)))

    def close(self) -> None:
        self.session.stop()


def _parts(manifest: Manifest) -> list[list[LakeFile]]:
    parts: dict[str, list[LakeFile]] = {}
    for one in manifest.of_table(STATEMENTS.name):
        parts.setdefault(" ".join(one.parts.values()), []).append(one)
    return list(parts.values())


def _differ(files: Sequence[LakeFile]) -> bool:
    """Whether some of the files are of another age than others."""
    return len({tuple(one.columns) for one in files}) > 1


def _session(master: str, more: Mapping[str, str]) -> Any:
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra of its own

    made = SparkSession.builder.master(master).appName("qiming-lake")
    settings: dict[str, str] = {
        "spark.ui.enabled": "false",
        "spark.driver.memory": "2g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "8",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.log.level": "ERROR",
        "spark.ui.showConsoleProgress": "false",
        **_of_workers(master),
        **more,
    }
    for name, value in settings.items():
        made = made.config(name, value)
    return made.getOrCreate()


def _of_workers(master: str) -> dict[str, str]:
    return {"spark.executor.memory": "2g", "spark.executor.cores": "1"} if "://" in master else {}


@contextmanager
def opened(name: str = "", **options: Any) -> Iterator[DuckDB | Spark]:
    """The engine by name, or as QIMING_ENGINE says, or DuckDB."""
    wanted = name or os.environ.get("QIMING_ENGINE", "duckdb")
    if wanted not in ("duckdb", "spark"):
        raise LakeTrouble(f"没有叫 {wanted} 的引擎：请用 duckdb 或 spark")
    try:
        engine = DuckDB(**options) if wanted == "duckdb" else Spark(**options)
    except ImportError as trouble:
        raise LakeTrouble(HOW_LAKE if wanted == "duckdb" else HOW_SPARK) from trouble
    except Exception as trouble:
        if wanted == "spark" and "JAVA" in str(trouble).upper():
            raise LakeTrouble(HOW_SPARK) from trouble
        raise
    try:
        yield engine
    finally:
        engine.close()
