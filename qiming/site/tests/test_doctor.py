"""The doctor finds what is broken, one thing at a time, and says how to mend it."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.migrations.recorder import MigrationRecorder
from typer.testing import CliRunner

from qiming.kernel import audit, outbox, time
from qiming.kernel.models import AuditRow, OutboxEvent
from qiming.site import database, doctor
from qiming.site.cli import app


def bad(check: Callable[[], Iterator[doctor.Finding]]) -> list[str]:
    return [finding.remedy for finding in check() if not finding.ok]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QIMING_HOME", str(tmp_path))
    monkeypatch.delenv("QIMING_CLOCK", raising=False)
    monkeypatch.setattr(doctor, "MIN_FREE_BYTES", 0)
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


def test_a_front_end_that_is_missing_or_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
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
