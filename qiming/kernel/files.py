"""Uploaded files: addressed by content, typed by what they are rather than by their name."""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse

from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.models import StoredFile

MAX_BYTES = 12 * 1024 * 1024

_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
)


def sniff(data: bytes) -> str | None:
    """The media type of `data` by its first bytes, or None when it is none we keep."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for signature, kind in _SIGNATURES if data.startswith(signature)), None)


def put(data: bytes, *, name: str, scope_path: str, actor: Actor) -> StoredFile:
    """Keep a picture (JPEG, PNG, WebP) or a PDF; raises `UserError` for anything else."""
    if not data:
        raise UserError("这个文件是空的", next="请重新选一张。", field="file")
    if len(data) > MAX_BYTES:
        raise UserError("文件超过 12 MB", next="请压缩后再传，或拍小一点。", field="file")
    media_type = sniff(data)
    if media_type is None:
        raise UserError("只收照片（JPG、PNG、WebP）和 PDF", next="请换一个文件。", field="file")
    digest = hashlib.sha256(data).hexdigest()
    _write_once(path_of(digest), data)
    return StoredFile.objects.create(
        sha256=digest,
        size_bytes=len(data),
        media_type=media_type,
        name=name[:120],
        scope_path=scope_path,
        uploaded_by=actor.person_id,
    )


def response(stored: StoredFile) -> FileResponse:
    """The file for the browser, never run and never guessed at."""
    answer = FileResponse(path_of(stored.sha256).open("rb"), content_type=stored.media_type)
    answer["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(stored.name, safe='')}"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'; img-src 'self'"
    answer["Cache-Control"] = "private, max-age=3600"
    return answer


def path_of(digest: str) -> Path:
    """Where the bytes with this SHA-256 lie."""
    return Path(settings.QIMING_HOME) / "files" / digest[:2] / digest


def _write_once(target: Path, data: bytes) -> None:
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own for each writer: the same photo may arrive twice at the same moment.
    handle, part = tempfile.mkstemp(dir=target.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(part).replace(target)
