"""What a backup says about itself."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

FORMAT = 1
NAME = "manifest.json"
UNFINISHED = "unfinished"
DUMP = "database.dump"
FILES = "files"
FILE_LIST = "files.txt"
SEALS = "seals"
PIECE_BYTES = 1024 * 1024

Say = Callable[[str], None]


class BackupTrouble(RuntimeError):
    """A backup that cannot be made, read or trusted; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a backup."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class SealedKey:
    """The signing key under a passphrase (hexadecimal): scrypt makes the key, AES-GCM closes the box."""

    salt: str
    nonce: str
    box: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`rows` counts each table in the snapshot; `migrations` are "app.name"; `seal` is a keyed hash of the rest."""

    made_at: str
    took_s: float
    version: str
    postgresql: int
    database: Piece
    rows: dict[str, int]
    migrations: list[str]
    files: Piece
    file_count: int
    file_bytes: int
    key_mark: str
    key: SealedKey | None = None
    seals: dict[str, Piece] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)
    seal: str = ""
    format: int = FORMAT

    def text(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)

    def sealed_part(self) -> bytes:
        """What the seal is made over: everything but the seal."""
        return json.dumps({**asdict(self), "seal": ""}, sort_keys=True).encode()


def read(folder: Path) -> Manifest:
    """The manifest of a backup; raises `BackupTrouble` when it is none, not finished or not ours."""
    path = folder / NAME
    if (folder / UNFINISHED).exists():
        raise BackupTrouble(f"{folder} 里的备份没有做完（中途断了）。请用别的备份；这一份可以删掉重做。")
    if not path.is_file():
        raise BackupTrouble(f"{folder} 里没有备份（缺 {NAME}）。请检查路径。")
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        number = told.get("format")
        if isinstance(number, int) and number > FORMAT:
            raise BackupTrouble("这份备份由更新的版本做成。请先升级启明，再恢复。")
        told["database"], told["files"] = Piece(**told["database"]), Piece(**told["files"])
        told["seals"] = {name: Piece(**one) for name, one in told["seals"].items()}
        told["key"] = SealedKey(**told["key"]) if told["key"] else None
        return Manifest(**told)
    except (ValueError, TypeError, KeyError, AttributeError, OSError) as trouble:
        raise BackupTrouble(f"{path} 读不懂，这份备份坏了。请用别的备份。") from trouble


def pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(PIECE_BYTES):
        yield piece


def measure(path: Path) -> Piece:
    """Hash and size of a file, read in pieces."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        for piece in pieces(stream):
            digest.update(piece)
            size += len(piece)
    return Piece(digest.hexdigest(), size)
