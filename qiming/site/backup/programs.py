"""pg_dump and pg_restore: the wheel's, or newer ones of the machine when the server asks for them."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from qiming.site import postgres
from qiming.site.backup.manifest import BackupTrouble


def find(name: str, server_major: int) -> Path:
    """The program of at least the server's version."""
    on_path = shutil.which(name)
    for candidate in (postgres.install() / "bin" / name, Path(on_path) if on_path else None):
        if candidate and candidate.exists() and _major(candidate) >= server_major:
            return candidate
    raise BackupTrouble(
        f"数据库是 PostgreSQL {server_major}，这台机器上没有够新的 {name}。请安装 PostgreSQL {server_major} 的客户端程序。"
    )


def _major(program: Path) -> int:
    told = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\) (\d+)", told)
    return int(found.group(1)) if found else 0


def environment(url: str) -> dict[str, str]:
    """libpq's variables for `url`: a password on the command line could be read by every user."""
    parts = urlsplit(url)
    told = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
    }
    options = {f"PG{name.upper()}": value for name, value in parse_qsl(parts.query) if name.startswith("ssl")}
    inherited = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    return inherited | {name: value for name, value in told.items() if value} | options
