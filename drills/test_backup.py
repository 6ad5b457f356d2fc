"""Restoring otherwise than in the common case: backups made during writes, older days, without the key."""

import threading
from pathlib import Path

import psycopg

from qiming.site import backup, database
from qiming.site.tests.backup_scene import (
    PHRASE,
    in_django,
    outside_of_the_tests,
    rows_of,
    source,
    whole,
)

__all__ = ["outside_of_the_tests", "source", "whole"]


def test_one_made_while_writes_go_on_is_of_one_moment(source: Path, tmp_path: Path) -> None:
    """Rows are written in order: whatever moment the backup caught, no number below its highest is missing."""
    url = database.start(source).url("owner")
    stop = threading.Event()

    def write() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("TRUNCATE counted")
            number = 0
            while not stop.is_set():
                connection.execute("INSERT INTO counted VALUES (%s)", [number])
                number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = backup.create(tmp_path / "backup")
    finally:
        stop.set()
        writer.join()
    backup.restore(tmp_path / "backup", tmp_path / "home")
    found = [row[0] for row in rows_of(tmp_path / "home", "SELECT number FROM counted ORDER BY 1")]
    assert found == list(range(len(found))) and len(found) == made.rows["counted"]


def test_the_hash_chain_holds_after_going_back_to_an_older_day(source: Path, tmp_path: Path) -> None:
    """What was sealed after the backup is gone with it; the anchors outside the database must know that."""
    first = backup.create(tmp_path / "first", passphrase=PHRASE)
    home = tmp_path / "home"
    backup.restore(tmp_path / "first", home, passphrase=PHRASE)
    in_django(
        home, "from qiming.kernel import audit, chain\nfor log in chain.LOGS.values(): chain.seal_all(log)"
    )
    assert (home / "seals" / "audit.jsonl").exists()
    done = backup.restore(tmp_path / "first", home, replace=True)
    assert done.wrong == [] and done.key_is_back
    assert "restored_to" in (home / "seals" / "audit.jsonl").read_text()
    assert first.seals == {}


def test_without_the_key_the_restored_place_says_so(source: Path, whole: Path, tmp_path: Path) -> None:
    done = backup.restore(whole, tmp_path / "home")
    assert not done.key_is_back
    assert (tmp_path / "home" / "secret_key").read_text() != (source / "secret_key").read_text()
