"""Running measures over a lake, and the nightly sums they are made of."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from qiming.insight.lake import manifest as manifests
from qiming.insight.lake.manifest import LakeFile, Manifest
from qiming.insight.lake.store import Writer, writing
from qiming.insight.lake.tables import STATEMENTS, TABLES, Table
from qiming.insight.measures import figures
from qiming.insight.measures.catalogue import DERIVED, Measure, Row
from qiming.insight.measures.engines import DuckDB, Engine
from qiming.insight.measures.partials import PARTIALS

Say = Callable[[str], None]
Stale = tuple[dict[str, str], list[LakeFile], list[LakeFile]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A measure's figures. `hidden`: groups too small to be shown."""

    measure: Measure
    engine: str
    manifest: Manifest
    rows: list[Row]
    hidden: int
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        one = self.measure
        return {
            "measure": one.name, "name": one.zh, "means": one.means, "unit": one.unit, "owner": one.owner,
            "least": one.least, "hidden": self.hidden, "engine": self.engine,
            "is_synthetic": self.manifest.is_synthetic, "says": self.manifest.says,
            "made_at": self.manifest.made_at, "generation": self.manifest.generation,
            "seconds": round(self.seconds, 3), "rows": self.rows,
        }  # fmt: skip


def answer(measure: Measure, root: Path, engine: Engine, *, from_raw: bool = False) -> Answer:
    """One measure over a lake: from the nightly sums, or with `from_raw` from the statements themselves."""
    began = time.perf_counter()
    manifest = manifests.existing(root)
    found = whole(measure, root, manifest, engine, from_raw=from_raw)
    kept, hidden = figures.shown(found, size=measure.size, least=measure.least, counts=measure.counts)
    rows = [_told(measure, row, manifest) for row in kept]
    rows.sort(key=lambda row: [str(row[name]) for name in measure.group])
    return Answer(measure, engine.name, manifest, rows, hidden, time.perf_counter() - began)


def whole(
    measure: Measure, root: Path, manifest: Manifest, engine: Engine, *, from_raw: bool = False
) -> list[Row]:
    """Every group with its sums, small ones too: for this house's own comparison, never to be shown."""
    tables = {}
    for name in measure.needs:
        if name in DERIVED and (from_raw or not is_fresh(manifest, TABLES[name])):
            tables[name] = engine.worked_out(root, TABLES[name], manifest)
        else:
            tables[name] = engine.table(root, TABLES[name], manifest.of_table(name))
    return engine.rows(measure.expression(tables))


def _told(measure: Measure, row: Row, manifest: Manifest) -> Row:
    """What leaves of a row: the group, the counts that may be shown, the figures of them."""
    told = {name: _plain(row[name]) for name in measure.group}
    if "district" in told:
        told["district_name"] = manifest.places.get(str(told["district"]), "")
    told |= {name: row[name] for name in measure.keeps}
    return told | measure.figures(row)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def source_of(files: list[LakeFile]) -> str:
    """What a derived file was made of: the checksums of the files below it."""
    return sha256("".join(sorted(one.sha256 for one in files)).encode()).hexdigest()


def stale_parts(manifest: Manifest, table: Table) -> list[Stale]:
    """The parts of a derived table that are not made of today's statements: part, its source, what lies there."""
    parts = {
        tuple(sorted(one.parts.items()))
        for one in manifest.files
        if one.table in (STATEMENTS.name, table.name)
    }
    found = []
    for items in sorted(parts):
        where = dict(items)
        below, there = manifest.of_table(STATEMENTS.name, **where), manifest.of_table(table.name, **where)
        made_of = [one.of for one in there]
        if (made_of != [source_of(below)]) if below else there:
            found.append((where, below, there))
    return found


def is_fresh(manifest: Manifest, table: Table) -> bool:
    return not stale_parts(manifest, table)


def refresh(root: Path, *, say: Say = lambda _: None, memory: str = "2GB") -> int:
    """Work out the sums of every part whose statements changed; returns how many files were written."""
    made = 0
    with writing(root) as writer:
        engine = DuckDB(memory=memory)
        try:
            for name in PARTIALS:
                for stale in stale_parts(writer.manifest, TABLES[name]):
                    _refresh_part(writer, engine, TABLES[name], stale)
                    writer.publish(now())
                    made += 1
                    say(f"{name} {' '.join(stale[0].values())}")
        finally:
            engine.close()
    return made


def _refresh_part(writer: Writer, engine: DuckDB, table: Table, stale: Stale) -> None:
    where, below, there = stale
    writer.drop(there)
    if below:
        writer.add(table, where, engine.sums(writer.root, table, below), source_of(below))


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
