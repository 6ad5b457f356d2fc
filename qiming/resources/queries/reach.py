"""Which part of the shelf is in front of whom: an alliance shares within itself, a district may take something off its
own shelf."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.registry.queries import alliances
from qiming.registry.types import OrgKind
from qiming.resources.access import BROWSE, SEE_OFFERED, TABLE
from qiming.resources.models import Exclusion, Resource

_WHY = "what a district took off its shelf is said to everybody who works there"


def in_reach(actor: Actor) -> Q:
    """The resources that lie on this person's shelf, as a condition."""
    mine = Q(alliance_id__isnull=True) | Q(alliance_id__in=alliances.allied(_schools(actor)))
    for path in TABLE.paths(actor, SEE_OFFERED):
        mine |= Q(scope_path__startswith=path)
    hidden = _hidden(actor)
    return mine & ~Q(id__in=hidden) if hidden else mine


def may_reach(actor: Actor, resource: Resource) -> bool:
    """Whether it would lie on this person's shelf, but for their district."""
    if resource.alliance_id is None or TABLE.allows(actor, SEE_OFFERED, resource):
        return True
    return resource.alliance_id in alliances.allied(_schools(actor))


def exclusion_for(actor: Actor, resource_id: UUID) -> Exclusion | None:
    """Why it does not lie on this person's shelf: the decision of their district, when every place of theirs is under
    one."""
    rows = [one for one in _in_force(_places(actor)) if one.resource_id == resource_id]
    covered = all(any(place.startswith(one.scope_path) for one in rows) for place in _places(actor))
    return rows[0] if rows and covered else None


def exclusion_at(path: str, resource_id: UUID) -> Exclusion | None:
    """The decision of a district above a place about a resource."""
    return next((one for one in _in_force([path]) if one.resource_id == resource_id), None)


def _hidden(actor: Actor) -> set[UUID]:
    places = _places(actor)
    by_resource: dict[UUID, list[str]] = {}
    for one in _in_force(places):
        by_resource.setdefault(one.resource_id, []).append(one.scope_path)
    return {
        found
        for found, paths in by_resource.items()
        if all(any(place.startswith(path) for path in paths) for place in places)
    }


def _in_force(places: Iterable[str]) -> list[Exclusion]:
    above = {prefix for place in places for prefix in registry.prefixes(place)}
    rows = Exclusion.objects.unscoped(_WHY).filter(scope_path__in=above, ended_on=None)
    return list(rows.order_by("since", "id"))


def _places(actor: Actor) -> set[str]:
    roles = {str(role) for role in TABLE.row(BROWSE).reaches}
    return {grant.scope_path for grant in actor.grants if grant.role in roles}


def _schools(actor: Actor) -> set[str]:
    """The school of each place that lies at or below one."""
    found = [registry.workplace_of(path) for path in _places(actor)]
    return {place.path for place in found if place.kind is OrgKind.SCHOOL}
