"""From the database into the lake: everything once, nobody's number or words, whatever happens in between."""

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connection, transaction

from qiming.curriculum import queries as curriculum
from qiming.insight.lake import export as exporting
from qiming.insight.lake import horizon, rights
from qiming.insight.lake import manifest as manifests
from qiming.insight.lake.erase import proofs
from qiming.insight.lake.rows import Numbers
from qiming.insight.lake.store import Writer
from qiming.insight.lake.tables import TABLES
from qiming.insight.tests.conftest import Answering
from qiming.kernel import outbox
from qiming.kernel.ids import new_id
from qiming.kernel.keeping import SWEEPERS, Holds, Swept
from qiming.kernel.models import AuditRow
from qiming.kernel.time import now, today
from qiming.records.models import Statement
from qiming.records.services import record
from qiming.records.types import Act
from qiming.records.verbs import ObjectKind, Verb
from qiming.registry import queries as registry

WHY = "a test compares the lake with all there is"


def lake(root: Path, table: str) -> list[dict[str, Any]]:
    writer = Writer(root)
    found: list[dict[str, Any]] = writer.read(TABLES[table], writer.manifest.of_table(table)).to_pylist()
    return found


def run(root: Path) -> exporting.Exported:
    return exporting.export(root, until=now())


def test_every_statement_is_in_the_lake_once_however_often_it_is_exported(
    cls: Answering, tmp_path: Path
) -> None:
    cls.knows(1)
    cls.holds(2)
    first = run(tmp_path)
    there = Statement.objects.unscoped(WHY).count()
    assert first.statements == there == len(lake(tmp_path, "statements")) > 0
    again = run(tmp_path)
    assert (again.statements, again.parts_written) == (0, 0)
    cls.knows(3)
    assert run(tmp_path).statements == Statement.objects.unscoped(WHY).count() - there > 0
    numbers = [row["number"] for row in lake(tmp_path, "statements")]
    assert len(numbers) == len(set(numbers)) == Statement.objects.unscoped(WHY).count()
    assert manifests.damaged(tmp_path, manifests.load(tmp_path)) == []


def test_an_answer_is_told_in_typed_columns_without_words_or_numbers_of_ours(
    cls: Answering, tmp_path: Path
) -> None:
    cls.knows(1)
    run(tmp_path)
    [answer, *others] = [row for row in lake(tmp_path, "statements") if row["verb"] == "answered"]
    numbers = Numbers.kept()
    person = numbers.of("person", cls.id(1))
    assert {one["person"] for one in [answer, *others]} == {person} and 0 < person < 2**63
    wanted = {
        "kind": "item",
        "concept": "c052",
        "success": True,
        "try_no": 1,
        "hints": 0,
        "score_milli": 1000,
    }
    assert wanted.items() <= answer.items() and answer["thing"].startswith("g7l1-q1")
    assert answer["week"].weekday() == 0 and answer["grade"] and answer["class_group"]
    [statement, *_] = Statement.objects.unscoped(WHY).filter(actor_person=cls.id(1), verb="answered")
    said = [str(one) for one in (cls.id(1), statement.id, statement.scope_path, cls.offering.id)]
    for path in [one for one in tmp_path.rglob("*") if one.is_file()]:
        text = path.read_bytes()
        assert not any(one.encode() in text or bytes_of(one) in text for one in said)
    for name in TABLES:
        for row in lake(tmp_path, name):
            assert not any(str(value) in said for value in row.values())


def bytes_of(text: str) -> bytes:
    try:
        return UUID(text).bytes
    except ValueError:
        return text.encode()


def test_the_roster_the_estimates_and_the_hours_are_as_they_are_today(cls: Answering, tmp_path: Path) -> None:
    cls.knows(1)
    run(tmp_path)
    asked = curriculum.stage_rules(today(), "junior").periods_per_year
    assert [row["required"] for row in lake(tmp_path, "pupils")] == [asked] * 5
    [known] = lake(tmp_path, "mastery")
    assert (known["concept"], known["answers"]) == ("c052", 4) and known["band"] in (
        "known",
        "nearly",
        "practise",
        "unsure",
    )
    assert lake(tmp_path, "periods")
    cls.knows(2)
    assert run(tmp_path).parts_written == 1  # the estimates of the district, nothing else
    assert len(lake(tmp_path, "mastery")) == 2
    assert manifests.load(tmp_path).is_synthetic is registry.city().is_synthetic


