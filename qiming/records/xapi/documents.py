"""Documents of other systems: the state of an agent in an activity, the profile of an agent, of an activity.

Writers of one document wait for each other (an advisory lock on its place), so that what `If-Match` was compared with is
what is written over. A system writes its own documents; reading goes as far as its key does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NoReturn
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from qiming.kernel import time
from qiming.records.models import XapiAgent, XapiDocument
from qiming.records.xapi import named, shape
from qiming.records.xapi.shape import Plain

Kind = Literal["state", "agent", "activity"]
MustSay = Literal["never", "if it exists", "always"]
JSON: Final = "application/json"


class Unmet(Exception):
    """What the writer believed about the document is not so (412), or it said nothing of one that exists (409) or
    where it must always say something (400)."""

    def __init__(self, status: Literal[400, 409, 412], says: str) -> None:
        super().__init__(says)
        self.status = status
        self.says = says


class NotMergeable(Exception):
    """One of the two documents is no JSON object."""


@dataclass(frozen=True, slots=True)
class Place:
    """Of what the documents are: kind, IRI of the activity, identifier of the agent, registration."""

    kind: Kind
    activity: str | None = None
    agent: str | None = None
    registration: UUID | None = None


@dataclass(frozen=True, slots=True)
class Document:
    media_type: str
    body: bytes
    updated_at: datetime

    @property
    def etag(self) -> str:
        return etag_of(self.body)


@dataclass(frozen=True, slots=True)
class Belief:
    """`If-Match` and `If-None-Match` as they were sent; `must_say`: when one of them is due."""

    match: str = ""
    none_match: str = ""
    must_say: MustSay = "never"

    def check(self, held: bytes | None) -> None:
        if self.match and not _names(self.match, held):
            raise Unmet(412, "the document is not the one that If-Match names; nothing was changed")
        if self.none_match and _names(self.none_match, held):
            raise Unmet(412, "If-None-Match names a document that exists; nothing was changed")
        if self.must_say == "never" or self.match or self.none_match:
            return
        if held is not None:
            says = "the document exists: GET it, then send If-Match with its ETag (or If-None-Match: *)"
            raise Unmet(409, f"{says}; nothing was changed")
        if self.must_say == "always":
            raise Unmet(400, "send If-None-Match: * to make a new document; nothing was stored")


def etag_of(body: bytes) -> str:
    """SHA-1 as the standard wants it: to tell documents apart, not to protect them."""
    return f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"'


def _names(given: str, held: bytes | None) -> bool:
    if held is None:
        return False
    tags = [one.strip().removeprefix("W/") for one in given.split(",")]
    return "*" in tags or etag_of(held) in tags


# --- reading ----------------------------------------------------------------------------------------------


def get(place: Place, name: str, *, key: UUID, reads_all: bool) -> Document | None:
    """The key's own document; with `reads_all` else the newest that another system keeps under this name."""
    rows = _at(place, exactly=True).filter(name=name)
    row = rows.filter(key=key).first()
    if row is None and reads_all:
        row = rows.order_by("-updated_at", "id").first()
    return Document(row.media_type, bytes(row.body), row.updated_at) if row else None


def names(place: Place, *, since: datetime | None, key: UUID | None) -> list[str]:
    """Names of the documents there (in whatever registration when none is given), stored after `since`."""
    rows = _at(place, exactly=False)
    rows = rows if key is None else rows.filter(key=key)
    rows = rows if since is None else rows.filter(updated_at__gt=since)
    return list(rows.order_by("name").values_list("name", flat=True).distinct())


def _at(place: Place, *, exactly: bool) -> QuerySet[XapiDocument]:
    rows = XapiDocument.objects.filter(
        kind=place.kind, activity=shape.key_of(place.activity) if place.activity else None
    )
    rows = rows.filter(agent__identifier=place.agent) if place.agent else rows.filter(agent=None)
    if exactly or place.registration:
        rows = rows.filter(registration=place.registration)
    return rows


def definition(iri: str) -> Plain | None:
    """What was last said about an activity, by whatever system."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT definition::text FROM records_xapiactivity WHERE id = %s", [shape.key_of(iri)])
        row = cursor.fetchone()
    held: Plain | None = json.loads(row[0]) if row and row[0] else None
    return held


# --- writing ----------------------------------------------------------------------------------------------


def put(place: Place, name: str, sent: Document, *, key: UUID, belief: Belief) -> None:
    """Write a document, in place of the one that is there. Raises `Unmet`."""
    with _held(place, name, key) as row:
        belief.check(bytes(row.body) if row else None)
        _write(place, name, sent, key, row)


def merge(place: Place, name: str, sent: Document, *, key: UUID, belief: Belief) -> None:
    """Write a document, or lay the properties of this one over those of the one that is there. Both are JSON objects
    then. Raises `Unmet`, `NotMergeable`."""
    with _held(place, name, key) as row:
        belief.check(bytes(row.body) if row else None)
        if row is not None:
            if not (is_json(sent.media_type) and is_json(row.media_type)):
                raise NotMergeable("only documents of type application/json can be merged")
            over = {**_object(bytes(row.body)), **_object(sent.body)}
            text = json.dumps(over, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
            sent = Document(row.media_type, text.encode(), sent.updated_at)
        _write(place, name, sent, key, row)


def remove(place: Place, name: str | None, *, key: UUID, belief: Belief) -> None:
    """Delete the key's own document, or (no name) all of them there; none there is no fault. Raises `Unmet`."""
    if name is None:
        _at(place, exactly=False).filter(key=key).delete()
        return
    with _held(place, name, key) as row:
        belief.check(bytes(row.body) if row else None)
        if row is not None:
            row.delete()


@contextmanager
def _held(place: Place, name: str, key: UUID) -> Iterator[XapiDocument | None]:
    """The document as nobody else can write it now, in a transaction."""
    where = [str(key), place.kind, place.activity, place.agent, str(place.registration), name]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [json.dumps(where)])
        yield _at(place, exactly=True).filter(name=name, key=key).first()


def _write(place: Place, name: str, sent: Document, key: UUID, row: XapiDocument | None) -> None:
    if row is None:
        activity, agent = None, None
        with connection.cursor() as cursor:
            if place.activity:
                activity = shape.key_of(place.activity)
                named.keep_activity(cursor, place.activity)
            if place.agent:
                agent = named.keep_agents(cursor, {place.agent})[place.agent]
        row = XapiDocument(
            key_id=key,
            kind=place.kind,
            activity_id=activity,
            agent_id=agent,
            registration=place.registration,
            name=name,
        )
    row.media_type, row.body, row.updated_at = sent.media_type, sent.body, time.now()
    row.save()


def is_json(media_type: str) -> bool:
    return media_type.partition(";")[0].strip().lower() == JSON


def _object(body: bytes) -> Plain:
    try:
        value = json.loads(body)
    except ValueError:
        _no_object()
    return value if isinstance(value, dict) else _no_object()


def _no_object() -> NoReturn:
    raise NotMergeable("only JSON objects can be merged")


# --- a person's own ---------------------------------------------------------------------------------------


def of_agents(agents: QuerySet[XapiAgent]) -> QuerySet[XapiDocument]:
    return XapiDocument.objects.filter(agent__in=agents)
