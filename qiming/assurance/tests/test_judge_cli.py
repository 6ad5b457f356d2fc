"""`qiming assurance judge` from the terminal: nothing is asked unconfigured, no key is written, people's marks stand."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from qiming.assurance.cli import app
from qiming.assurance.runner.judging import rubric
from qiming.assurance.runner.suites import content_folder, load, names
from qiming.assurance.runner.tests.judges import Judge
from qiming.assurance.runner.tests.products import serving
from qiming.assurance.runner.tests.test_judging import OPEN, RULED
from qiming.assurance.runner.tests.test_summing import read_of
from qiming.kernel import content

CONTENT = content_folder().parent


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A judge in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    stack = AsyncExitStack()
    begin = stack.enter_async_context(serving(Judge().app()))
    yield asyncio.run_coroutine_threadsafe(begin, loop).result(10)
    asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


@pytest.fixture
def record(tmp_path: Path) -> Path:
    read = read_of([*OPEN, *RULED])
    file = tmp_path / "run.jsonl"
    file.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in (read.header, *read.samples)))
    return file


def call(*given: str, status: int = 0) -> str:
    done = CliRunner().invoke(app, list(given))
    assert done.exit_code == status, done.output
    return done.stdout


def test_a_record_is_judged_and_reported(
    port: int, record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUDGE_KEY", "sk-secret")
    marks = tmp_path / "marks.jsonl"
    marks.write_text('{"id": "bad", "marker": "甲", "passed": true}\n')
    before = record.read_bytes()
    aim = ["judge", str(record), "--judge", f"http://127.0.0.1:{port}/honest", "--model", "j", "--key-env", "JUDGE_KEY", "--marks", str(marks)]  # fmt: skip
    told: dict[str, Any] = json.loads(call(*aim, "--json"))
    assert (told["judged"], told["open"]) == (1, {"soft": "模型说判不了"})
    assert told["metrics"]["m"]["method"] == "rule|judge|human"
    assert told["metrics"]["m"]["decided_by"] == {"rule": 3, "judge": 1, "human": 1}
    assert told["agreement"]["rules"]["kappa"] is None
    assert (
        told["agreement"]["people"] | {"n": 1, "least_n": 50, "enough": False} == told["agreement"]["people"]
    )
    file = tmp_path / "run.judge.jsonl"
    assert told["judging"] == str(file)
    assert record.read_bytes() == before
    assert b"sk-secret" not in file.read_bytes()
    again = call(*aim, "--all")  # only what was not asked yet
    assert "［程序 3、模型 1、人 1］" in again
    assert "仍要人判 1 个：模型说判不了" in again
    assert "模型和程序的一致性" in again
    html, pdf = tmp_path / "r.html", tmp_path / "r.pdf"
    said = call("report", str(record), "--judged", str(file), "--html", str(html), "--pdf", str(pdf))
    assert "由模型判" in said
    assert "2 / 6 个样本由模型判" in html.read_text()
    assert "不能当作人判的" in html.read_text()  # one mark is not enough to believe the model
    assert pdf.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--judge", "http://169.254.169.254/", "--model", "j"], "地址不许访问"),
        (["--judge", "http://127.0.0.1:9/", "--model", "j", "--key-env", "NOT_SET_HERE"], "NOT_SET_HERE"),
        (["--judge", "http://127.0.0.1:9/", "--model", "j", "--rubric", "/nowhere.yaml"], "尺子"),
        (["--judge", "http://127.0.0.1:9/", "--model", "j", "--marks", "/nowhere"], "打不开"),
    ],
)
def test_what_cannot_be_judged_is_refused_in_words(given: list[str], says: str, record: Path) -> None:
    assert says in json.loads(call("judge", str(record), *given, "--json", status=2))["error"]


def test_there_is_no_judge_unless_one_is_named(record: Path) -> None:
    assert not call("judge", str(record), "--model", "j", status=2)
    assert not call("judge", str(record), "--judge", "http://127.0.0.1:9/", status=2)
    assert not record.with_name("run.judge.jsonl").exists()


def test_the_rubric_that_ships_has_its_form_and_measures_every_kind() -> None:
    for file in (CONTENT / "assurance" / "judge").glob("*.yaml"):
        document = content.read_yaml(file, CONTENT)
        assert not content.against_schema(document, CONTENT / "schemas" / "assurance_judge.schema.json")
    told = rubric.load().told
    kinds = {case.kind for name in names() for case in load(name).cases}
    assert kinds == {one.kind for one in told.rubrics}
    metrics = {case.metric for name in names() for case in load(name).cases}
    assert {name for one in told.rubrics for name in one.metrics} <= metrics
