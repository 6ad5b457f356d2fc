"""QIMING_HOME: the folder in which an installation keeps everything that is not code."""

import contextlib
import os
import secrets
from pathlib import Path


def path() -> Path:
    """The data folder (default ./var beside the package); made when missing."""
    default = Path(__file__).resolve().parents[2] / "var"
    home = Path(os.environ.get("QIMING_HOME") or default).resolve()
    home.mkdir(parents=True, exist_ok=True)
    return home


def secret() -> str:
    """The signing key: from QIMING_SECRET, else made once and kept readable by the owner only."""
    given = os.environ.get("QIMING_SECRET")
    if given:
        return given
    keep = path() / "secret_key"
    if not keep.exists():
        fresh = keep.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):  # another process was first: its key is the key
            os.link(fresh, keep)
        fresh.unlink()
    return keep.read_text().strip()
