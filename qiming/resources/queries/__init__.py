"""Questions about the shelf. What one may not see answers like what does not exist."""

from qiming.resources.queries.bytes_now import hash_now, may_be_shown, why_not_same
from qiming.resources.queries.offered import (
    adoption_at,
    editions_for,
    history_of,
    lacks_reviewer,
    offered_by,
    own_resources,
    own_tools,
    page_of,
    places_to_adopt,
    reviewers_of,
    schools_to_offer,
    served_of,
    states_of,
    used_at,
)
from qiming.resources.queries.seeing import handles, load_version, sees
from qiming.resources.queries.shelf import Shelf, shelf, users_of

__all__ = [
    "Shelf",
    "adoption_at",
    "editions_for",
    "handles",
    "hash_now",
    "history_of",
    "lacks_reviewer",
    "load_version",
    "may_be_shown",
    "offered_by",
    "own_resources",
    "own_tools",
    "page_of",
    "places_to_adopt",
    "reviewers_of",
    "schools_to_offer",
    "sees",
    "served_of",
    "shelf",
    "states_of",
    "used_at",
    "users_of",
    "why_not_same",
]
