"""Which pages of the companion, and of those on duty for it, each role reaches."""

from collections.abc import Mapping

ASKS: Mapping[str, str] = {
    "assist.chat": "learning.player",
    "assist.mine": "assist.chat",
}


def told(home: str) -> dict[str, str]:
    """For whoever works at a school: children's calls for help, in the account's menu."""
    return {"assist.alerts": home}


def leads(home: str) -> dict[str, str]:
    """For a school's head and administrator."""
    return {**told(home), "assist.roster": "assist.alerts", "assist.school": "assist.alerts"}


# Which class comes first hangs on the scene; a conversation is read in test_companion.py.
READS: Mapping[str, str] = {"assist.class": "teaching.offering"}
FAMILY: Mapping[str, str] = {"assist.family": "portal.home"}
