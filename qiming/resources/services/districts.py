"""A district is stricter than the city: it takes a resource off its own shelf, and puts it back. It adds nothing."""

from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.curriculum.lending import services as lending
from qiming.kernel import audit, outbox, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind
from qiming.resources import events
from qiming.resources.access import EXCLUDE, TABLE
from qiming.resources.models import Adoption, Exclusion, Resource

_WHY = "checked through the access table"
MOST_REASON = 300


@transaction.atomic
def exclude(*, actor: Actor, resource_id: UUID, district_id: UUID, why: str) -> UUID:
    """Off the shelf of this district: no school of it begins with it, those that use it end. Classes that began go
    on, as when a resource is retired."""
    district = registry.org(district_id)
    TABLE.require(actor, EXCLUDE, district)
    if district.kind is not OrgKind.DISTRICT:
        raise Denied(EXCLUDE)
    said = why.strip()
    if not 5 <= len(said) <= MOST_REASON:
        raise UserError(
            "请写原因：区里的老师会看到", kept="还在货架上。", next=f"5到{MOST_REASON}个字。", field="why"
        )
    rows = Resource.objects.unscoped(_WHY).select_for_update().defer("words")
    resource = rows.filter(id=resource_id, on_shelf=True).first()
    if resource is None:
        raise Denied(EXCLUDE)
    row = _create(actor, district.path, resource_id, said)
    _end_uses(resource_id, district.path, said)
    _note(actor, "resources.exclude", row, events.EXCLUDED)
    return row.id


@transaction.atomic
def readmit(*, actor: Actor, exclusion_id: UUID) -> None:
    """Back on the district's shelf. What ended does not begin again by itself: each school decides anew."""
    rows = Exclusion.objects.unscoped(_WHY).select_for_update()
    row = TABLE.load(actor, EXCLUDE, rows, id=exclusion_id)
    if row.ended_on is not None:
        raise UserError("已经放回货架", kept="没有改动。", status=409)
    row.ended_on, row.ended_by = time.today(), actor.person_id
    row.save(update_fields=["ended_on", "ended_by"])
    _note(actor, "resources.readmit", row, events.READMITTED)


def _create(actor: Actor, path: str, resource_id: UUID, why: str) -> Exclusion:
    try:
        with transaction.atomic():
            return Exclusion.objects.create(
                scope_path=path,
                resource_id=resource_id,
                decided_by=actor.person_id,
                why=why,
                since=time.today(),
            )
    except IntegrityError:
        raise UserError("本区已经收起了它", kept="原来的原因没有变。", status=409) from None


def _end_uses(resource_id: UUID, path: str, why: str) -> None:
    rows = Adoption.objects.unscoped(_WHY).filter(
        resource_id=resource_id, scope_path__startswith=path, ended_on=None
    )
    for adoption in rows.select_for_update().order_by("id"):
        adoption.ended_on, adoption.ended_why = time.today(), f"区里从货架上收起：{why}"[:MOST_REASON]
        adoption.save(update_fields=["ended_on", "ended_why"])
        lending.end_loan(actor=None, lent_for=adoption.id)


def _note(actor: Actor, verb: str, row: Exclusion, event: str) -> None:
    audit.write(
        actor,
        verb,
        thing="exclusion",
        thing_id=row.id,
        scope_path=row.scope_path,
        detail={"resource": str(row.resource_id)},
    )
    outbox.announce(event, {"resource_id": str(row.resource_id)}, row.scope_path)
