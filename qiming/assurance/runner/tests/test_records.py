"""Records: whole lines, no sample twice or missing whatever ends the process, one writer."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from qiming.assurance.runner import records
from qiming.assurance.runner.records import RecordTrouble, Writer
from qiming.assurance.runner.running import Settings, header_of, run
from qiming.assurance.runner.targets import OpenAI
from qiming.assurance.runner.tests.products import Hostile, case, grade, serving, suite_of, target

ASKED = Settings(concurrency=4)
CASES = [case(f"c{number}") for number in range(40)]


def take(out: Path, cases: int = 40, path: str = "/no", settings: Settings = ASKED) -> records.Read:
    async def both() -> records.Read:
        async with serving(Hostile().app()) as port:
            aim = target(port, path)
            aim.url = f"http://127.0.0.1:{port}{path}/chat/completions"
            # The same product on another free port: the hash is of what describes it.
            aim.describe = lambda: {"kind": "openai", "url": path}  # type: ignore[method-assign]
            await run(suite_of(CASES[:cases]), aim, out, settings=settings, grade=grade)
            return records.read(out)

    return asyncio.run(both())


def lines(out: Path) -> list[bytes]:
    return out.read_bytes().splitlines(keepends=True)


def test_a_finished_record_is_left_as_it_is(tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"
    take(out)
    before = out.read_bytes()
    take(out)
    assert out.read_bytes() == before
    assert json.loads(lines(out)[0])["record"] == records.FORM
    assert len(lines(out)) == 42  # header, samples, the end


@pytest.mark.parametrize("cut", [1, 7, 40, 400])
def test_a_torn_last_line_is_asked_again(cut: int, tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"
    take(out)
    samples = lines(out)[:21]
    out.write_bytes(b"".join(samples)[:-cut])
    found = take(out)
    assert sorted(one.id for one in found.samples) == sorted(one.id for one in CASES)
    assert any(note["note"] == "resumed" for note in found.notes)


def test_a_line_of_zeros_after_a_power_cut_is_asked_again(tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"
    take(out)
    out.write_bytes(b"".join(lines(out)[:11]) + b"\0" * 300 + b"\n")
    assert len(take(out).samples) == 40


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda got: [got[0], b"{}\n", *got[1:]], "坏了"),
        (lambda got: [got[0], got[1], *got[1:]], "重复"),
        (lambda got: [b"\xff\xfe\n", *got[1:]], "不是一份测试记录"),
        (lambda got: [got[0].replace(b"run/1", b"run/9"), *got[1:]], "格式"),
    ],
)
def test_a_record_that_was_changed_is_refused(change, says: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / "r.jsonl"
    take(out)
    out.write_bytes(b"".join(change(lines(out))))
    with pytest.raises(RecordTrouble, match=says):
        take(out)


def test_another_suite_product_or_setting_may_not_go_on_in_it(tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"
    take(out)
    with pytest.raises(RecordTrouble, match="题数"):
        take(out, cases=39)
    with pytest.raises(RecordTrouble, match="产品"):
        take(out, path="/yes")
    with pytest.raises(RecordTrouble, match="设置"):
        take(out, settings=Settings(concurrency=3))
    assert len(take(out, settings=Settings(concurrency=4, limit_per_s=500)).samples) == 40


def test_one_process_writes_a_record(tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"
    aim = OpenAI("https://model.example/v1")
    header = header_of(suite_of(CASES), aim, ASKED, 40)
    first = Writer(out, header, resume=True)
    with pytest.raises(RecordTrouble, match="另一个进程"):
        Writer(out, header, resume=True)
    first.close()
    Writer(out, header, resume=True).close()
    with pytest.raises(RecordTrouble, match="已经有一份"):
        Writer(out, header, resume=False)


PROGRAM = """
import asyncio, sys
from pathlib import Path
from qiming.assurance.runner.running import Settings, run
from qiming.assurance.runner.tests.products import case, grade, suite_of, target
cases = [case(f"c{number}") for number in range(1200)]
asyncio.run(run(suite_of(cases), target(int(sys.argv[1]), "/no"), Path(sys.argv[2]), settings=Settings(concurrency=8), grade=grade))
"""


def test_a_killed_run_goes_on_with_no_sample_twice_or_missing(tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"

    async def killed_twice() -> None:
        hostile = Hostile()
        async with serving(hostile.app()) as port:
            command = [sys.executable, "-c", PROGRAM, str(port), str(out)]
            for least in (60, 500):
                process = await asyncio.create_subprocess_exec(*command)
                until = time.monotonic() + 30
                while time.monotonic() < until and (
                    not out.exists() or out.read_bytes().count(b"\n") < least
                ):
                    await asyncio.sleep(0.005)
                os.kill(process.pid, signal.SIGKILL)
                assert await process.wait() == -signal.SIGKILL
                assert len(records.read(out).samples) < 1200
            process = await asyncio.create_subprocess_exec(*command)
            assert await process.wait() == 0

    asyncio.run(killed_twice())
    found = records.read(out)
    ids = [one.id for one in found.samples]
    assert len(ids) == len(set(ids)) == 1200
    assert sum(note["note"] == "resumed" for note in found.notes) == 2
    raw = [json.loads(line) for line in out.read_bytes().splitlines()]
    assert sum("id" in one for one in raw) == 1200


def test_an_untouched_record_says_what_it_needs_for_a_report() -> None:
    header = header_of(suite_of(CASES), OpenAI("https://model.example/v1?k=secret"), ASKED, 40)
    told = json.dumps(msgspec.to_builtins(header), ensure_ascii=False)
    assert header.suite["metrics"][0]["gate"] == 0.95
    assert "secret" not in told
    assert (
        subprocess.run(
            [
                sys.executable,
                "-c",
                "import qiming.assurance.runner.running, sys; sys.exit('django' in sys.modules)",
            ],
            check=False,
        ).returncode
        == 0
    )
