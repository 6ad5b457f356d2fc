"""The doctor finds what is broken, one thing at a time, and says how to mend it."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.migrations.recorder import MigrationRecorder
from typer.testing import CliRunner

from qiming.kernel import audit, outbox, time
from qiming.kernel.models import AuditRow, OutboxEvent
from qiming.site import database, doctor, home, listening, surroundings, ways_in
from qiming.site.cli import app


def bad(check: Callable[[], Iterator[doctor.Finding]]) -> list[str]:
    return [finding.remedy for finding in check() if not finding.ok]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QIMING_HOME", str(tmp_path))
    monkeypatch.delenv("QIMING_CLOCK", raising=False)
    monkeypatch.setattr(doctor, "MIN_FREE_BYTES", 0)
    (tmp_path / "demo-accounts.txt").write_text("示例城市")
    return tmp_path


def test_a_sound_folder(place: Path) -> None:
    assert bad(doctor._folders) == []


@pytest.mark.parametrize("name", ["secret_key", "pg.json"])
def test_secrets_others_can_read(place: Path, name: str) -> None:
    (place / name).write_text("x")
    (place / name).chmod(0o644)
    assert bad(doctor._folders) == [f"请运行 chmod 600 {place / name}"]
    (place / name).chmod(0o600)
    assert bad(doctor._folders) == []


def test_a_folder_that_cannot_be_made(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "file").write_text("")
    monkeypatch.setenv("QIMING_HOME", str(place / "file" / "home"))
    assert "QIMING_HOME" in bad(doctor._folders)[0]


def test_a_folder_nobody_may_write(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "写权限" in bad(doctor._folders)[0]


def test_a_full_disk(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "MIN_FREE_BYTES", 10**18)
    assert "清理磁盘" in bad(doctor._folders)[0]


def test_a_clock_that_is_not_true(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIMING_CLOCK", "2026-11-20T09:55:00+08:00")
    assert "QIMING_CLOCK" in bad(doctor._folders)[0]


@pytest.mark.parametrize(
    ("hours", "damaged", "words"),
    [(1, 0, []), (49, 0, ["qiming backup"]), (1, 2, ["2 个上传文件坏了"])],
)
def test_the_age_of_the_last_backup(place: Path, hours: int, damaged: int, words: list[str]) -> None:
    made_at = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
    (place / "last_backup.json").write_text(json.dumps({"made_at": made_at, "damaged": damaged}))
    found = bad(doctor._folders)
    assert len(found) == len(words) and all(word in one for word, one in zip(words, found, strict=True))


def test_no_backup_at_all_or_an_unreadable_note(place: Path) -> None:
    (place / "demo-accounts.txt").unlink()
    assert "qiming backup" in bad(doctor._folders)[0]
    (place / "last_backup.json").write_text("[]")
    assert "qiming backup" in bad(doctor._folders)[0]


def test_a_clock_before_the_program_was_written(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later = (datetime.now(UTC) + timedelta(days=300)).timestamp()
    copied = place / "home.py"
    copied.write_text("")
    os.utime(copied, (later, later))
    monkeypatch.setattr(home, "__file__", str(copied))
    assert "自动对时" in bad(doctor._folders)[0]


def test_clocks_that_disagree(place: Path) -> None:
    now = datetime.now(UTC)
    hour = timedelta(hours=1)

    def found(newest: datetime | None, database_now: datetime) -> list[str]:
        return [one.what for one in surroundings.clock_against_data(newest, database_now) if not one.ok]

    assert found(None, now) == found(now, now) == []
    assert found(now, now - hour) == ["本机和数据库的时钟一致"]
    assert found(now + hour, now) == ["没有记在将来的操作"]


@pytest.mark.parametrize(
    ("host", "has", "fine"), [("::", False, False), ("::", True, True), ("", False, True)]
)
def test_ipv6_is_missed_only_when_asked_for(
    place: Path, monkeypatch: pytest.MonkeyPatch, host: str, has: bool, fine: bool
) -> None:
    monkeypatch.setenv("HOST", host)
    monkeypatch.setattr(listening, "has_ipv6", lambda: has)
    assert (bad(doctor._folders) == []) == fine


def test_tables_of_a_newer_version(db: None) -> None:
    MigrationRecorder.Migration.objects.create(app="kernel", name="9999_later")
    assert "更新的版本" in bad(doctor._contents)[0]


def test_what_can_wait_fails_nothing_urgent(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = [doctor.Finding("一件小事", False, "明天再说", is_urgent=False)]
    monkeypatch.setattr(doctor, "examine", lambda: waits)
    assert CliRunner().invoke(app, ["doctor"]).exit_code == 1
    assert CliRunner().invoke(app, ["doctor", "--urgent"]).exit_code == 0


@pytest.mark.parametrize(
    ("address", "fits"),
    [("https://ai.example.cn", True), ("http://ai.example.cn", False), ("https://127.0.0.1:8000", False)],
)
def test_an_address_nobody_outside_can_open(place: Path, settings: Any, address: str, fits: bool) -> None:
    settings.PUBLIC_ADDRESS = address
    assert bad(ways_in.public_address) == []  # of a demo city it doesn't matter
    (place / "demo-accounts.txt").unlink()
    assert (bad(ways_in.public_address) == []) is fits


def test_a_front_end_that_is_missing_or_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "ROOT", tmp_path)
    (tmp_path / "pyproject.toml").write_text("")
    source = tmp_path / "web" / "src" / "a.ts"
    source.parent.mkdir(parents=True)
    source.write_text("")
    assert bad(doctor._front_end) == ["请运行 make web"]
    manifest = tmp_path / "web" / "dist" / ".vite" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text("{}")
    os.utime(source, (1, 1))
    assert bad(doctor._front_end) == []
    os.utime(manifest, (0, 0))
    assert "make web" in bad(doctor._front_end)[0]


def test_a_database_that_stands_still(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    assert "qiming up" in bad(doctor._database)[0]
    found = doctor.examine()
    assert not found[-1].ok and "没有运行" in found[-1].what  # nothing is asked of it


@pytest.mark.parametrize("url", ["postgresql://u:s3cret@127.0.0.1:1/x", "nonsense"])
def test_a_server_out_of_reach(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    findings = list(doctor._database())
    assert [finding.ok for finding in findings] == [False]
    assert "s3cret" not in str(findings) and "检查地址" in findings[0].remedy


def test_a_sound_content(db: None) -> None:
    assert bad(doctor._contents) == []


def test_a_waiting_migration(db: None) -> None:
    MigrationRecorder.Migration.objects.filter(app="kernel").order_by("-name")[0].delete()
    assert "qiming migrate" in bad(doctor._contents)[0]


def test_a_broken_chain(db: None) -> None:
    audit.write(None, "a", thing="t", thing_id=None, scope_path="b/")
    audit.seal()
    AuditRow.objects.update(verb="b")
    assert "请立即报告" in bad(doctor._contents)[0]


def test_events_that_fail_or_wait(db: None) -> None:
    outbox.announce("test.unheard", {}, "b/")
    assert bad(doctor._contents) == []
    OutboxEvent.objects.update(created_at=time.now() - timedelta(hours=1))
    assert "worker" in bad(doctor._contents)[0]
    OutboxEvent.objects.update(failures=2)
    assert "1 个事件处理失败" in bad(doctor._contents)[0]


def test_a_check_that_breaks_is_a_finding(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Any) -> bool:
        raise RuntimeError("no idea")

    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setattr(database, "is_running", broken)
    assert any("no idea" in finding.what and not finding.ok for finding in doctor.examine())


def test_the_command_ends_with_one_and_speaks_to_machines(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    done = CliRunner().invoke(app, ["doctor", "--json"])
    assert done.exit_code == 1
    assert '"ok": false' in done.output
    assert "BAD" in CliRunner().invoke(app, ["doctor"]).output
