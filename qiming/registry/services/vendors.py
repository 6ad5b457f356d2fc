"""Companies that offer products, and the people who act for them. They stand outside the tree of schools."""

from uuid import UUID

from django.db import transaction

from qiming.kernel import audit
from qiming.kernel.access import Actor
from qiming.registry.access import TABLE
from qiming.registry.queries.places import ref
from qiming.registry.services.common import load_place
from qiming.registry.services.places import add_place
from qiming.registry.services.staff import appoint, create_staff
from qiming.registry.types import OrgKind, OrgRef, Role

VERB = "registry.manage_vendors"


@transaction.atomic
def found_vendor(*, actor: Actor | None = None, name: str, is_synthetic: bool = False) -> OrgRef:
    """Note a company. `UserError` when one of this name is there."""
    if actor is not None:
        TABLE.require(actor, VERB)
    company = add_place(None, OrgKind.VENDOR, name, is_synthetic=is_synthetic)
    audit.write(
        actor,
        "registry.found_vendor",
        thing="organisation",
        thing_id=company.id,
        scope_path=company.scope_path,
    )
    return ref(company)


@transaction.atomic
def add_vendor_person(
    *,
    actor: Actor | None,
    vendor_id: UUID,
    name: str,
    username: str,
    password: str | None = None,
    hashed: str = "",
    is_synthetic: bool = False,
) -> tuple[UUID, str]:
    """Make an account for somebody who acts for a company; returns the person's id and the first password."""
    company = load_place(actor, VERB, vendor_id, OrgKind.VENDOR)
    person_id, first = create_staff(
        actor=None,
        place_id=company.id,
        name=name,
        username=username,
        password=password,
        hashed=hashed,
        is_synthetic=is_synthetic,
    )
    appoint(actor=None, person_id=person_id, role=Role.VENDOR, place_id=company.id)
    audit.write(
        actor,
        "registry.add_vendor_person",
        thing="person",
        thing_id=person_id,
        scope_path=company.scope_path,
    )
    return person_id, first
