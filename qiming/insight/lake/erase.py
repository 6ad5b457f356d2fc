"""Somebody is erased: every file with the person's number is written again without it, and read once more as proof."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qiming.insight.lake.manifest import LakeFile, LakeTrouble
from qiming.insight.lake.store import Writer, writing
from qiming.insight.lake.tables import TABLES

PROOFS = "erasures.jsonl"


@dataclass(frozen=True, slots=True)
class Proof:
    """What an erasure did. `case`: whose, by the number of the event that asked for it, never the person's own."""

    case: str
    at: str
    generation: int
    files: int
    rewritten: int
    rows: int
    left: int


def forget(root: Path, number: int, *, case: str, at: str) -> Proof:
    """Take a person's rows out of the lake. Done twice, the second time finds nothing."""
    with writing(root) as writer:
        mine = [one for one in writer.manifest.files if TABLES[one.table].person]
        found = [one for one in mine if _count(writer, one, number)]
        rows = sum(_without(writer, one, number) for one in found)
        if found:
            writer.publish(at)
        left = sum(_count(writer, one, number) for one in writer.manifest.files if TABLES[one.table].person)
        proof = Proof(case, at, writer.manifest.generation, len(mine), len(found), rows, left)
        if left:
            raise LakeTrouble("删除后再读，还有这个人的行：请运行 qiming insight check 并报告")
        _keep(root, proof)
    return proof


def _count(writer: Writer, one: LakeFile, number: int) -> int:
    """How often the number stands in a file; row groups whose range excludes it are not read."""
    file = pq.ParquetFile(writer.root / one.path)
    column = TABLES[one.table].person
    at = file.schema_arrow.get_field_index(column)
    found = 0
    for group in range(file.num_row_groups):
        told = file.metadata.row_group(group).column(at).statistics
        if told is None or not told.has_min_max or told.min <= number <= told.max:
            values = file.read_row_group(group, columns=[column])[column]
            found += int(pc.sum(pc.equal(values, number)).as_py() or 0)
    return found


def _without(writer: Writer, one: LakeFile, number: int) -> int:
    table = TABLES[one.table]
    rows = writer.read(table, [one])
    kept = rows.filter(pc.not_equal(rows[table.person], pa.scalar(number, pa.int64())))
    writer.drop([one])
    writer.add(table, one.parts, kept, one.of)
    return int(rows.num_rows - kept.num_rows)


def _keep(root: Path, proof: Proof) -> None:
    with (root / PROOFS).open("a", encoding="utf-8") as out:
        out.write(json.dumps(asdict(proof)) + "\n")
        out.flush()
        os.fsync(out.fileno())


def proofs(root: Path) -> list[Proof]:
    path = root / PROOFS
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [Proof(**json.loads(line)) for line in lines]
