"""Paper slips that were typed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.trust.models import SlipBatch, SlipScan

MOST = 12


@dataclass(frozen=True, slots=True)
class Batch:
    """Slips of a class typed in one go, by whom, with the scans to it."""

    id: UUID
    at: datetime
    by: str
    pupils: int
    signed_on: date
    scans: tuple[UUID, ...]


def batches_of(actor: Actor, class_id: UUID) -> list[Batch]:
    """What was typed for a class, the latest first, for whoever may enter slips there."""
    verb = "trust.enter_slips"
    rows = list(
        SlipBatch.objects.for_actor(actor, verb).filter(class_id=class_id).order_by("-created_at")[:MOST]
    )
    scans: dict[UUID, list[UUID]] = {}
    found = SlipScan.objects.for_actor(actor, verb).filter(batch_id__in=[row.id for row in rows])
    for scan_id, batch_id in found.order_by("created_at", "id").values_list("id", "batch_id"):
        scans.setdefault(batch_id, []).append(scan_id)
    names = registry.persons_named(row.typed_by for row in rows)
    return [
        Batch(
            id=row.id,
            at=row.created_at,
            by=names.get(row.typed_by, "已离开的人"),
            pupils=row.pupils,
            signed_on=row.signed_on,
            scans=tuple(scans.get(row.id, ())),
        )
        for row in rows
    ]
