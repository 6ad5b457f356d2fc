"""Restores a backup: everything is made and examined beside the installation, then put in its place."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time as clock
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from qiming.site import database, home
from qiming.site.backup import programs, sealing
from qiming.site.backup.checking import files_of, verify
from qiming.site.backup.manifest import DUMP, FILES, SEALS, BackupTrouble, Manifest, Say

STAGE = "restoring"
UNTOUCHED = "原来的数据没有动。"
KEPT = ("pg", "pg.json", "files", "seals", "secret_key")
MIN_OWN_SERVER = 17  # older ones do not know a setting that today's dumps begin with


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done: where, whether the old installation was put aside, what the doctor found wrong."""

    manifest: Manifest
    root: Path
    aside: Path | None
    key_is_back: bool
    wrong: list[str]


def restore(
    folder: Path, root: Path, *, replace: bool = False, passphrase: str = "", say: Say = lambda _: None
) -> Restored:
    """Restore the backup in `folder` into the installation `root`; raises `BackupTrouble`, having changed nothing.

    With `replace` an installation that is there is put aside, never deleted.
    """
    say("核对备份")
    manifest = verify(folder, passphrase=passphrase, say=say)
    _refuse_newer(manifest)
    secret = sealing.unseal(manifest, passphrase) if passphrase else ""
    root.mkdir(parents=True, exist_ok=True)
    with _alone(root):
        stage = root / STAGE
        _clear(stage)  # of a restore that was cut off
        _refuse_full(root, replace)
        stage.mkdir(mode=0o700)
        try:
            known = _bring_key(root, stage, manifest, secret)
            if known:
                _bring_seals(folder, root, stage, manifest)
            _bring_files(folder, stage, say)
            wrong = _bring_database(folder, stage, manifest, say)
            aside = _swap(root, stage)
        except (OSError, psycopg.Error) as trouble:
            raise BackupTrouble(f"恢复没有做成：{trouble}。{UNTOUCHED}") from trouble
        finally:
            _clear(stage)
    say("已经放到位")
    return Restored(manifest, root, aside, known, wrong)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    from qiming.site import supervisor

    try:
        with supervisor.only_one(root):
            if not home.database_url():
                database.stop(root)
            yield
    except database.DatabaseTrouble as trouble:
        raise BackupTrouble(str(trouble)) from trouble


def _refuse_newer(manifest: Manifest) -> None:
    """A backup of a newer version has steps in its tables that this one does not know how to read."""
    with tempfile.TemporaryDirectory() as nowhere:
        listed = _step("migrations", Path(nowhere))
    known = set(listed.stdout.split())
    unknown = [name for name in manifest.migrations if name not in known]
    if unknown:
        raise BackupTrouble(
            f"这份备份由更新的版本（{manifest.version}）做成，本机不认识 {unknown[0]} 等 {len(unknown)} 步。"
            "请先升级启明，再恢复。"
        )


def _refuse_full(root: Path, replace: bool) -> None:
    if url := home.database_url():
        _refuse_own_server(url)
    full = [name for name in ("pg", "files") if (root / name).is_dir() and any((root / name).iterdir())]
    if full and not replace:
        raise BackupTrouble(
            f"{root} 里已经有一份数据。要用备份替换它，请加 --replace：原来的会挪到旁边，不会删除；"
            "或用 --into 恢复到一个新目录。"
        )


def _refuse_own_server(url: str) -> None:
    with psycopg.connect(url, connect_timeout=10) as connection:
        tables = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchone()
        version = connection.info.server_version // 10000
    if tables and tables[0]:
        raise BackupTrouble(
            "DATABASE_URL 指向的数据库里已经有数据表。请另建一个空数据库，把 DATABASE_URL 指过去再恢复；"
            "核对无误后再换过来。"
        )
    if version < MIN_OWN_SERVER:
        raise BackupTrouble(f"恢复需要 PostgreSQL {MIN_OWN_SERVER} 或更新，DATABASE_URL 指向的是 {version}。")


def _bring_key(root: Path, stage: Path, manifest: Manifest, secret: str) -> bool:
    """The backup's signing key, else the one that is there; False when neither is the backup's."""
    given = home.given("QIMING_SECRET")
    there = root / "secret_key"
    kept = given or (there.read_text().strip() if there.exists() else "")
    chosen = secret or kept
    if given and secret and given != secret:
        raise BackupTrouble("环境变量 QIMING_SECRET 不是这份备份的签名密钥。请改正或去掉它，再恢复。")
    if chosen and not given:
        target = stage / "secret_key"
        target.touch(mode=0o600)
        target.write_text(chosen)
    return bool(chosen) and sealing.mark_of(chosen) == manifest.key_mark


