"""A copy of everything held about one person: asked for, built by a job from what every room holds, fetched, gone."""

import io
import json
import logging
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from procrastinate.contrib.django import app as jobs

from qiming.kernel import audit, exports, holdings, made, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.holdings import Part
from qiming.kernel.privacy import Grade
from qiming.registry import queries as registry
from qiming.trust.access import TABLE
from qiming.trust.clocks import clock
from qiming.trust.models import PersonCopy
from qiming.trust.types.rights import CopyState

log = logging.getLogger(__name__)
COPY = "trust.copy_person"
BUILD_TASK = "trust.build_copy"
COPY_FILE = exports.declare("trust.person_copy", "一名学生的全部个人信息", Grade.L3, TABLE, COPY)
_STYLE = Path(__file__).resolve().parents[1] / "data" / "copy.css"
_BUILDING = "built by the job that the checked request started"


def ask_copy(*, actor: Actor, person_id: UUID) -> PersonCopy:
    """Ask for a copy; while one is being made for the same asker, that one is returned."""
    pupil = registry.pupil(person_id)
    TABLE.require(actor, COPY, pupil)
    open_ones = PersonCopy.objects.unscoped("one's own request").filter(
        person_id=person_id, asked_by=actor.person_id, state__in=[CopyState.WAITING, CopyState.BUILDING]
    )
    try:
        with transaction.atomic():
            copy = PersonCopy.objects.create(
                person_id=person_id,
                asked_by=actor.person_id,
                scope_path=pupil.scope_path,
                state=CopyState.WAITING,
                total=len(holdings.keepers()) + 1,
            )
            audit.write(actor, COPY, thing="person_copy", thing_id=copy.id, scope_path=copy.scope_path)
            transaction.on_commit(lambda: jobs.configure_task(BUILD_TASK).defer(copy_id=str(copy.id)))
    except IntegrityError:
        return open_ones.get()
    return copy


def build_copy(copy_id: UUID) -> None:
    """Collect what every room holds and pack it; a failure is said on the page and may be tried again."""
    copy = PersonCopy.objects.unscoped(_BUILDING).filter(id=copy_id).first()
    if copy is None or copy.state not in {CopyState.WAITING, CopyState.BUILDING}:
        return
    try:
        parts: list[Part] = []
        for done, keeper in enumerate(holdings.keepers()):
            _progress(copy_id, state=CopyState.BUILDING, done=done, step=keeper.room)
            parts += keeper.export(copy.person_id)
        _progress(copy_id, done=len(holdings.keepers()), step="打包")
        packed = pack(copy.person_id, parts)
        digest = made.keep(f"copies/{copy_id}.zip", packed)
    except Exception as failure:
        log.error("copy %s failed: %s", copy_id, type(failure).__name__)
        _progress(copy_id, state=CopyState.FAILED)
        raise
    now = time.now()
    with transaction.atomic():
        _progress(
            copy_id,
            state=CopyState.READY,
            done=copy.total,
            step="",
            counts={part.key: len(part.rows) for part in parts},
            file_sha256=digest,
            size_bytes=len(packed),
            ready_at=now,
            expires_at=now + timedelta(days=clock("copy_kept_days").value),
        )
        audit.write(
            None,
            "trust.copy_ready",
            thing="person_copy",
            thing_id=copy_id,
            scope_path=copy.scope_path,
            detail={"sha256": digest, "grade": "L3"},
        )


def load_copy(actor: Actor, copy_id: UUID) -> PersonCopy:
    """A copy the actor may have."""
    return TABLE.load(actor, COPY, PersonCopy, id=copy_id)


@transaction.atomic
def fetch_copy(*, actor: Actor, copy_id: UUID) -> PersonCopy:
    """Note that the copy leaves the platform; refuses one that isn't there (any more)."""
    copy = load_copy(actor, copy_id)
    if copy.state == CopyState.GONE or (copy.expires_at and copy.expires_at < time.now()):
        raise UserError("这份副本已经到期删除", next="需要的话再要一份，几分钟就好。", status=410)
    if copy.state != CopyState.READY:
        raise UserError("还没有整理好", kept="没有改动。", next="在进度页等一会儿。", status=409)
    PersonCopy.objects.unscoped("loaded above").filter(id=copy_id).update(fetched=copy.fetched + 1)
    exports.note(
        COPY_FILE, actor=actor, place=copy, thing_id=copy_id, kind="zip", rows=sum(copy.counts.values())
    )
    return copy


def pack(person_id: UUID, parts: Sequence[Part]) -> bytes:
    """A zip: data.json for machines, 个人信息副本.html to read, the files."""
    name = next(iter(registry.persons_named([person_id]).values()), "")
    said = {
        "made_at": time.now(),
        "person": name,
        "parts": [
            {"key": part.key, "title": part.title, "says": part.says, "rows": part.rows} for part in parts
        ],
    }
    page = render_to_string(
        "trust/copy/page.html",
        {"name": name, "made_at": time.now(), "parts": [_readable(part) for part in parts]},
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(said, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder))
        archive.writestr("个人信息副本.html", page)
        archive.writestr("style.css", _STYLE.read_bytes())
        for part in parts:
            for file in part.files:
                archive.writestr(f"files/{file.name}", file.read())
    return out.getvalue()


def _readable(part: Part) -> dict[str, Any]:
    lines = [[_cell(row.get(column)) for column in part.columns.values()] for row in part.rows]
    return {
        "title": part.title,
        "says": part.says,
        "headings": list(part.columns),
        "lines": lines,
        "files": [file.name for file in part.files],
    }


def _cell(value: object) -> str:
    if value is None or value in ("", [], {}):
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{time.local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)
    return str(value)


def _progress(copy_id: UUID, **values: object) -> None:
    PersonCopy.objects.unscoped(_BUILDING).filter(id=copy_id).update(**values)
