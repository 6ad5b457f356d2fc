"""Files and manifest: what a crash leaves, what a reader sees, how old files are read. No database."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qiming.insight.lake import manifest as manifests
from qiming.insight.lake import store
from qiming.insight.lake.erase import forget, proofs
from qiming.insight.lake.manifest import LakeTrouble
from qiming.insight.lake.store import Writer, compact, writing
from qiming.insight.lake.tables import CREDITS, PUPIL_WEEKS, STATEMENTS, Column, Table, month_of, upgraded

PART = {"month": "2026-09", "district": "d1"}
AT = "2026-11-22T00:00:00+00:00"


def acts(*people: int, verb: str = "answered") -> pa.Table:
    rows: list[dict[str, Any]] = [
        {
            "person": one,
            "at": datetime(2026, 9, 7, 1, n, tzinfo=UTC),
            "day": date(2026, 9, 7),
            "week": date(2026, 9, 7),
            "verb": verb,
            "kind": "item",
            "number": 1000 * one + n,
        }
        for n, one in enumerate(people)
    ]
    return pa.Table.from_pylist(rows, schema=STATEMENTS.schema)


def people_in(root: Path) -> list[int]:
    writer = Writer(root)
    rows = writer.read(STATEMENTS, writer.manifest.of_table("statements"))
    return sorted(rows["person"].to_pylist())


def fill(root: Path, *some: tuple[int, ...]) -> None:
    for people in some:
        with writing(root) as writer:
            writer.add(STATEMENTS, PART, acts(*people))
            writer.publish(AT)


KILLED = """
import os, signal, sys
from pathlib import Path
from qiming.insight.lake import manifest, store
from qiming.insight.lake.tests.test_store import PART, acts
from qiming.insight.lake.tables import STATEMENTS
real = manifest.publish
def publish(root, new):
    if sys.argv[2] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    real(root, new)
    os.kill(os.getpid(), signal.SIGKILL)
manifest.publish = publish
with store.writing(Path(sys.argv[1])) as writer:
    writer.note(marks={"stored": "later"})
    if sys.argv[3] == "compact":
        store.compact(writer, "now", most=1)
    else:
        writer.add(STATEMENTS, PART, acts(7, 8, 9))
        writer.publish("now")
