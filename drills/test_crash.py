"""Pulling the plug: what was acknowledged is there afterwards, and the next start needs no help."""

import os
import signal
import threading
import time
from pathlib import Path

import psycopg
import pytest

from qiming.site import database

WRITERS = 8
WRITE_S = 4.0


def write_until_the_end(
    url: str, writer: int, acknowledged: list[tuple[int, int]], stop: threading.Event
) -> None:
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            number = 0
            while not stop.is_set():
                connection.execute("INSERT INTO plug VALUES (%s, %s)", (writer, number))
                acknowledged.append((writer, number))
                number += 1
    except psycopg.OperationalError:
        return  # the plug


@pytest.mark.timeout(120)
def test_no_acknowledged_write_is_lost_when_the_server_is_killed(tmp_path: Path) -> None:
    server = database.start(tmp_path)
    url = server.url("owner")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE plug (writer int, number int, PRIMARY KEY (writer, number))")
    acknowledged: list[tuple[int, int]] = []
    stop = threading.Event()
    writers = [
        threading.Thread(target=write_until_the_end, args=(url, number, acknowledged, stop))
        for number in range(WRITERS)
    ]
    for thread in writers:
        thread.start()
    time.sleep(WRITE_S)
    postmaster = int((tmp_path / "pg" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)
    stop.set()
    for thread in writers:
        thread.join(timeout=20)
    promised = set(acknowledged)
    time.sleep(1)
    again = database.start(tmp_path)
    try:
        with psycopg.connect(again.url("owner")) as connection:
            kept = set(connection.execute("SELECT writer, number FROM plug").fetchall())
    finally:
        database.stop(tmp_path)
    print(
        f"{len(promised)} writes acknowledged in {WRITE_S} s by {WRITERS} writers, {len(promised - kept)} lost"
    )
    assert len(promised) > 100
    assert promised <= kept
