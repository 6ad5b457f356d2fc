"""Bringing a package in tests, and looking at what it changed."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from qiming.kernel.access import Actor
from qiming.registry import queries
from qiming.registry.models import ClassMembership, ExternalId, RosterPackage
from qiming.registry.oneroster import services
from qiming.registry.testing import Cast
from qiming.registry.tests.oneroster_files import Files

WHY = "the test looks at what was written"
Bring = Callable[..., RosterPackage]


def bringing(cast: Cast, folder: Path) -> Bring:
    """Read a package for a place (the city) and apply it unless told otherwise."""
    turn: Iterator[int] = iter(range(100))

    def run(
        files: Files,
        *,
        actor: Actor | None = None,
        place: UUID | None = None,
        apply: bool = True,
        **how: Any,
    ) -> RosterPackage:
        path = files.zip(folder / f"{next(turn)}.zip")
        kept = services.receive_package(actor=actor, place_id=place or cast.city.id, name=path.name)
        kept = services.read_package(actor=actor, package_id=kept.id, path=path)
        if apply:
            services.apply_package(actor=actor, package_id=kept.id, **how)
            kept.refresh_from_db()
        return kept

    return run


def found(kept: RosterPackage, level: str = "w") -> list[tuple[str, int, str]]:
    rows = kept.findings.filter(level=level).order_by("file", "line", "column")
    return list(rows.values_list("file", "line", "column"))


def changes(kept: RosterPackage) -> dict[str, dict[str, int]]:
    words = ("new", "changed", "moved", "returned", "ended")
    told = {kind: {w: n for w, n in one.items() if n and w in words} for kind, one in kept.counts.items()}
    return {kind: one for kind, one in told.items() if one}


def target(sid: str, kind: str = "u") -> UUID:
    return ExternalId.objects.get(sourced_id=sid, kind=kind).target_id


def seats(sid: str) -> list[tuple[int, date | None]]:
    rows = (
        ClassMembership.objects.unscoped(WHY)
        .filter(class_group_id=target(sid, "c"))
        .order_by("starts_on", "seat_no")
    )
    return list(rows.values_list("seat_no", "ends_on"))


def names(class_sid: str) -> list[str]:
    return [pupil.name for pupil in queries.pupils_of(target(class_sid, "c"))]
