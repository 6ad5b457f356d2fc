"""Looks whether a backup is whole, without touching any installation."""

import subprocess
import time as clock
from collections.abc import Iterator
from pathlib import Path

from qiming.site import postgres
from qiming.site.backup import manifest as manifests
from qiming.site.backup import sealing
from qiming.site.backup.manifest import DUMP, FILE_LIST, FILES, SEALS, BackupTrouble, Manifest, Say

SAY_EVERY_S = 2.0


def verify(folder: Path, *, passphrase: str = "", say: Say = lambda _: None) -> Manifest:
    """The manifest of a backup all of whose pieces are as they were written; raises `BackupTrouble`."""
    told = manifests.read(folder)
    if passphrase:
        sealing.unseal(told, passphrase)
    seals = [(f"{SEALS}/{name}", piece) for name, piece in told.seals.items()]
    for name, piece in ((DUMP, told.database), (FILE_LIST, told.files), *seals):
        path = folder / name
        if not path.is_file():
            raise BackupTrouble(f"备份里缺 {name}，不能用。请用别的备份。")
        found = manifests.measure(path)
        if found != piece:
            short = (
                f"，少了 {piece.size_bytes - found.size_bytes} 字节"
                if found.size_bytes < piece.size_bytes
                else ""
            )
            raise BackupTrouble(f"备份里的 {name} 和清单对不上{short}：它坏了或被改过。请用别的备份。")
    _check_files(folder, told, say)
    _check_contents(folder, told)
    return told


def files_of(folder: Path) -> Iterator[tuple[str, int]]:
    """(SHA-256, size in bytes) of each file of a backup."""
    with (folder / FILE_LIST).open(encoding="ascii") as listed:
        for line in listed:
            name, size = line.split()
            yield name, int(size)


def _check_files(folder: Path, told: Manifest, say: Say) -> None:
    count, said = 0, clock.monotonic()
    for name, size in files_of(folder):
        path = folder / FILES / name[:2] / name
        if not path.is_file():
            raise BackupTrouble(f"备份里缺一个文件（{name[:12]}…）。请用别的备份。")
        if manifests.measure(path) != manifests.Piece(name, size):
            raise BackupTrouble(f"备份里有一个文件坏了（{name[:12]}…）。请用别的备份。")
        count += 1
        if clock.monotonic() - said > SAY_EVERY_S:
            said = clock.monotonic()
            say(f"文件：已核对 {count} / {told.file_count}")
    if count != told.file_count:
        raise BackupTrouble("备份里的文件清单和总数对不上。请用别的备份。")


def _check_contents(folder: Path, told: Manifest) -> None:
    """The dump can be read and holds the data of every table that was counted."""
    listed = subprocess.run(
        [str(postgres.install() / "bin" / "pg_restore"), "--list", str(folder / DUMP)],
        capture_output=True,
        text=True,
        check=False,
    )
    held = {
        line.split(" TABLE DATA public ")[1].split()[0]
        for line in listed.stdout.splitlines()
        if " TABLE DATA public " in line
    }
    if listed.returncode or not set(told.rows) <= held:
        raise BackupTrouble("备份里的数据库读不出全部数据表。请用别的备份。")
