"""Both sealed logs: whatever somebody does to them in the database afterwards is found and said in plain words."""

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from typer.testing import CliRunner

from qiming.kernel import anchors, audit, chain, time
from qiming.kernel.access import Actor
from qiming.kernel.ids import new_id
from qiming.kernel.models import AuditRow, ChainCut
from qiming.site.cli import app
from qiming.trust.chains import READS
from qiming.trust.services import log_read

pytestmark = pytest.mark.django_db
LOGS = [audit.TRAIL, READS]


@pytest.fixture(autouse=True)
def seals(tmp_path: Path, settings: Any) -> Path:
    """The anchors of a test lie in a folder of its own."""
    settings.QIMING_HOME = tmp_path
    return tmp_path / "seals"


def note(log: chain.Log, rows: int = 1) -> None:
    """Write rows the way the application does."""
    reader = Actor(new_id(), new_id(), "")
    for number in range(rows):
        if log is READS:
            log_read(reader, verb="v", subjects=[new_id()], scope_path="b/", what=f"第{number}次")
        else:
            audit.write(None, f"v{number}", thing="thing", thing_id=None, scope_path="b/", detail={"字": 1})


def sealed(log: chain.Log, rows: int = 6) -> list[Any]:
    note(log, rows)
    chain.seal_all(log)
    return list(log.rows().order_by("seal_no"))


def sql(statement: str, log: chain.Log, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(t=log.rows().model._meta.db_table), values)


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.name)
def test_what_nobody_touched_holds_over_several_sealings(log: chain.Log) -> None:
    note(log, 3)
    assert (chain.seal(log, 2), chain.seal(log), chain.seal(log)) == (2, 1, 0)
    note(log, 2)
    chain.seal_all(log)
    note(log)
    found = chain.verify(log)
    assert (found.broken, found.checked, found.unsealed, found.anchors) == (None, 5, 1, 1)


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.name)
def test_a_changed_row_is_named(log: chain.Log) -> None:
    rows = sealed(log)
    sql("UPDATE {t} SET scope_path = 'c/' WHERE id = %s", log, rows[2].id)
    broken = chain.verify(log).broken
    assert broken and (broken.no, broken.kind, broken.row_id) == (3, "changed", str(rows[2].id))
    assert "第3行" in broken.says and time.local(rows[2].created_at).strftime("%Y-%m-%d") in broken.says


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.name)
@pytest.mark.parametrize(
    ("gone", "words"), [([2], "第3行不见了"), ([0], "第1行不见了"), ([1, 2], "有2行不见了")]
)
def test_a_deleted_row_is_missed(log: chain.Log, gone: list[int], words: str) -> None:
    rows = sealed(log)
    for place in gone:
        sql("DELETE FROM {t} WHERE id = %s", log, rows[place].id)
    broken = chain.verify(log).broken
    assert broken and (broken.no, broken.kind) == (gone[0] + 1, "missing") and words in broken.says


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.name)
def test_rows_put_in_another_order_are_found(log: chain.Log) -> None:
    rows = sealed(log)
    sql("UPDATE {t} SET seal_no = 99 WHERE id = %s", log, rows[1].id)
    sql("UPDATE {t} SET seal_no = 2 WHERE id = %s", log, rows[2].id)
    sql("UPDATE {t} SET seal_no = 3 WHERE id = %s", log, rows[1].id)
    broken = chain.verify(log).broken
    assert broken and broken.no == 2 and broken.kind in {"changed", "reordered"}


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.name)
def test_an_end_cut_off_is_found_by_the_anchor_outside(log: chain.Log) -> None:
    rows = sealed(log)
    for row in rows[4:]:
        sql("DELETE FROM {t} WHERE id = %s", log, row.id)
    broken = chain.verify(log).broken
    assert broken and (broken.no, broken.kind) == (5, "truncated") and "末尾少了2行" in broken.says


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.name)
def test_a_chain_written_anew_is_found_by_the_anchor_outside(log: chain.Log) -> None:
    rows = sealed(log)
    sql("UPDATE {t} SET scope_path = 'c/' WHERE id = %s", log, rows[0].id)
    sql("UPDATE {t} SET seal = NULL, seal_no = NULL", log)
    while chain.seal(log):
        pass
    broken = chain.verify(log).broken
    assert broken and broken.kind == "rewritten" and broken.no == 6


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.name)
@pytest.mark.parametrize("spoil", [
    lambda lines: [lines[0].replace('"no": 6', '"no": 5'), *lines[1:]],
    lambda lines: lines[1:],
    lambda lines: ["not json", *lines],
])  # fmt: skip
def test_a_tampered_anchor_file_is_found(
    log: chain.Log, seals: Path, spoil: Callable[[list[str]], list[str]]
) -> None:
    sealed(log)
    sealed(log)
    path = seals / f"{log.name}.jsonl"
    path.write_text("\n".join(spoil(path.read_text().splitlines())) + "\n")
    broken = chain.verify(log).broken
    assert broken and broken.kind == "anchors"
    note(log)
    chain.seal_all(log)  # sealing goes on all the same
    assert chain.verify(log).broken


