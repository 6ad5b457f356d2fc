"""Makes a backup: the database of one moment, then the files it names, then the manifest."""

import errno
import hashlib
import json
import os
import shutil
import subprocess
import time as clock
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg import sql

from qiming.site import database, home
from qiming.site.backup import programs, sealing
from qiming.site.backup.manifest import (
    DUMP,
    FILE_LIST,
    FILES,
    NAME,
    SEALS,
    UNFINISHED,
    BackupTrouble,
    Manifest,
    Piece,
    Say,
    measure,
    pieces,
)

LAST = "last_backup.json"
SAY_EVERY_S = 2.0
SPARE_BYTES = 64 * 1024 * 1024


@dataclass(slots=True)
class Snapshot:
    """One moment of the database, held open by a transaction."""

    name: str
    server: int
    size_bytes: int
    rows: dict[str, int] = field(default_factory=dict)
    migrations: list[str] = field(default_factory=list)


def create(folder: Path, *, passphrase: str = "", say: Say = lambda _: None) -> Manifest:
    """Back this installation up into the empty `folder`; work may go on meanwhile.

    Raises `BackupTrouble`. A cut-off backup is known by the file `unfinished` and is begun anew in the same place.
    """
    if passphrase:
        sealing.check_passphrase(passphrase)
    began = clock.monotonic()
    _claim(folder)
    try:
        with running_database() as url:
            made_at = datetime.now(UTC).isoformat(timespec="seconds")
            manifest = _write(folder, url, made_at, say)
        manifest = _finish(folder, manifest, passphrase, round(clock.monotonic() - began, 1))
    except OSError as trouble:
        if trouble.errno == errno.ENOSPC:
            raise BackupTrouble(f"{folder} 所在的盘满了，备份没有做完。请清理或换一个盘再做。") from trouble
        raise BackupTrouble(f"备份写不下去：{trouble.strerror}。请检查 {folder} 的权限和磁盘。") from trouble
    except psycopg.Error as trouble:
        raise BackupTrouble(f"数据库中途断开，备份没有做完：{trouble}") from trouble
    return manifest


@contextmanager
def running_database() -> Iterator[str]:
    """The owner's address of the database, started for this purpose when it stood still."""
    if home.database_url():
        yield database.owner_url()
        return
    root = home.path()
    if not (root / "pg" / "PG_VERSION").exists():
        raise BackupTrouble(f"{root} 里没有数据库。请检查 QIMING_HOME。")
    was_running = database.is_running(root)
    server = database.start(root)
    try:
        yield server.url("owner")
    finally:
        if not was_running:
            database.stop(root)


def _claim(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)  # children's names are in it
    if (folder / UNFINISHED).exists():
        for entry in (NAME, DUMP, FILE_LIST):
            (folder / entry).unlink(missing_ok=True)
        for entry in (FILES, SEALS):
            shutil.rmtree(folder / entry, ignore_errors=True)
    elif any(folder.iterdir()):
        raise BackupTrouble(f"{folder} 里已经有东西。每次备份请用一个新目录，例如以日期命名。")
    (folder / UNFINISHED).write_text("这份备份没有做完\n", encoding="utf-8")


def _write(folder: Path, url: str, made_at: str, say: Say) -> Manifest:
    uploads = home.path() / "files"
    with psycopg.connect(url, connect_timeout=10) as connection:
        snapshot = _open_snapshot(connection)
        _check_room(folder, snapshot.size_bytes)
        say(f"数据库 {_mb(snapshot.size_bytes)}，{sum(snapshot.rows.values())} 行")
        dump = _dump(folder / DUMP, url, snapshot, say)
        say(f"数据库已备份，{_mb(dump.size_bytes)}；接着是文件")
        count, size, damaged = _copy_files(uploads, folder, say)
        damaged += _missing(connection, folder, url)
    secret = home.secret()
    return Manifest(
        made_at=made_at,
        took_s=0,
        version=version("qiming"),
        postgresql=snapshot.server,
        database=dump,
        rows=snapshot.rows,
        migrations=snapshot.migrations,
        files=measure(folder / FILE_LIST),
        seals=_copy_seals(folder),
        file_count=count,
        file_bytes=size,
        key_mark=sealing.mark_of(secret),
        damaged=sorted(set(damaged)),
    )


def _open_snapshot(connection: psycopg.Connection) -> Snapshot:
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    found = connection.execute("SELECT pg_export_snapshot(), pg_database_size(current_database())").fetchone()
    assert found is not None
    snapshot = Snapshot(found[0], connection.info.server_version // 10000, found[1])
    tables = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
    ).fetchall()
    for (table,) in tables:
        counted = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        snapshot.rows[table] = (counted.fetchone() or (0,))[0]
    if "django_migrations" not in snapshot.rows:
        raise BackupTrouble("这个数据库里没有启明的数据表，没有东西可备份。请检查 DATABASE_URL。")
    names = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY id").fetchall()
    snapshot.migrations = [name for (name,) in names]
    return snapshot


