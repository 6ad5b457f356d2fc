"""Somebody is erased, or has been gone long enough: every file with the number is written again without it, and read once
more as proof."""

import json
import os
from bisect import bisect_left
from collections.abc import Collection, Sequence
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
    """What an erasure did. `case`: whose, by the number of the event that asked for it, never the person's own; empty:
    pupils who left long ago. `left`: files in which one of them still stands."""

    case: str
    at: str
    generation: int
    files: int
    rewritten: int
    people: int
    rows: int
    left: int


def forget(root: Path, numbers: Collection[int], *, case: str, at: str) -> Proof:
    """Take the rows of these people out of the lake. Done twice, the second time finds nothing."""
    wanted = sorted(numbers)
    with writing(root) as writer:
        mine = _files(writer)
        found = [one for one in mine if _met(writer, one, wanted)]
        people = {number for one in found for number in _met(writer, one, wanted)}
        rows = sum(_without(writer, one, wanted) for one in found)
        if found:
            writer.publish(at)
        left = sum(bool(_met(writer, one, wanted)) for one in _files(writer))
        proof = Proof(case, at, writer.manifest.generation, len(mine), len(found), len(people), rows, left)
        if left:
            raise LakeTrouble("删除后再读，还有这些人的行：请运行 qiming insight check 并报告")
        if found or proof.case:
            _keep(root, proof)
    return proof


def _files(writer: Writer) -> list[LakeFile]:
    """The files with rows of people."""
    return [one for one in writer.manifest.files if TABLES[one.table].person]


def _met(writer: Writer, one: LakeFile, wanted: Sequence[int]) -> set[int]:
    """Which of the numbers stand in a file; row groups whose range holds none of them are not read."""
    file = pq.ParquetFile(writer.root / one.path)
    column = TABLES[one.table].person
    at = file.schema_arrow.get_field_index(column)
    met: set[int] = set()
    for group in range(file.num_row_groups):
        told = file.metadata.row_group(group).column(at).statistics
        if told is None or not told.has_min_max or _any_between(wanted, told.min, told.max):
            values = file.read_row_group(group, columns=[column])[column]
            met |= set(values.filter(pc.is_in(values, _set(wanted))).to_pylist())
    return met


def _any_between(wanted: Sequence[int], least: int, most: int) -> bool:
    at = bisect_left(wanted, least)
    return at < len(wanted) and wanted[at] <= most


def _set(wanted: Sequence[int]) -> pa.Array:
    return pa.array(wanted, pa.int64())


def _without(writer: Writer, one: LakeFile, wanted: Sequence[int]) -> int:
    table = TABLES[one.table]
    rows = writer.read(table, [one])
    kept = rows.filter(pc.invert(pc.is_in(rows[table.person], _set(wanted))))
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
