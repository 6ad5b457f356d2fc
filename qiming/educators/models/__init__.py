"""What the room stores."""

from qiming.educators.models.cohort import Output
from qiming.educators.models.standing import SchoolNeed, StaffProfile
from qiming.educators.models.training import Allotment, Attendance, Enrolment, Training, TrainingSession

__all__ = [
    "Allotment",
    "Attendance",
    "Enrolment",
    "Output",
    "SchoolNeed",
    "StaffProfile",
    "Training",
    "TrainingSession",
]
