"""Who may bring whose account back: always somebody above, or a fellow administrator; nobody oneself."""

from collections.abc import Collection

from qiming.registry.types import Role

_LEVEL = {
    Role.CITY_OFFICER: 4,
    Role.DISTRICT_OFFICER: 3,
    Role.SCHOOL_HEAD: 2,
    Role.SCHOOL_ADMIN: 2,
    Role.TEACHER: 1,
}
# By which role held above (or at) the place → the levels it may bring back.
_REACHES = {
    Role.SCHOOL_ADMIN: frozenset({0, 1, 2}),
    Role.DISTRICT_OFFICER: frozenset({2}),
    Role.CITY_OFFICER: frozenset({2, 3}),
}


def level(roles: Collection[str]) -> int:
    """The highest level of some roles; 0 for somebody without any."""
    return max((_LEVEL.get(Role(role), 0) for role in roles), default=0)


def may_recover(helper: Collection[str], person: Collection[str]) -> bool:
    """Whether somebody holding `helper` at or above the place may bring back somebody holding `person`
    anywhere. A city officer is brought back on the server only."""
    wanted = level(person)
    return any(wanted in _REACHES.get(Role(role), ()) for role in helper)
