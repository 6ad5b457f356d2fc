"""What the room stores: one file and one block of names per agent."""

from qiming.assist.models.adviser import AdviceLine, AdviceTalk, Ticks
from qiming.assist.models.companion import (
    ClassCompanion,
    CompanionDay,
    Conversation,
    SchoolCompanion,
    Supervision,
)
from qiming.assist.models.duty import Alert, AlertNotice, DutyLine
from qiming.assist.models.marker import MarkerChoice, MarkRubric, PreMark, SheetAnswer, SheetPhoto
from qiming.assist.models.planner import LessonPlan, LessonReflection, LessonVisit, PlanPart

__all__ = [  # noqa: RUF022 - one block per agent
    # adviser
    "AdviceLine",
    "AdviceTalk",
    "Ticks",
    # companion
    "ClassCompanion",
    "CompanionDay",
    "Conversation",
    "SchoolCompanion",
    "Supervision",
    # duty
    "Alert",
    "AlertNotice",
    "DutyLine",
    # marker
    "MarkRubric",
    "MarkerChoice",
    "PreMark",
    "SheetAnswer",
    "SheetPhoto",
    # planner
    "LessonPlan",
    "LessonReflection",
    "LessonVisit",
    "PlanPart",
]
