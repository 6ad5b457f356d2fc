"""Files that leave the platform: each kind says its highest level and which verb it needs, and every one that is
taken leaves an audit row. A room declares its exports once; a test refuses downloads made in any other way.

DESK = exports.declare("governance.desk", "课时表", Grade.L2, TABLE, EXPORT)
...
return exports.leave(DESK, actor=request.actor, place=place, data=…, called="….xlsx", media_type=XLSX)
"""

from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from qiming.kernel import audit
from qiming.kernel.access import Actor, Scoped, Table
from qiming.kernel.privacy import Grade

R = TypeVar("R", bound=HttpResponseBase)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Export:
    """One kind of file that leaves: what it is, its highest level, the line of the table that allows it."""

    key: str
    what: str
    grade: Grade
    table: Table
    verb: str


EXPORTS: dict[str, Export] = {}


def declare(key: str, what: str, grade: Grade, table: Table, verb: str) -> Export:
    """Register a kind of export. The verb must stand in the table: a level without a right leaves nobody."""
    table.row(verb)
    made = Export(key, what, grade, table, verb)
    if EXPORTS.setdefault(key, made) != made:
        raise ValueError(f"two exports are called {key}")
    return made


def note(
    export: Export,
    *,
    actor: Actor,
    place: Scoped,
    thing_id: UUID | None = None,
    kind: str = "",
    rows: int = 0,
) -> None:
    """Ask for the right at this level and write the audit row; part of the act that hands the file out."""
    export.table.require(actor, export.verb, place)
    tell(export, actor=actor, place=place, thing_id=thing_id, kind=kind, rows=rows)


def tell(
    export: Export,
    *,
    actor: Actor,
    place: Scoped,
    thing_id: UUID | None = None,
    kind: str = "",
    rows: int = 0,
) -> None:
    """The audit row alone, where the caller's own loader asked for the right."""
    audit.write(
        actor,
        "kernel.export",
        thing=export.key,
        thing_id=thing_id,
        scope_path=str(place.scope_path),
        detail={"grade": export.grade.name, "kind": kind, "rows": rows},
    )


def leave(
    export: Export,
    *,
    actor: Actor,
    place: Scoped,
    data: bytes,
    called: str,
    media_type: str,
    thing_id: UUID | None = None,
    rows: int = 0,
) -> HttpResponse:
    """The file as a download, after the right was asked for and the audit row written."""
    note(export, actor=actor, place=place, thing_id=thing_id, kind=called.rpartition(".")[2], rows=rows)
    return named(HttpResponse(data, content_type=media_type), export, called=called)


def named(answer: R, export: Export, *, called: str) -> R:
    """Any response (a stream too) as a download at this level; `note` was called before."""
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(called, safe='')}"
    answer["Cache-Control"] = "private, no-store"
    answer["X-Data-Grade"] = export.grade.name
    return answer


def blank(data: bytes, *, called: str, media_type: str = XLSX) -> HttpResponse:
    """An empty form to fill in: nothing of anybody is in it, so nothing is noted."""
    return attachment(data, called=called, media_type=media_type)


def attachment(data: bytes, *, called: str, media_type: str) -> HttpResponse:
    """Bytes as a download under a name."""
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(called, safe='')}"
    answer["Cache-Control"] = "private, no-store"
    return answer
