"""Writing into a lake: one writer at a time, files first, then the manifest; compaction.

A writer that dies (kill -9, power cut) leaves files that no manifest names: the next writer sweeps them away.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from qiming.insight.lake import manifest as manifests
from qiming.insight.lake.manifest import LakeFile, LakeTrouble, Manifest
from qiming.insight.lake.tables import TABLES, Table, upgraded

LOCK = ".lock"
ROWS_AT_ONCE = (
    1 << 17
)  # of a row group: small enough to be skipped by a person's number, large enough to pack well
TOO_MANY = 8  # files of one part before they are made one


class Writer:
    """Changes that become the lake together when `publish` is called."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.manifest = manifests.load(root)
        self._new: list[LakeFile] = []
        self._out: list[LakeFile] = []

    def note(self, **facts: object) -> None:
        """Set fields of the manifest: marks, places, labels."""
        self.manifest = replace(self.manifest, **facts)  # type: ignore[arg-type]  # names are the manifest's own

    def add(self, table: Table, parts: Mapping[str, str], rows: pa.Table, of: str = "") -> LakeFile | None:
        """Write rows as one file of a part; it is in the lake from the next `publish` on."""
        if not rows.num_rows and not of:
            return None  # a derived part without rows is written: it says of what
        folder = self.folder(table, parts)
        path = folder / f"{uuid4().hex}.parquet"
        pq.write_table(
            rows.sort_by([(name, "ascending") for name in table.order]),
            path,
            compression="zstd",
            row_group_size=ROWS_AT_ONCE,
        )
        return self.take(table, parts, path, of)

    def take(self, table: Table, parts: Mapping[str, str], path: Path, of: str = "") -> LakeFile:
        """Take a file that somebody else wrote into `folder`."""
        with path.open("rb+") as file:
            os.fsync(file.fileno())
        told = pq.read_metadata(path)
        made = LakeFile(
            path=str(path.relative_to(self.root)),
            table=table.name,
            parts=dict(parts),
            rows=told.num_rows,
            size_bytes=path.stat().st_size,
            sha256=manifests.sum_of(path),
            columns=list(told.schema.to_arrow_schema().names),
            of=of,
        )
        self._new.append(made)
        return made

    def folder(self, table: Table, parts: Mapping[str, str]) -> Path:
        folder = self.root / table.name
        for name in table.parts:
            folder /= f"{name}={parts[name]}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def drop(self, files: Sequence[LakeFile]) -> None:
        """These leave the lake with the next `publish`."""
        self._out += files

    def replace_part(self, table: Table, parts: Mapping[str, str], rows: pa.Table) -> bool:
        """Write a part anew; False when it is what lies there already."""
        there = self.manifest.of_table(table.name, **parts)
        rows = rows.sort_by([(name, "ascending") for name in table.order])
        if there and sum(one.rows for one in there) == rows.num_rows and self.read(table, there).equals(rows):
            return False
        self.drop(there)
        self.add(table, parts, rows)
        return bool(there or rows.num_rows)

    def read(self, table: Table, files: Sequence[LakeFile]) -> pa.Table:
        """The rows of some files with today's columns."""
        return pa.concat_tables(
            [
                upgraded(
                    pq.ParquetFile(self.root / one.path).read(), table
                )  # not as a data set: no columns from paths
                for one in files
            ]
            or [table.schema.empty_table()]
        )

    def publish(self, made_at: str) -> Manifest:
        """Make the changes the lake, then delete what left it."""
        for folder in {(self.root / one.path).parent for one in self._new}:
            manifests.flush_folder(folder)
        changed = self.manifest.with_files(out=self._out, new=self._new)
        self.manifest = replace(changed, generation=changed.generation + 1, made_at=made_at)
        manifests.publish(self.root, self.manifest)
        for one in self._out:
            (self.root / one.path).unlink(missing_ok=True)
        self._new, self._out = [], []
        return self.manifest


@contextmanager
def writing(root: Path) -> Iterator[Writer]:
    """The one writer of a lake; the lock goes with the process, however it ends."""
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (root / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LakeTrouble("另一个任务正在写这个数据湖；它写完再试，什么也没有改动") from None
        writer = Writer(root)
        sweep(root, writer.manifest)
        yield writer


def sweep(root: Path, manifest: Manifest) -> int:
    """Delete what a broken run left: files of our tables that the manifest does not name."""
    named = {one.path for one in manifest.files}
    gone = 0
    for name in TABLES:
        for path in (root / name).rglob("*"):
            if path.is_file() and str(path.relative_to(root)) not in named:
                path.unlink()
                gone += 1
    (root / f"{manifests.NAME}.new").unlink(missing_ok=True)
    return gone


def compact(writer: Writer, made_at: str, *, most: int = TOO_MANY) -> int:
    """Make one file of every part that has more than `most`, part after part; returns how many parts."""
    parts: dict[tuple[str, tuple[tuple[str, str], ...]], list[LakeFile]] = {}
    for one in writer.manifest.files:
        parts.setdefault((one.table, tuple(one.parts.items())), []).append(one)
    done = 0
    for (name, where), files in sorted(parts.items()):
        if len(files) <= most:
            continue
        table = TABLES[name]
        rows = writer.read(table, files)
        if rows.num_rows != sum(one.rows for one in files):
            raise LakeTrouble(f"{name} {dict(where)} 的行数和清单不符：请运行 qiming insight check")
        writer.drop(files)
        writer.add(table, dict(where), rows)
        writer.publish(made_at)
        done += 1
    return done
