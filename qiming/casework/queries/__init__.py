"""Questions others may ask casework. A case one may not see answers like one that does not exist."""

from qiming.casework.queries.cases import (
    again_on,
    follow_case,
    history,
    load_case,
    may_do,
    percent_of,
    reads_unnamed,
    reviewers_missing,
    standing_of,
    states_been,
)
from qiming.casework.queries.people import candidates, duties_of, has_cases, holders, mover
from qiming.casework.queries.queue import applied_by, oversee, queue_of
from qiming.casework.queries.workflows import current, workflow_of

__all__ = [
    "again_on",
    "applied_by",
    "candidates",
    "current",
    "duties_of",
    "follow_case",
    "has_cases",
    "history",
    "holders",
    "load_case",
    "may_do",
    "mover",
    "oversee",
    "percent_of",
    "queue_of",
    "reads_unnamed",
    "reviewers_missing",
    "standing_of",
    "states_been",
    "workflow_of",
]
