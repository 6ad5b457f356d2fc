"""Questions others may ask casework. A case one may not see answers like one that does not exist."""

from qiming.casework.queries.cases import follow_case, history, load_case, may_do, standing_of
from qiming.casework.queries.people import candidates, duties_of, holders, mover
from qiming.casework.queries.queue import oversee, queue_of
from qiming.casework.queries.workflows import current, workflow_of

__all__ = [
    "candidates",
    "current",
    "duties_of",
    "follow_case",
    "history",
    "holders",
    "load_case",
    "may_do",
    "mover",
    "oversee",
    "queue_of",
    "standing_of",
    "workflow_of",
]