def _check_room(folder: Path, database_bytes: int) -> None:
    uploads = sum(entry.stat().st_size for entry in _uploads(home.path() / "files"))
    needed = uploads + database_bytes // 10 + SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupTrouble(f"{folder} 所在的盘只剩 {_mb(free)}，至少要 {_mb(needed)}。请清理或换一个盘。")


def _dump(target: Path, url: str, snapshot: Snapshot, say: Say) -> Piece:
    command = [
        str(programs.find("pg_dump", snapshot.server)), "--format=custom", "--compress=3", "--no-owner",
        "--no-privileges", f"--snapshot={snapshot.name}", "--lock-wait-timeout=60s",
    ]  # fmt: skip
    digest, size, said = hashlib.sha256(), 0, clock.monotonic()
    with (
        target.open("wb") as file,
        subprocess.Popen(
            command, env=programs.environment(url), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as dumping,
    ):
        assert dumping.stdout and dumping.stderr
        for piece in pieces(dumping.stdout):  # type: ignore[arg-type]  # a pipe reads like a file
            digest.update(piece)
            size += len(piece)
            file.write(piece)
            if clock.monotonic() - said > SAY_EVERY_S:
                said = clock.monotonic()
                say(f"数据库：已写 {_mb(size)}")
        complaint = dumping.stderr.read().decode(errors="replace").strip()
        file.flush()
        os.fsync(file.fileno())
    if dumping.returncode:
        raise BackupTrouble(f"pg_dump 失败，备份没有做完：{complaint[-600:]}")
    return Piece(digest.hexdigest(), size)


def _uploads(uploads: Path) -> Iterator[Path]:
    """Every upload in the order of its name; half-written ones have another kind of name."""
    if not uploads.is_dir():
        return
    for shelf in sorted(uploads.iterdir()):
        if shelf.is_dir():
            yield from sorted(entry for entry in shelf.iterdir() if len(entry.name) == 64)


def _copy_files(uploads: Path, folder: Path, say: Say) -> tuple[int, int, list[str]]:
    count, size, damaged, said = 0, 0, [], clock.monotonic()
    with (folder / FILE_LIST).open("w", encoding="ascii") as listed:
        for upload in _uploads(uploads):
            target = folder / FILES / upload.parent.name / upload.name
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                copied = _copy(upload, target)
            except FileNotFoundError:  # erased by law in this very moment
                continue
            if copied.sha256 != upload.name:
                damaged.append(upload.name)
                target.unlink()
                continue
            listed.write(f"{upload.name} {copied.size_bytes}\n")
            count, size = count + 1, size + copied.size_bytes
            if clock.monotonic() - said > SAY_EVERY_S:
                said = clock.monotonic()
                say(f"文件：已抄 {count} 个，{_mb(size)}")
    return count, size, damaged


def _copy_seals(folder: Path) -> dict[str, Piece]:
    """Later than the snapshot: a chain may have grown since, which the restore notes."""
    (folder / SEALS).mkdir(exist_ok=True)
    found = sorted((home.path() / SEALS).glob("*.jsonl"))
    return {one.name: _copy(one, folder / SEALS / one.name) for one in found}


def _copy(source: Path, target: Path) -> Piece:
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as stream, target.open("wb") as file:
        for piece in pieces(stream):
            digest.update(piece)
            size += len(piece)
            file.write(piece)
    return Piece(digest.hexdigest(), size)


def _missing(snapshot: psycopg.Connection, folder: Path, url: str) -> list[str]:
    """Files the snapshot names that were not there to copy, unless they were erased since."""
    missing: list[str] = []
    with snapshot.cursor(name="files") as cursor:
        cursor.itersize = 2000
        cursor.execute("SELECT DISTINCT sha256 FROM kernel_storedfile")
        missing += [name for (name,) in cursor if not (folder / FILES / name[:2] / name).exists()]
    if not missing:
        return []
    with psycopg.connect(url) as now:
        kept = now.execute("SELECT DISTINCT sha256 FROM kernel_storedfile WHERE sha256 = ANY(%s)", [missing])
        return [name for (name,) in kept]


def _finish(folder: Path, manifest: Manifest, passphrase: str, took_s: float) -> Manifest:
    manifest = replace(manifest, took_s=took_s)
    if passphrase:
        manifest = sealing.seal(manifest, home.secret(), passphrase)
    part = folder / f"{NAME}.part"
    with part.open("w", encoding="utf-8") as file:
        file.write(manifest.text())
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / NAME)
    (folder / UNFINISHED).unlink()
    last = {"made_at": manifest.made_at, "folder": str(folder), "damaged": len(manifest.damaged)}
    (home.path() / LAST).write_text(json.dumps(last), encoding="utf-8")
    return manifest


def _mb(size: int) -> str:
    return f"{size / 1024**2:.1f} MB"
