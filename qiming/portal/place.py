"""The line that says who acts, and whether this is a city of invented people."""

from qiming.kernel.access import Actor, Denied
from qiming.portal.navigation import main_role
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, Role

TITLES = {
    Role.CITY_OFFICER: "市级工作台",
    Role.DISTRICT_OFFICER: "区级工作台",
    Role.SCHOOL_HEAD: "校长",
    Role.SCHOOL_ADMIN: "管理员",
    Role.GUARDIAN: "家长",
    Role.VENDOR: "企业",
}


def home_of(actor: Actor) -> OrgRef | None:
    """The place shown beside the actor's name: the school of school people, otherwise where the role is held."""
    for grant in actor.grants:
        try:
            return registry.workplace_of(grant.scope_path)
        except Denied:
            continue
    return None


def actor_line(actor: Actor) -> str:
    """Such as 示例一中 · 沈老师."""
    role = main_role(actor)
    place = home_of(actor)
    title = TITLES.get(role, "") if role else ""
    return " · ".join(part for part in (place.name if place else "", actor.name, title) if part)


_known_demo: list[bool] = []


def is_demo() -> bool:
    """Whether the city is synthetic: every page then says so. Asked once per process when it is."""
    if _known_demo:
        return True
    try:
        synthetic = registry.city().is_synthetic
    except Denied:
        return False
    if synthetic:
        _known_demo.append(True)
    return synthetic
