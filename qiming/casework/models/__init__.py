"""What casework stores."""

from qiming.casework.models.cases import Case, CaseEvent, Workflow
from qiming.casework.models.notices import Objection
from qiming.casework.models.people import Appointment, Conflict, Delegation
from qiming.casework.models.reviews import ReviewSheet

__all__ = [
    "Appointment",
    "Case",
    "CaseEvent",
    "Conflict",
    "Delegation",
    "Objection",
    "ReviewSheet",
    "Workflow",
]
