"""Documents as pages show them: for readers what is in force, for keepers everything of their places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q

from qiming.agents.access import KEEP_DOCUMENTS, TABLE
from qiming.agents.knowledge.types import Kind, State
from qiming.agents.models import Document
from qiming.kernel import time
from qiming.kernel.access import Actor, Denied

MOST = 300
_WHY = "filtered by what is in force, or by the access table"


@dataclass(frozen=True, slots=True)
class Section:
    id: UUID
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A version of a document; `sections` only where it is read."""

    id: UUID
    key: str
    title: str
    state: State
    scope_path: str
    version: str
    issued_by: str = ""
    number: str = ""
    issued_on: date | None = None
    source: str = ""
    licence: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    loaded_by: UUID | None = None
    approved_by: UUID | None = None
    released_by: UUID | None = None
    released_at: datetime | None = None
    ended_at: datetime | None = None
    why: str = ""
    characters: int = 0
    pieces: int = 0
    sections: tuple[Section, ...] = ()

    @property
    def state_words(self) -> str:
        today = time.today()
        if self.state is State.IN_FORCE and self.valid_from and self.valid_from > today:
            return "还没生效"
        if self.state is State.IN_FORCE and self.valid_until and self.valid_until < today:
            return "过了有效期"
        return self.state.zh


def to_read(document_id: UUID, here: Iterable[str]) -> DocumentView:
    """A document in force today at one of the places `here`; `Denied` otherwise."""
    today = time.today()
    row = (
        Document.objects.unscoped(_WHY)
        .filter(id=document_id, kind=Kind.POLICY.value, state=State.IN_FORCE.value)
        .filter(
            Q(valid_from=None) | Q(valid_from__lte=today), Q(valid_until=None) | Q(valid_until__gte=today)
        )
        .first()
    )
    if row is None or not any(path.startswith(row.scope_path) for path in here):
        raise Denied(KEEP_DOCUMENTS)
    return _view(row, whole=True)


def to_keep(actor: Actor, document_id: UUID) -> DocumentView:
    """A document of the actor's places, in whatever state."""
    rows = Document.objects.unscoped(_WHY).filter(kind=Kind.POLICY.value)
    return _view(TABLE.load(actor, KEEP_DOCUMENTS, rows, id=document_id), whole=True)


def kept_by(actor: Actor) -> list[DocumentView]:
    """The documents of the actor's places, newest first."""
    rows = Document.objects.for_actor(actor, KEEP_DOCUMENTS).filter(kind=Kind.POLICY.value)
    return [_view(row) for row in rows.annotate(pieces=Count("chunks")).order_by("-created_at", "-id")[:MOST]]


def replaced_on(key: str, scope_path: str) -> datetime | None:
    """When the version before this one went out of force."""
    rows = Document.objects.unscoped(_WHY).filter(
        key=key, scope_path=scope_path, state=State.SUPERSEDED.value
    )
    return rows.order_by("-ended_at").values_list("ended_at", flat=True).first()


def _view(row: Document, *, whole: bool = False) -> DocumentView:
    said = {
        name: getattr(row, name)
        for name in DocumentView.__slots__
        if name not in ("state", "pieces", "sections")
    }
    chunks = row.chunks.order_by("position").values_list("id", "place", "text") if whole else ()
    sections = tuple(Section(*chunk) for chunk in chunks)
    return DocumentView(
        **said, state=State(row.state), pieces=getattr(row, "pieces", len(sections)), sections=sections
    )
