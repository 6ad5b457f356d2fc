"""The database: addresses, a start that was cut off, what is refused in words."""

import os
import shutil
import socket
from pathlib import Path
from typing import Any

import psycopg
import pytest

from qiming.site import database, postgres
from qiming.site.database import DatabaseTrouble


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:p@h:6432/d", ("u", "p", "h", "6432", "d", {})),
        ("postgres://u@h/d", ("u", "", "h", "", "d", {})),
        ("postgresql://u:p%40%2F@h/%E5%90%AF", ("u", "p@/", "h", "", "启", {})),
        (
            "postgresql://u@[::1]:5432/d?sslmode=require",
            ("u", "", "::1", "5432", "d", {"sslmode": "require"}),
        ),
    ],
)
def test_an_address_is_taken_apart(url: str, expected: tuple[Any, ...]) -> None:
    found = database._from_url(url)
    keys = ("USER", "PASSWORD", "HOST", "PORT", "NAME", "OPTIONS")
    assert tuple(found[key] for key in keys) == expected


@pytest.mark.parametrize("url", ["mysql://u@h/d", "sqlite:///x", "nonsense"])
def test_other_databases_are_refused_in_words(url: str) -> None:
    with pytest.raises(DatabaseTrouble, match="postgresql://"):
        database._from_url(url)


def test_an_installation_binds_on_the_server_and_pools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QIMING_TESTING")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u@h/d?sslmode=require")
    options = database.django_database()["OPTIONS"]
    assert options["server_side_binding"] and options["pool"] and options["sslmode"] == "require"


def test_a_port_taken_at_the_last_moment_is_left_for_another(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = database.start(root, durable=False)
    database.stop(root)
    really_free, asked = database._is_free, []

    def free_a_moment_ago(port: int) -> bool:
        asked.append(port)
        return len(asked) == 1 or really_free(port)

    monkeypatch.setattr(database, "_is_free", free_a_moment_ago)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", before.port))
        other.listen()
        after = database.start(root, durable=False)
    assert after.port != before.port and database.is_running(root)
    assert database.start(root, durable=False) == after


@pytest.fixture
def root(tmp_path: Path) -> Any:
    yield tmp_path / "a folder with spaces 和汉字"
    database.stop(tmp_path / "a folder with spaces 和汉字")


def test_an_embedded_server_survives_what_can_happen_to_it(root: Path) -> None:
    server = database.start(root, durable=False)
    assert database.is_running(root)
    assert (root / "pg.json").stat().st_mode & 0o077 == 0
    with psycopg.connect(server.url("app"), autocommit=True) as connection, pytest.raises(psycopg.Error):
        connection.execute("CREATE TABLE mine ()")  # the application owns nothing

    # a start that was cut off before the roles were made
    admin = f"postgresql://postgres:{server.super_password}@127.0.0.1:{server.port}/postgres"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("DROP DATABASE qiming")
        connection.execute("ALTER ROLE qiming_app NOLOGIN")
    assert not database.is_running(root)
    assert database.start(root, durable=False) == server
    assert database.is_running(root)

    # a port taken by somebody else while it was down
    database.stop(root)
    assert not database.is_running(root)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", server.port))
        other.listen()
        moved = database.start(root, durable=False)
    assert moved.port != server.port and database.is_running(root)

    # the passwords are lost
    database.stop(root)
    keep = root / "pg.json"
    kept = keep.read_text()
    keep.write_text("{")
    with pytest.raises(DatabaseTrouble, match="backup"):
        database.start(root)
    keep.write_text(kept)
    assert database.start(root, durable=False).app_password == server.app_password


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands folders over")
def test_without_a_namespace_root_reaches_a_closed_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(postgres, "_can_make_namespace", lambda: False)
    monkeypatch.setattr(postgres, "HANDED_OVER", Path("/var/tmp") / f"qiming-{tmp_path.name}")
    try:
        database.start(closed / "home", durable=False)
        assert database.is_running(closed / "home")
    finally:
        database.stop(closed / "home")
        shutil.rmtree(postgres.HANDED_OVER, ignore_errors=True)


def test_a_note_of_a_dead_server_is_not_a_server(tmp_path: Path) -> None:
    assert not postgres.is_alive(tmp_path)
    for note in ("", "x\n", "1\n", f"{2**22 - 1}\n"):
        (tmp_path / "postmaster.pid").write_text(note)
        assert not postgres.is_alive(tmp_path), note
