"""A small installation with a backup of it, for the tests and the drills: import the fixtures."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from qiming.site import backup, database, supervisor

PHRASE = "一句 别人猜不到的 长口令"
PHOTO = b"\x89PNG\r\n\x1a\n photo"
PHOTO_NAME = hashlib.sha256(PHOTO).hexdigest()


def in_django(root: Path, code: str, *, role: str = "app") -> None:
    """Run a line or two in the installation `root`, whose database is started when needed and then left running."""
    hidden = {"DATABASE_URL", "QIMING_TESTING", "QIMING_HOME"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment |= {
        "QIMING_HOME": str(root),
        "DJANGO_SETTINGS_MODULE": "qiming.site.settings",
        "QIMING_DB_ROLE": role,
    }
    database.start(root)
    try:
        subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"], env=environment, check=True
        )
    finally:
        if role == "app":
            database.stop(root)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small installation with tables, an upload and rows."""
    root = tmp_path_factory.mktemp("installation")
    server = database.start(root, durable=False)
    in_django(
        root, "from django.core.management import call_command as c\nc('migrate', verbosity=0)", role="owner"
    )
    shelf = root / "files" / PHOTO_NAME[:2]
    shelf.mkdir(parents=True)
    (shelf / PHOTO_NAME).write_bytes(PHOTO)
    with psycopg.connect(server.url("owner")) as connection:
        connection.execute("CREATE TABLE counted (number int PRIMARY KEY)")
        connection.execute(
            "INSERT INTO kernel_storedfile (id, created_at, sha256, size_bytes, media_type, name, scope_path, uploaded_by) "
            "VALUES (gen_random_uuid(), now(), %s, %s, 'image/png', '板书', 'b/', gen_random_uuid())",
            [PHOTO_NAME, len(PHOTO)],
        )
    yield root
    database.stop(root)


@pytest.fixture(autouse=True)
def outside_of_the_tests(monkeypatch: pytest.MonkeyPatch, source: Path) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "QIMING_TESTING", "QIMING_SECRET", "QIMING_CLOCK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("QIMING_HOME", str(source))
    monkeypatch.setattr(supervisor, "GRACE_S", -3.8)


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished backup; tests that break it break a copy."""
    folder = tmp_path_factory.mktemp("backups") / "whole"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.setenv("QIMING_HOME", str(source))
        backup.create(folder, passphrase=PHRASE)
    return folder


def rows_of(root: Path, question: str) -> list[tuple[object, ...]]:
    server = database.start(root)
    try:
        with psycopg.connect(server.url("owner")) as connection:
            return connection.execute(question).fetchall()
    finally:
        database.stop(root)
