"""Whose accounts somebody may bring back, place by place."""

from uuid import UUID

from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.registry.access import TABLE
from qiming.registry.models import Organisation, RoleGrant
from qiming.registry.queries.people import in_force
from qiming.registry.queries.places import ref
from qiming.registry.rules.recovery import may_recover
from qiming.registry.types import ROLE_NAMES, OrgRef, Role

_WHY = "the page loaded its place through the access table"


def load_helped_place(actor: Actor, place_id: UUID) -> OrgRef:
    """A place among whose people the actor may bring accounts back."""
    places = Organisation.objects.unscoped("filtered by the access table")
    return ref(TABLE.load(actor, "registry.recover_account", places, id=place_id))


def leaders_of(actor: Actor, place: OrgRef) -> list[tuple[UUID, str, str]]:
    """(person, name, role) of who leads or administers exactly this place and can be helped by the actor."""
    rows = (
        RoleGrant.objects.unscoped(_WHY)
        .filter(in_force(time.today()), organisation_id=place.id)
        .exclude(role=Role.TEACHER)
        .exclude(person_id=actor.person_id)
        .select_related("person")
    )
    by_person: dict[UUID, list[RoleGrant]] = {}
    for row in rows.order_by("role", "created_at"):
        by_person.setdefault(row.person_id, []).append(row)
    helper = {grant.role for grant in actor.grants if place.path.startswith(grant.scope_path)}
    return [
        (person_id, held[0].person.name, "、".join(ROLE_NAMES[Role(row.role)] for row in held))
        for person_id, held in by_person.items()
        if may_recover(helper & set(TABLE.row("registry.recover_account").reaches), [r.role for r in held])
    ]
