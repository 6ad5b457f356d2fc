"""`qiming roster import`: the same rules from the shell."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qiming.registry import queries, testing
from qiming.registry.cli import app
from qiming.registry.testing import Cast

pytestmark = pytest.mark.django_db
HEAD = "年级,班级,座号,姓名\n"


@pytest.fixture
def empty(db: None) -> Cast:
    return testing.cast(pupils=0)


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["import", *words])
    return result.exit_code, result.output


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "a.csv"
    file.write_text(HEAD + "七年级,3班,1,王小雨\n", encoding="gb18030")
    return file


def test_a_dry_run_writes_nothing_and_tells_a_machine(empty: Cast, good: Path) -> None:
    code, output = run(str(good), "--school", empty.school.name, "--dry-run", "--json")
    told = json.loads(output)
    assert code == 0 and told["counts"]["new"] == 1 and not told["written"]
    assert queries.pupils_of(empty.klass.id) == []


def test_an_import_writes_and_again_changes_nothing(empty: Cast, good: Path) -> None:
    assert "已写入：新进 1" in run(str(good), "--school", empty.school.name)[1]
    assert "没变 1" in run(str(good), "--school", empty.school.name)[1]
    assert [pupil.name for pupil in queries.pupils_of(empty.klass.id)] == ["王小雨"]


def test_wrong_rows_stop_the_import_unless_told_otherwise(empty: Cast, tmp_path: Path) -> None:
    file, wrong = tmp_path / "a.csv", tmp_path / "wrong.xlsx"
    file.write_text(HEAD + "七年级,3班,1,王小雨\n七年级,3班,x,李雷\n")
    code, output = run(str(file), "--school", empty.school.name, "--wrong-rows", str(wrong))
    assert code == 1 and "第3行 座号“x”" in output and wrong.read_bytes()[:2] == b"PK"
    assert queries.pupils_of(empty.klass.id) == []
    code, output = run(str(file), "--school", empty.school.name, "--good-rows-only")
    assert code == 0 and len(queries.pupils_of(empty.klass.id)) == 1


def test_an_unknown_school_or_file_is_told_plainly(empty: Cast, good: Path, tmp_path: Path) -> None:
    code, output = run(str(good), "--school", "没有这所", "--json")
    assert code == 1 and json.loads(output)["status"] == 404
    (tmp_path / "b.csv").write_bytes(b"")
    code, output = run(str(tmp_path / "b.csv"), "--school", empty.school.name)
    assert code == 1 and "空的" in output