def test_broken_off_between_two_days_the_next_run_goes_on(
    cls: Answering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cls.knows(1)
    early = Statement.objects.unscoped(WHY).order_by("id").values_list("id", flat=True)[:3]
    Statement.objects.unscoped(WHY).filter(id__in=list(early)).update(stored=now() - timedelta(days=5))
    real, calls = Writer.publish, [0]

    def publish(writer: Writer, made_at: str) -> Any:
        calls[0] += 1
        if calls[0] == 2:
            raise OSError("the disk is full")
        return real(writer, made_at)

    monkeypatch.setattr(Writer, "publish", publish)
    with pytest.raises(OSError, match="disk"):
        run(tmp_path)
    assert len(lake(tmp_path, "statements")) == 3  # the first day whole, the second not at all
    monkeypatch.undo()
    run(tmp_path)
    numbers = [row["number"] for row in lake(tmp_path, "statements")]
    assert len(numbers) == len(set(numbers)) == Statement.objects.unscoped(WHY).count()


def test_a_statement_that_comes_to_light_late_is_waited_for(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = psycopg.connect(**_same_database())
    try:
        with other.transaction():
            other.execute("SELECT pg_current_xact_id()")  # a transaction that writes, not at its end yet
            waits = horizon.look("", "", wait_s=0.1)
            assert waits.safe is None and waits.asked and int(waits.number) > 0
            again = horizon.look(waits.asked, waits.number, wait_s=0.1)
            assert again == waits  # what waits keeps its place, or the mark would never move
    finally:
        other.close()
    ended, running = int(waits.number) + 5, int(waits.number) + 9  # the first is over, a later one is not
    monkeypatch.setattr(horizon, "_asked", lambda question: ended if question == horizon._OLDEST else running)
    seen = horizon.look(waits.asked, waits.number, wait_s=0)
    assert seen.safe == datetime.fromisoformat(waits.asked) and int(seen.number) > int(waits.number)
    monkeypatch.setattr(horizon, "_asked", lambda question: 9)
    assert (horizon.look("", "", wait_s=0).safe or now()) <= now() - horizon.MARGIN


def _same_database() -> dict[str, Any]:
    told = connection.get_connection_params()
    return {name: told[name] for name in ("host", "port", "dbname", "user", "password") if name in told}


def test_an_erased_pupil_leaves_the_lake_with_a_proof(
    cls: Answering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "QIMING_HOME", tmp_path)
    root = rights.home()
    pupil = cls.id(1)
    assert rights.erase(pupil) == []  # no lake, nothing to do
    cls.knows(1)
    cls.knows(2)
    run(root)
    number = Numbers.kept().of("person", pupil)
    before = Counter(row["person"] for row in lake(root, "statements"))
    [fate] = rights.erase(pupil)
    assert fate.fate == "erased"
    with transaction.atomic():
        outbox.deliver_all()
    left = Counter(row["person"] for row in lake(root, "statements"))
    assert before[number] and left == Counter({k: n for k, n in before.items() if k != number})
    for path in root.rglob("*.parquet"):
        rows = pq.ParquetFile(path).read()
        assert "person" not in rows.column_names or number not in rows["person"].to_pylist()
    [proof] = proofs(root)
    assert proof.left == 0 and proof.rows > before[number]  # the roster and the estimates too
    told = AuditRow.objects.get(verb="insight.erased_from_lake")
    assert told.detail["rows"] == proof.rows and str(pupil) not in str(told.detail)


def test_acts_of_adults_and_odd_names_are_exported_too(cls: Answering, tmp_path: Path) -> None:
    with transaction.atomic():
        record(
            [
                Act(
                    actor_person=cls.id(1),
                    verb=verb,
                    object_kind=kind,
                    object_id=thing,
                    at=now(),
                    scope_path=cls.offering.scope_path,
                    context={"lesson_key": "课/1 𬀩"},
                )
                for verb, kind, thing in (
                    (Verb.CONFIRMED, ObjectKind.PERIOD, new_id()),
                    (Verb.PROGRESSED, ObjectKind.LAB, "free/画 图"),
                )
            ]
        )
    run(tmp_path)
    rows = {row["verb"]: row for row in lake(tmp_path, "statements")}
    assert rows["confirmed"]["thing"] is None and rows["progressed"]["thing"] == "free/画 图"
    assert rows["progressed"]["lesson"] == "课/1 𬀩" and isinstance(rows["progressed"]["day"], date)


def test_pupils_who_left_long_ago_go_unless_a_hold_says_no(
    cls: Answering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "QIMING_HOME", tmp_path)
    assert SWEEPERS["insight.lake_left"](now(), Holds()) == Swept()
    cls.knows(1)
    cls.knows(2)
    run(rights.home())
    gone = [cls.id(1), cls.id(2)]
    monkeypatch.setattr(registry, "left_before", lambda day: gone)
    swept = SWEEPERS["insight.lake_left"](now(), Holds(persons=frozenset({cls.id(2)})))
    assert (len(swept.ids), swept.held_back) == (1, 1)
    left = {row["person"] for row in lake(rights.home(), "statements")}
    numbers = Numbers.kept()
    assert left == {numbers.of("person", cls.id(2))}
    school = Holds(places=(cls.offering.scope_path,))
    assert SWEEPERS["insight.lake_left"](now(), school).held_back == 2
