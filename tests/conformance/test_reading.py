"""The suite's log is read right: a run that stopped half way or left something out is no success."""

from typing import Any

import pytest

from tests.conformance.__main__ import EXPECTED, read


def log(total: int, passed: int, failed: int) -> dict[str, Any]:
    tests = [
        {"title": "keeps what it is given", "status": "passed"},
        {"title": "answers 400", "status": "failed", "error": "expected 400\nwas 200"},
    ]
    inner = {"title": "Statements", "tests": tests}
    return {
        "summary": {"total": total, "passed": passed, "failed": failed},
        "duration": 2500,
        "log": {"title": "console", "tests": [inner]},
    }


@pytest.mark.parametrize("version", EXPECTED)
def test_only_all_of_the_expected_number_is_success(version: str) -> None:
    whole = EXPECTED[version]
    assert read(log(whole, whole, 0), version).is_whole
    for total, passed, failed in (
        (whole, whole - 1, 1),
        (whole, whole - 1, 0),
        (whole - 1, whole - 1, 0),
        (0, 0, 0),
    ):
        assert not read(log(total, passed, failed), version).is_whole


def test_what_failed_is_named() -> None:
    found = read(log(3, 1, 1), "2.0.0")
    assert found.failures == [" > console > Statements > answers 400 | expected 400 was 200"]
    assert "1 of 3 passed" in str(found) and "1 not reached" in str(found)
