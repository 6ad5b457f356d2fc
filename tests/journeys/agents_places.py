"""Which pages of the model chain each role reaches, from the menu that every page has."""

from collections.abc import Mapping


def governs(home: str) -> Mapping[str, str]:
    """For schools' heads and administrators and for offices."""
    return {"agents.desk": home, "agents.chain": "agents.desk", "agents.usage": "agents.chain"}


# What teachers said of the guard's word lists.
KEEPS_WORDS: Mapping[str, str] = {"agents.hits": "agents.desk"}
