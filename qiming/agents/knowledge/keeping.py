"""Writing documents and their pieces. One document at a time, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from uuid import UUID

from django.db import connection

from qiming.agents.knowledge.types import Facts, Kind, Piece, State
from qiming.agents.knowledge.words import vector
from qiming.agents.models import Document
from qiming.kernel import time
from qiming.kernel.ids import new_id

_WHY = "the caller checked the place, or the document comes with the platform"
_ADD = """
    INSERT INTO agents_chunk (id, created_at, document_id, kind, position, place, target, text, words)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s::tsvector)
"""


def version_of(pieces: Sequence[Piece]) -> str:
    """What the pieces say, as a hash: the same text is the same version, however the file was written."""
    return sha256("\0".join(f"{one.place}\1{one.text}" for one in pieces).encode()).hexdigest()


def write(
    facts: Facts,
    pieces: Sequence[Piece],
    *,
    scope_path: str = "",
    version: str = "",
    state: State = State.DRAFT,
    loaded_by: UUID | None = None,
) -> Document:
    """Keep a new version of a document, split as it is given."""
    document = Document.objects.create(
        **{name: value for name, value in asdict(facts).items() if name not in ("kind", "key")},
        kind=facts.kind.value,
        key=facts.key or str(new_id()),
        version=version or version_of(pieces),
        scope_path=scope_path,
        state=state.value,
        characters=sum(len(one.text) for one in pieces),
        loaded_by=loaded_by,
    )
    write_pieces(document, pieces)
    return document


def write_pieces(document: Document, pieces: Sequence[Piece]) -> None:
    """The pieces of a document that has none yet."""
    at = time.now()
    rows = [
        (
            *(new_id(), at, document.id, document.kind, position, one.place[:200], one.target, one.text),
            vector((one.title, "A"), (document.title, "C"), (one.place, "B"), (one.text, "D")),
        )
        for position, one in enumerate(pieces, 1)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, rows)


def versions_there(kind: Kind) -> dict[tuple[str, str], str]:
    """Of everything of a kind in force: place and key → version."""
    rows = Document.objects.unscoped(_WHY).filter(kind=kind.value, state=State.IN_FORCE.value)
    return {(path, key): version for path, key, version in rows.values_list("scope_path", "key", "version")}


def forget(kind: Kind, gone: set[tuple[str, str]]) -> None:
    """Remove what came with the platform and is no longer part of it."""
    for path, key in gone:
        Document.objects.unscoped(_WHY).filter(kind=kind.value, scope_path=path, key=key).delete()
