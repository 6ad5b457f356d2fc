"""The job that reads photos: one program for a batch, photo by photo, with a limit of time for each."""

import io
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from queue import Empty, Queue
from typing import Any
from uuid import UUID

from django.db import transaction
from PIL import Image

from qiming.assist.marker import photos, queries
from qiming.assist.marker.rules import sheets
from qiming.assist.models import SheetPhoto
from qiming.kernel import files, keeping, time
from qiming.kernel.models import StoredFile
from qiming.registry import queries as registry
from qiming.teaching import queries as teaching
from qiming.teaching.types import HomeworkRef

log = logging.getLogger(__name__)
PHOTO_S = 180  # a busy school server needs 20; a program that takes longer hangs
_JOB = "read by the job that the checked upload started"


class Reader:
    """The reading program: started when first asked, started anew when a photo has killed it."""

    def __init__(self, command: Sequence[str] = (sys.executable, "-m", "qiming.assist.marker.ocr")) -> None:
        self._command = list(command)
        self._process: subprocess.Popen[str] | None = None
        self._told: Queue[str] = Queue()

    def read(self, path: Path, limit_s: float = PHOTO_S) -> dict[str, Any]:
        """What was read off one photo; {"trouble": "failed"} when the program ended, hung or spoke nonsense."""
        try:
            process = self._running()
            assert process.stdin
            process.stdin.write(f"{path}\n")
            process.stdin.flush()
            told = json.loads(self._told.get(timeout=limit_s))
        except (OSError, ValueError, Empty):
            self.close()
            return {"trouble": "failed"}
        return told if isinstance(told, dict) else {"trouble": "failed"}

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._told = Queue()
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            threading.Thread(target=_listen, args=(self._process, self._told), daemon=True).start()
        return self._process

    def close(self) -> None:
        """End the program, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _listen(process: subprocess.Popen[str], told: Queue[str]) -> None:
    assert process.stdout
    with suppress(ValueError):  # closed while it was read
        for line in process.stdout:
            told.put(line)
    told.put("")


def read_waiting(homework_id: UUID) -> None:
    """Read every waiting photo of a homework. Safe to repeat; each photo is told as soon as it is done."""
    homework = teaching.homework(homework_id)
    with closing(Reader()) as reader:
        while (row := _next(homework_id)) is not None:
            try:
                _keep(homework, row, reader.read(files.path_of(row.stored_file.sha256)))
            except Exception as failure:  # told on the page; the other photos are read all the same
                log.error("sheet photo %s failed: %s", row.id, type(failure).__name__)
                _fail(row)


def _next(homework_id: UUID) -> SheetPhoto | None:
    with transaction.atomic():
        rows = SheetPhoto.objects.unscoped(_JOB).filter(homework_id=homework_id, state="waiting")
        row = rows.select_related("stored_file").select_for_update(of=("self",), skip_locked=True)
        first = row.order_by("position", "id").first()
        if first is not None:
            SheetPhoto.objects.unscoped(_JOB).filter(id=first.id).update(state="reading")
    return first


def _fail(row: SheetPhoto) -> None:
    SheetPhoto.objects.unscoped(_JOB).filter(id=row.id).update(state="failed", troubles=["failed"])


def _keep(homework: HomeworkRef, row: SheetPhoto, told: dict[str, Any]) -> None:
    """Lines, troubles, whose sheet it is; then that pupil's answers."""
    if "lines" not in told:
        _fail(row)
        return
    turn = int(told.get("turn", 0))
    with transaction.atomic():
        held = SheetPhoto.objects.unscoped(_JOB).select_for_update(of=("self",)).filter(id=row.id).first()
        if held is None:  # dropped meanwhile
            return
        if turn:
            _turn(held, turn)
        lines = sheets.lines_of(told["lines"])
        items = queries.items_on_paper(homework)
        questions = [sheets.Question(item.id, no, queries.stem_of(item)) for no, item in enumerate(items, 1)]
        found = sheets.answers_of(lines, questions)
        held.lines = told["lines"]
        held.troubles = sheets.troubles_of(
            lines, sharp=float(told.get("sharp", 0)), turn=turn, found=len(found)
        )
        held.state, held.read_at = "read", time.now()
        if held.pupil_id is None and "two_sheets" not in held.troubles:
            held.pupil_id = _whose(homework, lines)
        held.save()
        photos.rebuild(homework, held.pupil_id)


def _whose(homework: HomeworkRef, lines: Sequence[sheets.Line]) -> UUID | None:
    pupils = [
        sheets.Pupil(one.id, one.seat_no, one.name)
        for one in registry.pupils_of(homework.class_group_id)
        if homework.is_for(one.id)
    ]
    return sheets.whose(lines, pupils)


def _turn(row: SheetPhoto, degrees: int) -> None:
    """Keep the photo upright, as its lines were read; the one that lay on its side goes."""
    old = StoredFile.objects.get(id=row.stored_file_id)
    out = io.BytesIO()
    with Image.open(files.path_of(old.sha256)) as opened:
        opened.rotate(degrees, expand=True).convert("RGB").save(out, "JPEG", quality=90)
    new = files.put_again(out.getvalue(), like=old)
    row.stored_file_id = new.id
    row.save(update_fields=["stored_file"])
    keeping.forget_files([old.id])
