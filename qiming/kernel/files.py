"""Uploaded files: addressed by content, kept only in the form `uploads` made or passed."""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse

from qiming.kernel import uploads
from qiming.kernel.access import Actor
from qiming.kernel.models import StoredFile


def put(data: bytes, *, name: str, scope_path: str, actor: Actor) -> StoredFile:
    """Keep a picture (JPEG, PNG, WebP; made anew) or a PDF; raises `UserError` for anything else."""
    kept = uploads.clean(data)
    digest = hashlib.sha256(kept.data).hexdigest()
    _write_once(path_of(digest), kept.data)
    return StoredFile.objects.create(
        sha256=digest,
        size_bytes=len(kept.data),
        media_type=kept.media_type,
        name=name[:120],
        scope_path=scope_path,
        uploaded_by=actor.person_id,
    )


def put_again(data: bytes, *, like: StoredFile) -> StoredFile:
    """Keep another form of a picture we keep already (turned upright), at the same place and for the same person."""
    kept = uploads.clean(data)
    digest = hashlib.sha256(kept.data).hexdigest()
    _write_once(path_of(digest), kept.data)
    return StoredFile.objects.create(
        sha256=digest,
        size_bytes=len(kept.data),
        media_type=kept.media_type,
        name=like.name,
        scope_path=like.scope_path,
        uploaded_by=like.uploaded_by,
    )


def response(stored: StoredFile) -> FileResponse:
    """The file for the browser, never run and never guessed at; a PDF is saved, not opened among our pages."""
    answer = FileResponse(path_of(stored.sha256).open("rb"), content_type=stored.media_type)
    shown = "inline" if stored.media_type.startswith("image/") else "attachment"
    answer["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(stored.name, safe='')}"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'; img-src 'self'"
    answer["X-Content-Type-Options"] = "nosniff"
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
