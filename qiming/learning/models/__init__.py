"""What the learning room stores, by what it is about."""

from qiming.learning.labs.models import Gallery, LabRun
from qiming.learning.models.acts import (
    Attempt,
    HintUse,
    MasteryState,
    PracticeRun,
    Progress,
    PupilRow,
    ResearchExtract,
    ResearchShare,
    Submission,
    Work,
    WorkVersion,
)
from qiming.learning.models.endings import CourseTask, GainSum, Judgement, ProjectMember, TestAnswer
from qiming.learning.models.judged import JudgeRun, JudgeStation, NotebookChoice
from qiming.learning.models.shelf import KeptModel

__all__ = [
    "Attempt",
    "CourseTask",
    "GainSum",
    "Gallery",
    "HintUse",
    "JudgeRun",
    "JudgeStation",
    "Judgement",
    "KeptModel",
    "LabRun",
    "MasteryState",
    "NotebookChoice",
    "PracticeRun",
    "Progress",
    "ProjectMember",
    "PupilRow",
    "ResearchExtract",
    "ResearchShare",
    "Submission",
    "TestAnswer",
    "Work",
    "WorkVersion",
]
