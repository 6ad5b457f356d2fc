"""Whose desk it is: a city, a district, a school."""

from dataclasses import dataclass
from uuid import UUID

from qiming.agents.access import SEE, TABLE
from qiming.kernel.access import Actor, Denied
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef

_KINDS = (OrgKind.CITY, OrgKind.DISTRICT, OrgKind.SCHOOL)
_NEXT = {OrgKind.CITY: "区", OrgKind.DISTRICT: "学校", OrgKind.SCHOOL: "班"}


@dataclass(frozen=True, slots=True)
class At:
    """A place as the access table asks for it."""

    scope_path: str


def own(actor: Actor) -> OrgRef:
    """The place with which the actor begins: the widest of theirs."""
    paths = TABLE.paths(actor, SEE)
    for path in sorted(paths, key=lambda one: (one.count("/"), one)):
        found = registry.org_by_path(path)
        if found.kind in _KINDS:
            return found
    raise Denied(SEE)


def load(actor: Actor, place_id: UUID) -> OrgRef:
    """A place whose desk the actor may see."""
    found = registry.orgs([place_id]).get(place_id)
    if found is None or found.kind not in _KINDS or not TABLE.allows(actor, SEE, At(found.path)):
        raise Denied(SEE)
    return found


def may(actor: Actor, verb: str, place: OrgRef) -> bool:
    """Whether the actor may do this at the place."""
    return TABLE.allows(actor, verb, At(place.path))


def below(place: OrgRef) -> list[OrgRef]:
    """What lies one step below: districts, schools, classes of today."""
    if place.kind is OrgKind.CITY:
        return registry.districts(place.path)
    if place.kind is OrgKind.DISTRICT:
        return registry.schools_under(place.path)
    return registry.classes_under(place.path)


def step_word(place: OrgRef) -> str:
    """What the places one step below are."""
    return _NEXT[place.kind]


def name_of(path: str) -> str:
    """A place's name for people; the empty path is the whole platform."""
    if not path:
        return "整个平台"
    try:
        return registry.org_by_path(path).name
    except Denied:
        return "（已撤销的单位）"
