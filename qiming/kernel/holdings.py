"""What each room holds about one person: how it is copied out and how it is erased.

A room registers once (in its privacy.py). A copy asks every room from the lowest floor up, an erasure from the
highest down, because higher rows hang on lower ones. What law or the class-hour ledger needs stays under a
pseudonym: a person made for this, without name, account or number, to whom nothing leads back.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file that belongs to a person's copy: its name in the archive and its bytes when asked."""

    name: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of thing held: all columns of each row for machines, `columns` (heading → field) for people."""

    key: str
    title: str
    says: str
    columns: dict[str, str]
    rows: list[dict[str, Any]]
    files: tuple[HeldFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one kind of thing at an erasure."""

    what: str
    count: int
    fate: str  # erased | pseudonym | kept | by_hand
    why: str = ""


@dataclass(frozen=True, slots=True)
class Keeper:
    """A room that holds something about persons."""

    room: str
    floor: int
    export: Callable[[UUID], Sequence[Part]]
    erase: Callable[[UUID, UUID], Sequence[Fate]]


_keepers: dict[str, Keeper] = {}


def register(
    room: str,
    floor: int,
    *,
    export: Callable[[UUID], Sequence[Part]],
    erase: Callable[[UUID, UUID], Sequence[Fate]],
) -> None:
    """Make a room's `export(person_id)` and `erase(person_id, pseudonym_id)` known. `erase` runs within the
    transaction of the whole erasure and may be repeated."""
    _keepers[room] = Keeper(room, floor, export, erase)


def keepers() -> list[Keeper]:
    """Every room that holds something, the lowest first."""
    return sorted(_keepers.values(), key=lambda one: (one.floor, one.room))


def part(
    key: str, title: str, rows: QuerySet[Any], columns: dict[str, str], *, says: str = "", hide: str = ""
) -> Part:
    """The rows of a queryset with all their columns; `hide` names columns that would open a door (spaces between)."""
    hidden = set(hide.split())
    names = [one.attname for one in rows.model._meta.concrete_fields if one.attname not in hidden]
    return Part(key, title, says, columns, list(rows.order_by("pk").values(*names)))


def erased(what: str, rows: QuerySet[Any]) -> Fate:
    """Delete these rows; returns how many there were of the kind itself."""
    count = rows.count()
    rows.delete()
    return Fate(what, count, "erased")


def moved(what: str, rows: QuerySet[Any], why: str, **values: object) -> Fate:
    """Give these rows to the pseudonym (`values` says which columns) and keep them."""
    return Fate(what, rows.update(**values), "pseudonym", why)


@dataclass(slots=True)
class Mentions:
    """Which rows of a table mention some text in any column: to prove that a copy is whole, an erasure done."""

    table: str
    keys: list[str] = field(default_factory=list)


def mentions(models: Iterable[type[Model]], words: Sequence[str]) -> list[Mentions]:
    """Every row of every table in which one of `words` stands, in whatever column. Slow: for proofs, not for pages."""
    found = []
    with connection.cursor() as cursor:
        for model in models:
            table = connection.ops.quote_name(model._meta.db_table)
            key = connection.ops.quote_name(str(model._meta.pk.column))
            cursor.execute(
                f"SELECT t.{key}::text FROM {table} t"  # noqa: S608 - our own table names
                " WHERE EXISTS (SELECT 1 FROM unnest(%s::text[]) w WHERE strpos(to_jsonb(t)::text, w) > 0)",
                [list(words)],
            )
            if keys := [key for (key,) in cursor.fetchall()]:
                found.append(Mentions(model._meta.label, keys))
    return found