"""


@pytest.mark.parametrize("what", ["add", "compact"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_writer_killed_around_the_change_leaves_one_lake_or_the_other(
    tmp_path: Path, when: str, what: str
) -> None:
    fill(tmp_path, (1, 2), (3,))
    code = [sys.executable, "-c", KILLED, str(tmp_path), when, what]
    assert subprocess.run(code, check=False, env=os.environ).returncode == -signal.SIGKILL
    expected = [1, 2, 3, 7, 8, 9] if (when, what) == ("after", "add") else [1, 2, 3]
    assert people_in(tmp_path) == expected
    assert manifests.load(tmp_path).marks == ({"stored": "later"} if when == "after" else {})
    with writing(tmp_path) as writer:  # the next writer sweeps and goes on
        if expected == [1, 2, 3] and what == "add":
            writer.add(STATEMENTS, PART, acts(7, 8, 9))
            writer.publish(AT)
        compact(writer, AT, most=1)
    assert people_in(tmp_path) == ([1, 2, 3, 7, 8, 9] if what == "add" else [1, 2, 3])
    named = {one.path for one in manifests.load(tmp_path).files}
    assert {str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*.parquet")} == named and len(
        named
    ) == 1


def test_only_one_writes_and_the_other_is_told(tmp_path: Path) -> None:
    with writing(tmp_path), pytest.raises(LakeTrouble, match="另一个任务"), writing(tmp_path):
        pass
    fill(tmp_path, (1,))


def test_compaction_keeps_every_row_and_sorts_them(tmp_path: Path) -> None:
    fill(tmp_path, *[(n, 20 - n) for n in range(9)])
    before = people_in(tmp_path)
    with writing(tmp_path) as writer:
        assert compact(writer, AT) == 1
    assert people_in(tmp_path) == before and len(before) == 18
    [one] = manifests.load(tmp_path).files
    order = pq.ParquetFile(tmp_path / one.path).read()["person"].to_pylist()
    assert order == sorted(order)
    assert len(list(tmp_path.rglob("*.parquet"))) == 1


def test_a_part_that_did_not_change_is_not_written_again(tmp_path: Path) -> None:
    row = {"person": 1, "period": 2, "day": date(2026, 9, 7), "credited_minutes": 40, "period_minutes": 40}
    rows = pa.Table.from_pylist([row, row | {"person": 3}], schema=CREDITS.schema)
    for expected in (True, False):
        with writing(tmp_path) as writer:
            assert writer.replace_part(CREDITS, PART, rows) is expected
            writer.publish(AT)
    with writing(tmp_path) as writer:
        assert writer.replace_part(CREDITS, PART, rows.slice(1))
        writer.publish(AT)
        assert writer.replace_part(CREDITS, PART, rows.slice(2))
        writer.publish(AT)
    assert not manifests.load(tmp_path).files


def test_a_file_of_an_older_version_is_read_with_defaults() -> None:
    older = Table("t", {"person": Column(pa.int64())}, ("district",), "added", ("person",))
    more = {"way": Column(pa.string(), "web"), "n": Column(pa.int32())}
    newer = Table("t", {**older.columns, **more}, ("district",), "added", ("person",))
    found = upgraded(older.schema.empty_table(), newer)
    assert found.schema.names == ["person", "way", "n"] and not found.num_rows
    rows = upgraded(pa.table({"person": [1, 2]}), newer).to_pylist()
    assert rows == [{"person": 1, "way": "web", "n": None}, {"person": 2, "way": "web", "n": None}]


def test_a_file_that_was_changed_or_lost_is_found(tmp_path: Path) -> None:
    fill(tmp_path, (1,), (2,), (3,))
    first, second, _ = manifests.load(tmp_path).files
    assert manifests.damaged(tmp_path, manifests.load(tmp_path)) == []
    (tmp_path / first.path).unlink()
    with (tmp_path / second.path).open("ab") as file:
        file.write(b"x")
    assert manifests.damaged(tmp_path, manifests.load(tmp_path)) == [first.path, second.path]


@pytest.mark.parametrize(
    ("text", "words"), [("{", "读不懂"), ('{"format": "qiming-lake/9", "files": []}', "只认")]
)
def test_a_manifest_that_is_not_ours_is_refused_in_words(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / manifests.NAME).write_text(text)
    with pytest.raises(LakeTrouble, match=words):
        manifests.load(tmp_path)
    with pytest.raises(LakeTrouble, match="没有数据湖"):
        manifests.existing(tmp_path / "nowhere")


def test_an_erased_person_is_in_no_file_and_the_others_all_are(tmp_path: Path) -> None:
    fill(tmp_path, (1, 2, 2), (2,), (3, 1))
    weeks = pa.Table.from_pylist([{"person": 2, "acts": 4}, {"person": 1}], schema=PUPIL_WEEKS.schema)
    with writing(tmp_path) as writer:
        writer.add(PUPIL_WEEKS, PART, weeks, "source")
        writer.publish(AT)
    held = {one.path for one in manifests.load(tmp_path).files}
    proof = forget(tmp_path, [2], case="c1", at=AT)
    assert (proof.rows, proof.rewritten, proof.files, proof.left) == (4, 3, 4, 0)
    assert people_in(tmp_path) == [1, 1, 3]
    for path in tmp_path.rglob("*.parquet"):
        assert 2 not in pq.ParquetFile(path).read()["person"].to_pylist()
    assert (
        len(held & {one.path for one in manifests.load(tmp_path).files}) == 1
    )  # the others were written anew
    both = forget(tmp_path, [1, 3, 77], case="", at=AT)
    assert (both.people, both.rows, both.left) == (2, 4, 0) and people_in(tmp_path) == []
    again = forget(tmp_path, [2], case="c1", at=AT)
    assert (again.rows, again.rewritten) == (0, 0) and proofs(tmp_path) == [proof, both, again]
    assert "2" not in json.loads((tmp_path / "erasures.jsonl").read_text().splitlines()[0])["case"]


@pytest.mark.parametrize(
    ("day", "month"),
    [(date(2026, 9, 7), "2026-09"), (date(2026, 10, 4), "2026-09"), (date(2026, 10, 5), "2026-10")],
)
def test_no_week_is_cut_in_two(day: date, month: str) -> None:
    assert month_of(day) == month


def test_what_is_not_named_is_swept(tmp_path: Path) -> None:
    fill(tmp_path, (1,))
    stray = tmp_path / "statements" / "month=2026-09" / "district=d1" / "stray.parquet"
    stray.write_bytes(b"half")
    assert store.sweep(tmp_path, manifests.load(tmp_path)) == 1 and not stray.exists()
