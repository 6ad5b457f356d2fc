"""The reader that goes along with a pupil's model, in plain Python, against what scikit-learn answered once."""

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
from django.conf import settings

FOLDER = Path(settings.ROOT) / "web" / "labs" / "models"
CASES: list[dict[str, Any]] = json.loads((FOLDER / "samples.json").read_text(encoding="utf-8"))["cases"]
NAMES = [f"{at} {one['model']['kind']}" for at, one in enumerate(CASES)]


@pytest.fixture(scope="module")
def reader() -> ModuleType:
    module = ModuleType("read_model")
    exec(
        compile((FOLDER / "read_model.py").read_text(encoding="utf-8"), "read_model.py", "exec"), vars(module)
    )
    return module


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_the_reader_agrees_with_scikit_learn(reader: ModuleType, case: dict[str, Any]) -> None:
    model = reader.Model(case["model"])
    for at, asked in enumerate(case["asked"]):
        answer = model.predict(asked)
        if case["shares"]:
            assert answer.shares == pytest.approx(case["shares"][at], abs=1e-4)
        if case["said"]:
            assert answer.index == case["said"][at]
        if case["values"]:
            assert answer.value == pytest.approx(case["values"][at], abs=1e-4) and answer.index == -1
        else:
            assert answer.text == model.labels[answer.index]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_the_schema_describes_what_is_written(case: dict[str, Any]) -> None:
    schema = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    assert not list(check.iter_errors(case["model"]))
    assert list(check.iter_errors(case["model"] | {"parameters": {}}))


def test_it_runs_by_itself_without_any_package(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(json.dumps(CASES[0]["model"]), encoding="utf-8")
    (tmp_path / "read_model.py").write_text((FOLDER / "read_model.py").read_text("utf-8"), encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-I", "-S", "read_model.py", "model.json", '{"x": 1, "y": 5}'],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        env={"PYTHONIOENCODING": "utf-8"},
    )
    assert told.stdout.startswith("海棠\n  海棠: 1.000")


def test_another_file_is_refused_in_words(reader: ModuleType) -> None:
    for data in (None, {}, {"format": "qiming-model/2"}, {"format": "qiming-model/1", "kind": "x"}):
        with pytest.raises(ValueError, match="模型"):
            reader.Model(data)
