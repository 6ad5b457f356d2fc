"""`qiming mastery evaluate`: one object, or words; bad files end with 2 and say why."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from typer.testing import CliRunner

from qiming.mastery.cli import app
from qiming.mastery.tests.made_up import columns, expanded

RUN = CliRunner()


def written(folder: Path, given: dict[str, np.ndarray]) -> Path:
    path = folder / "answers.csv"
    head = "student_id,item_id,skill_ids,correct,order\n"
    rows = zip(*given.values(), strict=True)
    path.write_text(head + "".join(",".join(map(str, row)) + "\n" for row in rows), encoding="utf-8")
    return path


def test_one_object_with_the_promised_names(tmp_path: Path) -> None:
    file = str(written(tmp_path, columns()))
    done = RUN.invoke(app, ["evaluate", file, "--folds", "2", "--model", "elo", "--json"])
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    names = {
        "auc",
        "auc_low",
        "auc_high",
        "within_item_auc",
        "log_loss",
        "ece",
        "rows",
        "students",
        "seconds",
    }
    assert names < set(found)
    assert found["leak_suspected"] is False
    assert (found["rows"], found["students"]) == (3600, 60)


def test_rows_repeated_for_each_skill_are_flagged_aloud(tmp_path: Path) -> None:
    file = str(written(tmp_path, expanded(columns(), keep_order=False)))
    done = RUN.invoke(app, ["evaluate", file, "--folds", "2", "--model", "elo", "--json"])
    assert json.loads(done.stdout)["leak_suspected"] is True
    assert "可能泄题" in done.stderr


def test_a_bad_file_ends_with_2_and_words(tmp_path: Path) -> None:
    done = RUN.invoke(app, ["evaluate", str(tmp_path / "gone.csv"), "--json"])
    assert done.exit_code == 2
    assert "没有这个文件" in done.stderr
    assert json.loads(done.stdout) == {"error": f"没有这个文件：{tmp_path / 'gone.csv'}"}
    assert RUN.invoke(app, ["evaluate", str(tmp_path / "gone.csv")]).stdout == ""
    file = str(written(tmp_path, columns(students=4)))
    assert "没有这个模型" in RUN.invoke(app, ["evaluate", file, "--folds", "2", "--model", "dkt"]).stderr


def test_every_command_answers_bad_input_with_2_and_an_object(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    for command in ("evaluate", "fit-bkt", "cat-simulate", "early-warning"):
        done = RUN.invoke(app, [command, str(empty), "--json"])
        assert (done.exit_code, json.loads(done.stdout)) == (2, {"error": "empty.csv 是空的"})
    done = RUN.invoke(app, ["diagnose", str(empty), "--q", str(empty), "--json"])
    assert (done.exit_code, list(json.loads(done.stdout))) == (2, ["error"])


def test_an_early_warning_is_one_object(tmp_path: Path) -> None:
    file = str(written(tmp_path, columns(students=80, each=52)))
    found = json.loads(RUN.invoke(app, ["early-warning", file, "--folds", "2", "--json"]).stdout)
    assert {"auc", "auc_low", "auc_high", "ece", "precision", "recall", "looks"} < set(found)
    assert found["looks"] == 160
    assert "预警：AUC" in RUN.invoke(app, ["early-warning", file, "--folds", "2"]).stdout


def test_the_web_tier_loads_no_compiler_and_no_tables() -> None:
    """numba alone is 145 MB in every worker."""
    code = "import qiming.site.wsgi, sys; print([m for m in ('numba', 'lightgbm', 'pyarrow', 'scipy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
