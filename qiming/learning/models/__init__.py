"""What the learning room stores, by what it is about."""

from qiming.learning.labs.models import Gallery, LabRun, MicrophoneChoice
from qiming.learning.models.acts import (
    Attempt,
    HintUse,
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
from qiming.learning.models.mastery import (
    BandChange,
    LearnerState,
    MasteryCorrection,
    MasteryState,
    TracerFit,
)
from qiming.learning.models.shelf import KeptModel

__all__ = [
    "Attempt",
    "BandChange",
    "CourseTask",
    "GainSum",
    "Gallery",
    "HintUse",
    "JudgeRun",
    "JudgeStation",
    "Judgement",
    "KeptModel",
    "LabRun",
    "LearnerState",
    "MasteryCorrection",
    "MasteryState",
    "MicrophoneChoice",
    "NotebookChoice",
    "PracticeRun",
    "Progress",
    "ProjectMember",
    "PupilRow",
    "ResearchExtract",
    "ResearchShare",
    "Submission",
    "TestAnswer",
    "TracerFit",
    "Work",
    "WorkVersion",
]
