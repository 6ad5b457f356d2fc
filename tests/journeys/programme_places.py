"""Which pages of calls and names each role reaches, from the menu that every page has."""

from collections.abc import Mapping


def reads(home: str) -> Mapping[str, str]:
    """For everybody who works at a school or an office."""
    return {
        "programmes.home": home,
        "programmes.call": "programmes.home",
        "programmes.library": "programmes.home",
        "programmes.register": "programmes.library",
        "programmes.public": "programmes.library",
    }


# A school's own applications, for who answers for it; writing them is the head's.
SEES: Mapping[str, str] = {"programmes.application": "programmes.home"}
APPLIES: Mapping[str, str] = {
    **SEES,
    "programmes.apply": "programmes.call",
    "programmes.edit": "programmes.application",
    "programmes.pairings": "programmes.home",
    "programmes.naming": "programmes.pairings",
}
# How a call goes on, for offices; opening one is the city's. Ranking and visits are walked through in test_programmes.py.
WATCHES_CALLS: Mapping[str, str] = {
    "programmes.board": "programmes.call",
    "programmes.graphs": "programmes.home",
    "programmes.application": "programmes.board",
}
OPENS_CALLS: Mapping[str, str] = {**WATCHES_CALLS, "programmes.new": "programmes.home"}
# What stands on public notice, for who has nothing to do with calls.
NOTICED: Mapping[str, str] = {
    "casework.notice": "casework.notices",
    "programmes.public": "casework.notice",
}
