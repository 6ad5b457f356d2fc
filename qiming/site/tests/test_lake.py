"""Every measure on both engines, from the nightly sums and from the statements: the same figures to the last digit."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from qiming.insight.cli import app
from qiming.insight.lake import manifest as manifests
from qiming.insight.lake.manifest import LakeTrouble
from qiming.insight.lake.store import writing
from qiming.insight.lake.tables import STATEMENTS, TABLES
from qiming.insight.measures import engines
from qiming.insight.measures.catalogue import MEASURES
from qiming.insight.measures.partials import PARTIALS
from qiming.insight.measures.running import answer, is_fresh, refresh
from qiming.site.simulate.lake import LakeOrder, simulate

AT = "2026-11-22T00:00:00+00:00"


def told(root: Path, engine: engines.Engine, *, from_raw: bool = False) -> dict[str, Any]:
    found = {name: answer(one, root, engine, from_raw=from_raw) for name, one in MEASURES.items()}
    return {name: (one.rows, one.hidden) for name, one in found.items()}


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: Any) -> Path:
    out = Path(tmp_path_factory.mktemp("lake")) / "tiny"
    simulate(LakeOrder(300, 6, 7, out))
    return out


# A few hundred rows: compiling plans and cutting them into tasks would cost more than running them.
SMALL = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


@pytest.mark.timeout(900)  # one core shared with many others
def test_both_engines_give_the_same_figures_from_the_sums_and_from_the_statements(tiny: Path) -> None:
    """Seventeen seconds of processor time, most of it Java's. One Spark session for all of it: it takes ten seconds to start. Without Java this fails, and says so."""
    with engines.opened("duckdb") as duck:
        raw, older = told(tiny, duck, from_raw=True), _older(tiny)
        derived = {name: sums(older, name, duck) for name in PARTIALS}
    assert refresh(tiny) > 0 and is_fresh(manifests.load(tiny), TABLES["pupil_weeks"])
    with engines.opened("duckdb") as duck:
        assert told(tiny, duck) == raw and all(rows for rows, _ in raw.values())
    with engines.opened("spark", master="local[1]", settings=SMALL) as spark:
        assert told(tiny, spark) == raw
        for name, rows in derived.items():
            assert rows and sums(older, name, spark) == rows


def sums(root: Path, name: str, engine: engines.Engine) -> list[str]:
    """The rows of a derived table, worked out now."""
    rows = engine.rows(engine.worked_out(root, TABLES[name], manifests.load(root)))
    return sorted(str(sorted(row.items())) for row in rows)


def _older(tiny: Path) -> Path:
    """A lake of which one file was written before there were columns for hints and durations."""
    manifest = manifests.load(tiny)
    older = tiny.parent / "older"
    with writing(older) as writer:
        files = manifest.of_table("statements")
        rows = [pa.parquet.ParquetFile(tiny / one.path).read() for one in files[:2]]
        for one, found in zip(files[:2], rows, strict=True):
            writer.add(STATEMENTS, one.parts, found)
        path = writer.folder(STATEMENTS, files[0].parts) / "old.parquet"
        pa.parquet.write_table(rows[0].drop_columns(["hints", "duration_s"]).slice(0, 40), path)
        writer.take(STATEMENTS, files[0].parts, path)
        writer.publish(AT)
    return older


def test_the_command_prints_one_object_and_refuses_in_words(tiny: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke
    done = run(app, ["measure", "weekly_active", "--lake", str(tiny), "--engine", "duckdb", "--json"])
    said = json.loads(done.output)
    assert said["is_synthetic"] and "合成" in said["says"] and said["rows"] and said["engine"] == "duckdb"
    assert {row["pupils"] >= said["least"] for row in said["rows"]} == {True}
    listed = json.loads(run(app, ["measures", "--json"]).output)
    assert {one["measure"] for one in listed} == set(MEASURES) and all(one["least"] >= 10 for one in listed)
    for words, what in (
        (["measure", "nothing", "--lake", str(tiny)], "没有叫 nothing 的指标"),
        (["measure", "items", "--lake", str(tiny), "--engine", "abacus"], "没有叫 abacus 的引擎"),
        (["measure", "items", "--lake", str(tmp_path)], "没有数据湖"),
    ):
        failed = run(app, words)
        assert failed.exit_code == 1 and what in failed.output
    assert run(app, ["check", "--lake", str(tiny)]).exit_code == 0


def test_the_same_seed_makes_the_same_lake_and_a_full_folder_is_left_alone(
    tiny: Path, tmp_path: Path
) -> None:
    simulate(LakeOrder(300, 6, 7, tmp_path / "again"))
    sums = [
        {one.sha256 for one in manifests.load(root).of_table("statements")}
        for root in (tiny, tmp_path / "again")
    ]
    assert sums[0] == sums[1]
    with pytest.raises(LakeTrouble, match="不是空的"):
        simulate(LakeOrder(300, 6, 7, tmp_path))
