"""Questions to the record store. The room that asks has already checked who may know the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Min

from qiming.kernel.scope import ScopedQuerySet
from qiming.records.models import Statement
from qiming.records.told import told
from qiming.records.types import StatementRow, ToldAct
from qiming.records.verbs import ObjectKind, Verb

MOST = 1000
CHUNK = 5000


def of_person(
    person_id: UUID,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    verbs: Sequence[Verb] | None = None,
    limit: int = MOST,
) -> list[StatementRow]:
    """What a person did, newest first."""
    asked = _all().filter(actor_person=person_id)
    if since is not None:
        asked = asked.filter(timestamp__gte=since)
    if until is not None:
        asked = asked.filter(timestamp__lt=until)
    if verbs is not None:
        asked = asked.filter(verb__in=verbs)
    return _rows(asked.order_by("-timestamp", "-id"), limit)


def of_object(kind: ObjectKind, object_id: str | UUID, *, limit: int = MOST) -> list[StatementRow]:
    """What was done with one thing, newest first."""
    asked = _all().filter(object_kind=kind, object_id=str(object_id))
    return _rows(asked.order_by("-timestamp", "-id"), limit)


def of_period(period_id: UUID, *, person_id: UUID | None = None, limit: int = MOST) -> list[StatementRow]:
    """What was done in one taught period, newest first."""
    asked = _all().filter(period_id=period_id)
    if person_id is not None:
        asked = asked.filter(actor_person=person_id)
    return _rows(asked.order_by("-timestamp", "-id"), limit)


def by_ids(ids: Iterable[UUID]) -> list[StatementRow]:
    return _rows(_all().filter(id__in=list(ids)).order_by("timestamp", "id"), MOST)


def first_stored(after: datetime | None) -> datetime | None:
    """When the first statement later than a moment (none: the first of all) was stored."""
    asked = _all() if after is None else _all().filter(stored__gt=after)
    first: datetime | None = asked.aggregate(first=Min("stored"))["first"]
    return first


def stored_between(after: datetime | None, until: datetime) -> Iterator[ToldAct]:
    """Our statements stored after a moment and not later than another, read as they come: there may be millions."""
    asked = _all().filter(stored__lte=until)
    if after is not None:
        asked = asked.filter(stored__gt=after)
    columns = (
        "id", "actor_person", "verb", "object_kind", "object_id", "period_id", "timestamp", "stored", "scope_path",
        "raw__result", "raw__context",
    )  # fmt: skip
    for row in asked.order_by().values_list(*columns).iterator(chunk_size=CHUNK):
        yield told(row)


def count_stored(until: datetime) -> int:
    """How many of our statements were stored up to a moment."""
    return _all().filter(stored__lte=until).count()


def _all() -> ScopedQuerySet[Statement]:
    return Statement.objects.unscoped("the asking room has checked the right")


def _rows(asked: ScopedQuerySet[Statement], limit: int) -> list[StatementRow]:
    return [
        StatementRow(
            id=row.id,
            actor_person=row.actor_person,
            verb=Verb(row.verb),
            object_kind=ObjectKind(row.object_kind),
            object_id=row.object_id,
            period_id=row.period_id,
            at=row.timestamp,
            stored=row.stored,
            scope_path=row.scope_path,
            raw=row.raw,
        )
        for row in asked[: min(limit, MOST)]
    ]