def _bring_seals(folder: Path, root: Path, stage: Path, manifest: Manifest) -> None:
    """The anchors of the hash chains: this installation's own when it is the one that was backed up, for they reach
    further; else the backup's. They are keyed by the signing key and useless without it."""
    there = root / "secret_key"
    is_same = there.exists() and sealing.mark_of(there.read_text().strip()) == manifest.key_mark
    own = root / SEALS
    source = own if is_same and own.is_dir() else folder / SEALS
    if source.is_dir():
        shutil.copytree(source, stage / SEALS)


def _bring_files(folder: Path, stage: Path, say: Say) -> None:
    said = clock.monotonic()
    (stage / "files").mkdir()
    for number, (name, size) in enumerate(files_of(folder), 1):
        target = stage / "files" / name[:2] / name
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(folder / FILES / name[:2] / name, target)
        if target.stat().st_size != size:
            raise BackupTrouble(f"抄文件时备份变了。{UNTOUCHED}")
        if clock.monotonic() - said > 2:
            said = clock.monotonic()
            say(f"文件：已放回 {number} 个")


def _bring_database(folder: Path, stage: Path, manifest: Manifest, say: Say) -> list[str]:
    """Fill a database, count its rows, bring it to this version's shape and examine it."""
    own = bool(home.database_url())
    url = database.owner_url() if own else database.start(stage).url("owner")
    try:
        say("数据库：放回")
        _fill(folder / DUMP, url, whole_or_nothing=own)
        _count(url, manifest)
        say("数据库：行数和清单一致；更新数据表，检查")
        return _examine(stage, manifest.made_at)
    finally:
        if not own:
            database.stop(stage)


def _fill(dump: Path, url: str, *, whole_or_nothing: bool) -> None:
    with psycopg.connect(url) as connection:
        server = connection.info.server_version // 10000
    how = ["--single-transaction"] if whole_or_nothing else [f"--jobs={os.cpu_count() or 1}"]
    environment = programs.environment(url)
    done = subprocess.run(
        [
            str(programs.find("pg_restore", server)), "--no-owner", "--no-privileges", "--exit-on-error", *how,
            "--dbname", environment["PGDATABASE"], str(dump),
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise BackupTrouble(f"数据库放不回去：{done.stderr.strip()[-600:]}。{UNTOUCHED}")


def _count(url: str, manifest: Manifest) -> None:
    with psycopg.connect(url) as connection:
        for table, rows in manifest.rows.items():
            found = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            if (found.fetchone() or (0,))[0] != rows:
                raise BackupTrouble(f"放回的 {table} 行数和清单不一致。{UNTOUCHED}")
        connection.execute("ANALYZE")


def _examine(stage: Path, made_at: str) -> list[str]:
    prepared = _step("prepare", stage)
    if prepared.returncode:
        raise BackupTrouble(f"数据表更新不到这个版本：{prepared.stderr.strip()[-600:]}。{UNTOUCHED}")
    examined = _step("restored", stage, made_at)
    try:
        findings = json.loads(examined.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        raise BackupTrouble(f"检查没有跑完：{examined.stderr.strip()[-600:]}。{UNTOUCHED}") from None
    return [finding["what"] for finding in findings if not finding["ok"] and finding["is_urgent"]]


def _step(name: str, root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a step of the supervisor on the installation `root` in a process of its own."""
    told = {"QIMING_HOME": str(root), "DJANGO_SETTINGS_MODULE": "qiming.site.settings"}
    role = {"QIMING_DB_ROLE": "owner" if name == "prepare" else "app"}
    return subprocess.run(
        [sys.executable, "-m", "qiming.site.steps", name, *words],
        env=os.environ | told | role,
        capture_output=True,
        text=True,
        check=False,
    )


def _clear(stage: Path) -> None:
    database.stop(stage)
    shutil.rmtree(stage, ignore_errors=True)


def _swap(root: Path, stage: Path) -> Path | None:
    aside = root / f"before-restore-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    moved = [name for name in KEPT if (root / name).exists() and (stage / name).exists()]
    for name in moved:
        aside.mkdir(mode=0o700, exist_ok=True)
        (root / name).rename(aside / name)
    for name in KEPT:
        with contextlib.suppress(FileNotFoundError):
            (stage / name).rename(root / name)
    return aside if moved else None
