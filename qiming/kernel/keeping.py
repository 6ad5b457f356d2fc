"""Deleting what has been kept long enough. Each room registers a sweeper for each kind of data; the rules (how long,
on what ground) are dated text in the trust room, which runs them at night and writes a certificate for each.

A sweeper deletes or empties rows older than `before`, but for those that a hold keeps, and returns what went.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from qiming.kernel import files
from qiming.kernel.models import StoredFile

BATCH = 5000


@dataclass(frozen=True, slots=True)
class Holds:
    """Persons and places (paths) about whom nothing may be deleted for now."""

    persons: frozenset[UUID] = frozenset()
    places: tuple[str, ...] = ()

    def over(self, *, person: str = "", path: str = "") -> Q:
        """The rows that are held: by the column naming the person, by the column with the scope path."""
        held = Q(pk__in=[])
        if person and self.persons:
            held |= Q(**{f"{person}__in": self.persons})
        if path:
            for place in self.places:
                held |= Q(**{f"{path}__startswith": place})
        return held

    @property
    def is_empty(self) -> bool:
        return not (self.persons or self.places)


@dataclass(slots=True)
class Swept:
    """What a sweeper took: ids, how many at which scope paths, how many a hold kept."""

    ids: list[str] = field(default_factory=list)
    places: Counter[str] = field(default_factory=Counter)
    held_back: int = 0


Sweeper = Callable[[datetime, Holds], Swept]
SWEEPERS: dict[str, Sweeper] = {}


def sweeper(key: str) -> Callable[[Sweeper], Sweeper]:
    """Register the sweeper of one kind of data, named `<room>.<kind>`."""

    def register(fn: Sweeper) -> Sweeper:
        SWEEPERS[key] = fn
        return fn

    return register


def remove(
    rows: QuerySet[Any],
    holds: Holds,
    *,
    person: str = "",
    path: str = "",
    act: Callable[[QuerySet[Any]], object] | None = None,
) -> Swept:
    """Delete these rows (or do `act` to them) but for the held ones, in batches."""
    swept = Swept()
    model = rows.model
    held = holds.over(person=person, path=path)
    if not holds.is_empty:
        swept.held_back = rows.filter(held).count()
    wanted = rows.exclude(held).order_by("pk")
    last: Any = None
    while True:
        batch = wanted if last is None else wanted.filter(pk__gt=last)
        found = list(batch.values_list("pk", *([path] if path else []))[:BATCH])
        if not found:
            return swept
        keys = [one[0] for one in found]
        swept.ids += [str(key) for key in keys]
        if path:
            swept.places.update(one[1] for one in found)
        manager = getattr(model._default_manager, "unscoped", None)
        chosen = (manager("retention, chosen above") if manager else model._default_manager.all()).filter(
            pk__in=keys
        )
        act(chosen) if act else chosen.delete()
        last = keys[-1]


def forget_files(file_ids: Iterable[UUID]) -> int:
    """Delete stored files: the rows now, the bytes when the transaction ends and nobody else has the same ones."""
    digests = set()
    gone = list(StoredFile.objects.filter(id__in=list(file_ids)))
    for stored in gone:
        digests.add(stored.sha256)
        stored.delete()
    transaction.on_commit(lambda: _unlink(digests))
    return len(gone)


def _unlink(digests: Iterable[str]) -> None:
    for digest in digests:
        if not StoredFile.objects.filter(sha256=digest).exists():
            Path(files.path_of(digest)).unlink(missing_ok=True)
