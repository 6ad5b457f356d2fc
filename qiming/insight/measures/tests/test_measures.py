"""Measures over small lakes made by hand; both engines beside each other: qiming/site/tests/test_lake.py."""

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from qiming.insight.lake import manifest as manifests
from qiming.insight.lake.store import writing
from qiming.insight.lake.tables import CREDITS, PUPILS, STATEMENTS
from qiming.insight.measures import engines
from qiming.insight.measures.catalogue import MEASURES
from qiming.insight.measures.running import answer, refresh

PART = {"month": "2026-09", "district": "d1"}
MONDAY = date(2026, 9, 7)
AT = "2026-11-22T00:00:00+00:00"


def told(root: Path, engine: engines.Engine, *, from_raw: bool = False) -> dict[str, Any]:
    found = {name: answer(one, root, engine, from_raw=from_raw) for name, one in MEASURES.items()}
    return {name: (one.rows, one.hidden) for name, one in found.items()}


def acts(*rows: dict[str, Any]) -> pa.Table:
    common = {"week": MONDAY, "day": MONDAY, "verb": "answered", "kind": "item", "school": 1, "grade": 7}
    return pa.Table.from_pylist([common | row for row in rows], schema=STATEMENTS.schema)


@pytest.fixture
def duck() -> Any:
    with engines.opened("duckdb") as engine:
        yield engine


def test_figures_that_can_be_counted_by_hand(tmp_path: Path, duck: engines.Engine) -> None:
    first = {"thing": "q1", "concept": "c1", "try_no": 1, "hints": 0, "given_in": "class"}
    right, wrong = {"success": True, "score_milli": 1000}, {"success": False, "score_milli": 500}
    rows = [first | (right if n < 8 else wrong) | {"person": n} for n in range(12)]
    rows += [
        first | right | {"person": 1, "try_no": 2}
    ]  # a second try counts as an answer, not as a first one
    rows += [
        first | {"person": 2, "thing": "q2", "success": None, "score_milli": None}
    ]  # waits for the teacher
    rows += [{"person": n, "verb": "completed", "kind": "activity"} for n in range(6)]
    rows += [{"person": 99, "verb": "confirmed", "kind": "period"}]  # an adult's act
    rows += [{"person": 98, "verb": "scored"}]  # marked by the teacher: not an act of the pupil
    hours = [
        {"person": n, "period": k, "school_year": "2026-2027", "mode": "integrated" if n == 0 else "standalone",
         "basis": "platform", "credited_minutes": 15 if n == 0 else 40, "period_minutes": 40, "day": MONDAY}
        for n in range(12) for k in range(0 if n == 11 else 9)
    ]  # fmt: skip
    with writing(tmp_path) as writer:
        writer.add(STATEMENTS, PART, acts(*rows))
        writer.add(CREDITS, PART, pa.Table.from_pylist(hours, schema=CREDITS.schema))
        roster = [{"person": n, "grade": 7, "required": 8} for n in range(12)]
        writer.add(PUPILS, {"district": "d1"}, pa.Table.from_pylist(roster, schema=PUPILS.schema))
        writer.note(places={"d1": "示例区"})
        writer.publish(AT)
    found = {name: rows for name, (rows, _) in told(tmp_path, duck).items()}
    [active] = found["weekly_active"]
    assert (active["pupils"], active["acts"], active["week"]) == (12, 20, "2026-09-07")
    [done] = found["completions"]
    assert (done["completed"], done["finishing"], done["district_name"]) == (6, 6, "示例区")
    [item] = found["items"]
    assert (item["first_answers"], item["right_share"], item["mean_score"]) == (12, 0.666667, 0.833333)
    [reached] = found["hours_reached"]
    # 10 pupils with 9 periods, one with 9 × 3/8, one with none: a count of two or one is nobody's business
    assert reached["per_pupil"] == round((90 + 27 / 8) / 12, 6)
    assert reached["zero"] is None is reached["enough"]
    [alone] = found["class_hours"]  # the one who was taught otherwise is a group of one
    assert (alone["mode"], alone["periods"], alone["pupils"]) == ("standalone", 90.0, 10)
    assert told(tmp_path, duck)["class_hours"][1] == 1 and found["mastery"] == []
    assert found["gap_right"] == []  # twelve are fewer than thirty


def test_sums_that_are_out_of_date_are_not_used(tmp_path: Path, duck: engines.Engine) -> None:
    answers = [
        {"person": n, "thing": "q1", "try_no": 1, "success": True, "score_milli": 1000} for n in range(20)
    ]
    with writing(tmp_path) as writer:
        writer.add(STATEMENTS, PART, acts(*answers[:10]))
        writer.publish(AT)
    assert refresh(tmp_path) == 2 and refresh(tmp_path) == 0
    with writing(tmp_path) as writer:
        writer.add(STATEMENTS, PART, acts(*answers[10:]))
        writer.publish(AT)
    [row] = answer(MEASURES["weekly_active"], tmp_path, duck).rows
    assert row["pupils"] == 20
    assert refresh(tmp_path) == 2
    [row] = answer(MEASURES["weekly_active"], tmp_path, duck).rows
    assert row["pupils"] == 20 and len(manifests.load(tmp_path).of_table("pupil_weeks")) == 1


def test_no_web_worker_loads_the_lakes_engines_or_the_test_fields_client() -> None:
    code = "import qiming.site.wsgi, sys; print([m for m in ('duckdb', 'ibis', 'pyspark', 'pyarrow', 'aiohttp') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
