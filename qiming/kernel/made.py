"""Files the platform makes itself (archives, PDF, tables): under QIMING_HOME/made, by a name of our own, never by
what somebody typed. They are handed out only by the room that made them, after its access table was asked."""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse

from qiming.kernel.access import Denied


def keep(name: str, data: bytes) -> str:
    """Write a file (`copies/<id>.zip`) whole or not at all; returns its SHA-256."""
    target = path_of(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=target.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(part).replace(target)
    return hashlib.sha256(data).hexdigest()


def path_of(name: str) -> Path:
    """Where a made file lies."""
    return Path(settings.QIMING_HOME) / "made" / name


def forget(name: str) -> None:
    path_of(name).unlink(missing_ok=True)


def download(name: str, *, called: str, media_type: str) -> FileResponse:
    """The file as a download under the name `called`; `Denied` when it is gone."""
    path = path_of(name)
    if not path.exists():
        raise Denied("made")
    answer = FileResponse(path.open("rb"), content_type=media_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(called, safe='')}"
    answer["Cache-Control"] = "private, no-store"
    return answer