def test_a_row_whose_transaction_ended_late_does_not_break_the_chain() -> None:
    late = AuditRow(verb="late", thing="thing", scope_path="b/")  # has its key, is not yet written
    note(audit.TRAIL)
    audit.seal()
    late.save()
    audit.seal()
    assert audit.first_broken() is None


def test_after_retention_the_chain_goes_on_from_the_cut() -> None:
    with time.frozen(time.now() - timedelta(days=40)):
        sealed(READS, 4)
    sealed(READS, 3)
    upto, ids = chain.cut(READS, before=time.now() - timedelta(days=30))
    assert (upto, len(ids)) == (4, 4)
    untold = chain.verify(READS).broken
    assert untold and untold.kind == "cut"  # removed, and nobody said so
    audit.tell_cut(READS, upto, bytes(ChainCut.objects.get().last_seal), rule="reads")
    found = chain.verify(READS)
    assert (found.broken, found.since_no, found.checked) == (None, 5, 3)
    chain.cut(READS, before=time.now() + timedelta(days=1))
    last = ChainCut.objects.order_by("-upto_no")[0]
    audit.tell_cut(READS, last.upto_no, bytes(last.last_seal), rule="reads")
    sealed(READS, 2)  # an empty log goes on numbering
    assert chain.verify(READS).holds


def test_a_cut_stops_before_a_row_that_is_held() -> None:
    with time.frozen(time.now() - timedelta(days=40)):
        rows = sealed(READS, 4)
    from django.db.models import Q

    upto, ids = chain.cut(READS, before=time.now(), keep=Q(subject_id=rows[2].subject_id))
    assert (upto, len(ids)) == (2, 2)


def test_a_restored_backup_is_told_once_and_then_holds() -> None:
    rows = sealed(audit.TRAIL)
    for row in rows[4:]:
        sql("DELETE FROM {t} WHERE id = %s", audit.TRAIL, row.id)
    assert not chain.verify(audit.TRAIL).holds
    anchors.note_restore("audit", 4, "磁盘坏了，用昨晚的备份恢复")
    assert chain.verify(audit.TRAIL).holds
    sealed(audit.TRAIL, 3)
    assert chain.verify(audit.TRAIL).holds


def test_both_are_sealed_by_the_job_and_reading_costs_no_sealing(django_assert_max_num_queries: Any) -> None:
    from qiming.kernel.jobs import seal_logs

    with django_assert_max_num_queries(3):  # savepoint, insert, release
        note(READS)
    note(audit.TRAIL)
    seal_logs(0)
    assert [chain.verify(log).checked for log in LOGS] == [1, 1]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`qiming …` inside this test's database."""
    monkeypatch.setattr("qiming.site.cli._open_house", lambda role="app": None)
    monkeypatch.setitem(os.environ, "COLUMNS", "200")
    return lambda *words: CliRunner().invoke(app, list(words))


def test_the_command_says_which_row_and_ends_with_one(command: Callable[..., Any]) -> None:
    sealed(audit.TRAIL)
    rows = sealed(READS)
    good = command("audit", "verify")
    assert good.exit_code == 0 and good.output.count("完好") == len(chain.LOGS)
    sql("UPDATE {t} SET reader_id = %s WHERE id = %s", READS, UUID(int=1), rows[3].id)
    bad = command("audit", "verify")
    assert bad.exit_code == 1 and "断了  查看记录：第4行" in bad.output and "完好  操作记录" in bad.output
    told = json.loads(command("audit", "verify", "--json").stdout)
    broken = [one for one in told if not one["holds"]]
    assert len(told) == len(chain.LOGS) and [one["broken"]["no"] for one in broken] == [4]


def test_a_restore_is_noted_by_the_command(command: Callable[..., Any]) -> None:
    rows = sealed(READS)
    sql("DELETE FROM {t} WHERE id = %s", READS, rows[5].id)
    assert command("audit", "verify").exit_code == 1
    assert command("audit", "note-restore", "恢复了昨晚的备份").exit_code == 0
    assert command("audit", "verify").exit_code == 0
    assert AuditRow.objects.filter(verb="kernel.restored").count() == len(chain.LOGS)
