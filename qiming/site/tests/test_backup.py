"""Backup and restore: what comes back is what was there, and a backup that is not whole changes nothing."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qiming.site import backup, database, supervisor
from qiming.site.backup import making, manifest, restoring, sealing
from qiming.site.backup.manifest import BackupTrouble
from qiming.site.cli import app
from qiming.site.tests.backup_scene import (
    PHOTO,
    PHOTO_NAME,
    PHRASE,
    outside_of_the_tests,
    rows_of,
    source,
    whole,
)

__all__ = ["outside_of_the_tests", "source", "whole"]


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "copied"))


def test_what_comes_back_is_what_was_there(source: Path, whole: Path, tmp_path: Path) -> None:
    """The one restore from end to end that every change passes; the others are drills (drills/test_backup.py)."""
    home = tmp_path / "home"
    (home / "files" / "ab").mkdir(parents=True)
    (home / "files" / "ab" / "old").write_text("old")
    with pytest.raises(BackupTrouble, match="--replace"):
        backup.restore(whole, home, passphrase=PHRASE)
    with supervisor.only_one(home), pytest.raises(BackupTrouble, match="另一个 qiming up"):
        backup.restore(whole, home, replace=True, passphrase=PHRASE)
    done = backup.restore(whole, home, replace=True, passphrase=PHRASE)
    assert done.key_is_back
    assert done.aside and (done.aside / "files" / "ab" / "old").read_text() == "old"
    assert (home / "secret_key").read_text() == (source / "secret_key").read_text()
    assert (home / "files" / PHOTO_NAME[:2] / PHOTO_NAME).read_bytes() == PHOTO
    assert rows_of(home, "SELECT sha256, name FROM kernel_storedfile") == [(PHOTO_NAME, "板书")]
    assert not (home / "restoring").exists()


def test_the_manifest_tells_what_is_inside(whole: Path) -> None:
    told = manifest.read(whole)
    assert told.rows["kernel_storedfile"] == 1 and told.file_count == 1
    assert "kernel.0001_initial" in told.migrations
    assert (whole / "manifest.json").read_text().count("secret") == 0
    assert whole.stat().st_mode & 0o077 == 0


def truncate(folder: Path) -> None:
    with (folder / "database.dump").open("r+b") as dump:
        dump.truncate(dump.seek(0, os.SEEK_END) - 100)


def tamper(folder: Path) -> None:
    with (folder / "database.dump").open("r+b") as dump:
        dump.seek(2000)
        dump.write(b"\0\0\0\0")


def swap_photo(folder: Path) -> None:
    (folder / "files" / PHOTO_NAME[:2] / PHOTO_NAME).write_bytes(PHOTO.replace(b"photo", b"other"))


def forge(folder: Path) -> None:
    """Change the dump and put its new hash into the manifest: only the seal can tell."""
    tamper(folder)
    told = manifest.read(folder)
    forged = replace(told, database=manifest.measure(folder / "database.dump"))
    (folder / "manifest.json").write_text(forged.text())


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (truncate, "少了 100 字节"),
        (tamper, "坏了或被改过"),
        (swap_photo, "有一个文件坏了"),
        (forge, "有人改过这份备份"),
        (lambda folder: (folder / "database.dump").unlink(), "缺 database.dump"),
        (lambda folder: (folder / "files" / PHOTO_NAME[:2] / PHOTO_NAME).unlink(), "缺一个文件"),
        (lambda folder: (folder / "files.txt").write_text(""), "files.txt 和清单对不上"),
        (lambda folder: (folder / "manifest.json").unlink(), "没有备份"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "读不懂"),
        (lambda folder: (folder / "manifest.json").write_text('{"format": 99}'), "更新的版本"),
        (lambda folder: (folder / "unfinished").write_text(""), "没有做完"),
    ],
)
def test_a_backup_that_is_not_whole_changes_nothing(
    copied: Path, tmp_path: Path, harm: object, words: str
) -> None:
    harm(copied)  # type: ignore[operator]
    home = tmp_path / "home"
    (home / "files").mkdir(parents=True)
    with pytest.raises(BackupTrouble, match=words):
        backup.restore(copied, home, replace=True, passphrase=PHRASE)
    assert [entry.name for entry in home.iterdir()] == ["files"]


def test_a_wrong_or_short_passphrase(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupTrouble, match="口令不对"):
        backup.verify(whole, passphrase=PHRASE + "!")
    with pytest.raises(BackupTrouble, match="至少"):
        backup.create(tmp_path / "backup", passphrase="short")


def test_a_backup_of_a_newer_version_is_refused(copied: Path, tmp_path: Path) -> None:
    told = manifest.read(copied)
    newer = replace(told, migrations=[*told.migrations, "kernel.9999_later"])
    (copied / "manifest.json").write_text(newer.text())
    with pytest.raises(BackupTrouble, match=r"kernel\.9999_later"):
        backup.restore(copied, tmp_path / "home")


def test_one_that_was_cut_off_is_begun_anew_and_a_used_folder_refused(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupTrouble, match="已经有东西"):
        backup.create(whole)
    half = tmp_path / "half"
    (half / "files" / "ab").mkdir(parents=True)
    (half / "files" / "ab" / "left").write_text("")
    (half / "unfinished").write_text("")
    backup.create(half)
    assert not (half / "files" / "ab").exists()
    backup.verify(half)


def test_uploads_that_are_damaged_or_gone_are_named(source: Path, tmp_path: Path) -> None:
    photo = source / "files" / PHOTO_NAME[:2] / PHOTO_NAME
    photo.write_bytes(b"damaged")
    try:
        assert backup.create(tmp_path / "damaged").damaged == [PHOTO_NAME]
        photo.unlink()
        done = CliRunner().invoke(app, ["backup", str(tmp_path / "gone"), "--json"])
        assert done.exit_code == 1 and PHOTO_NAME in done.output
    finally:
        photo.write_bytes(PHOTO)


def test_a_full_disk_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "SPARE_BYTES", 10**18)
    with pytest.raises(BackupTrouble, match="换一个盘"):
        backup.create(tmp_path / "backup")
    assert (tmp_path / "backup" / "unfinished").exists()


def test_a_half_restored_place_does_not_start(tmp_path: Path) -> None:
    (tmp_path / restoring.STAGE).mkdir()
    with pytest.raises(database.DatabaseTrouble, match="没有做完"):
        supervisor._refuse_half_restored(tmp_path)


def test_the_commands_speak_to_people_and_machines(whole: Path, tmp_path: Path) -> None:
    checked = CliRunner().invoke(app, ["restore", str(whole), "--check"])
    assert checked.exit_code == 0 and "这份备份是完整的" in checked.output
    told = CliRunner().invoke(app, ["restore", str(whole), "--check", "--json"])
    assert json.loads(told.stdout)["key_sealed"] is True
    refused = CliRunner().invoke(app, ["backup", str(whole), "--json"])
    assert refused.exit_code == 1 and "failed" in json.loads(refused.stdout)
    nothing = CliRunner().invoke(
        app, ["backup", str(tmp_path / "x")], env={"QIMING_HOME": str(tmp_path / "none")}
    )
    assert nothing.exit_code == 1 and "没有数据库" in nothing.output


def test_a_mark_tells_keys_apart() -> None:
    assert sealing.mark_of("a") == sealing.mark_of("a") != sealing.mark_of("b")
