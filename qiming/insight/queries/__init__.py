"""Questions about what a class and a pupil know. The room that asks has already checked who may know."""

from qiming.insight.queries.classes import class_report, groups, misconceptions, next_step
from qiming.insight.queries.hints import Hint, hint_for
from qiming.insight.queries.home import class_lines
from qiming.insight.queries.pupils import PupilReport, pupil_report

__all__ = [
    "Hint",
    "PupilReport",
    "class_lines",
    "class_report",
    "groups",
    "hint_for",
    "misconceptions",
    "next_step",
    "pupil_report",
]
