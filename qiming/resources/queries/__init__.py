"""Questions about the shelf. What one may not see answers like what does not exist."""

from qiming.resources.queries.advice import Advice, advice_for
from qiming.resources.queries.bytes_now import hash_now, may_be_shown, why_not_same
from qiming.resources.queries.counted import counts_at, shelf_of
from qiming.resources.queries.notices import Notice, notice_of
from qiming.resources.queries.offered import (
    adoption_at,
    editions_for,
    history_of,
    lacks_reviewer,
    offered_by,
    own_of,
    own_resources,
    page_of,
    places_to_adopt,
    reviewers_of,
    schools_to_offer,
    served_of,
    shown_to,
    states_of,
    used_at,
)
from qiming.resources.queries.opinions import (
    course_versions,
    credits_of,
    may_rate,
    opinions_of,
    own_rating,
    packs_served,
)
from qiming.resources.queries.reach import exclusion_at, exclusion_for
from qiming.resources.queries.seeing import handles, load_version, model_of, sees
from qiming.resources.queries.shelf import Shelf, shelf, users_of

__all__ = [
    "Advice",
    "Notice",
    "Shelf",
    "adoption_at",
    "advice_for",
    "counts_at",
    "course_versions",
    "credits_of",
    "editions_for",
    "exclusion_at",
    "exclusion_for",
    "handles",
    "hash_now",
    "history_of",
    "lacks_reviewer",
    "load_version",
    "may_be_shown",
    "may_rate",
    "model_of",
    "notice_of",
    "offered_by",
    "opinions_of",
    "own_of",
    "own_rating",
    "own_resources",
    "packs_served",
    "page_of",
    "places_to_adopt",
    "reviewers_of",
    "schools_to_offer",
    "sees",
    "served_of",
    "shelf",
    "shelf_of",
    "shown_to",
    "states_of",
    "used_at",
    "users_of",
    "why_not_same",
]
