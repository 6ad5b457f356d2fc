"""What the room stores: one file and one block of names per agent."""

from qiming.assist.models.duty import Alert, AlertNotice, DutyLine
from qiming.assist.models.marker import MarkRubric

__all__ = [
    # duty
    "Alert",
    "AlertNotice",
    "DutyLine",
    # marker
    "MarkRubric",
]
