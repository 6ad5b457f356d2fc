"""Seals kept outside the database: after each sealing the place and seal of a log's last row is appended to
QIMING_HOME/seals/<log>.jsonl, so that an end cut off or a chain written anew shows.

Each line carries a keyed hash of the line before it and of itself: a line changed or taken out of the middle is
found. Who can write this folder, the database and the signing key can still cut off both ends: copy the folder to
another machine regularly.

After a restore from a backup rows sealed since then are really gone. `note_restore` says so in the file: what it
knew beyond the restored end counts no longer.
"""

import fcntl
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings

from qiming.kernel import time

_TAIL_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Break:
    """The first place at which a log no longer agrees with its seals: row `no`, in plain words `says`."""

    no: int
    kind: str  # changed | missing | reordered | rewritten | truncated | anchors | cut
    says: str
    row_id: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Row `no` of a log had this seal, at `at` (Shanghai, to the minute)."""

    no: int
    seal: bytes
    at: str


@dataclass(slots=True)
class Anchors:
    """The anchors of a log, in the order of the chain, and what is wrong with the file."""

    valid: list[Anchor] = field(default_factory=list)
    broken: Break | None = None


def file_of(log: str) -> Path:
    """Where the anchors of a log lie."""
    return Path(settings.QIMING_HOME) / "seals" / f"{log}.jsonl"


def write(log: str, no: int, seal: bytes) -> None:
    """Append an anchor unless the last line says the same."""
    _append(log, {"no": no, "seal": seal.hex()})


def note_restore(log: str, no: int, reason: str) -> None:
    """Say that the database was restored and now ends at row `no`."""
    _append(log, {"restored_to": no, "reason": reason})


def read(log: str) -> Anchors:
    """Every anchor that counts, and the first line that was tampered with."""
    found = Anchors()
    mac = ""
    for number, text in enumerate(_lines(log), 1):
        try:
            line = json.loads(text)
            is_ours = hmac.compare_digest(str(line.pop("mac")), _mac(mac, line))
        except (ValueError, KeyError, AttributeError):
            line, is_ours = {}, False
        if not is_ours:
            says = f"数据库外的封存文件第{number}行被改过，或前面少了一行（{file_of(log).name}）"
            found.broken = Break(0, "anchors", says)
            return found
        mac = _mac(mac, line)
        if "restored_to" in line:
            found.valid = [one for one in found.valid if one.no <= line["restored_to"]]
        else:
            found.valid.append(Anchor(line["no"], bytes.fromhex(line["seal"]), line["at"]))
    return found


def _append(log: str, said: dict[str, Any]) -> None:
    path = file_of(log)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        last = _last_line(file)
        if last and all(last.get(key) == value for key, value in said.items()):
            return
        line = said | {"at": f"{time.local(time.now()):%Y-%m-%d %H:%M}"}
        file.write(json.dumps(line | {"mac": _mac(last.get("mac", ""), line)}, ensure_ascii=False) + "\n")


def _last_line(file: TextIO) -> dict[str, Any]:
    end = file.seek(0, 2)
    file.seek(max(0, end - _TAIL_BYTES))
    lines = file.read().splitlines()
    try:
        return dict(json.loads(lines[-1])) if lines else {}
    except ValueError:  # what somebody broke is found by `read`; what comes after still has to be written
        return {}


def _lines(log: str) -> list[str]:
    path = file_of(log)
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _mac(previous: str, line: dict[str, Any]) -> str:
    key = hashlib.sha256(b"anchors" + settings.SECRET_KEY.encode()).digest()
    said = previous + json.dumps(line, ensure_ascii=False, sort_keys=True)
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()
