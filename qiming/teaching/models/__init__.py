"""What the teaching room stores, by what it is about."""

from qiming.teaching.models.homework import Homework
from qiming.teaching.models.ledger import Attendance, PeriodCredit, PeriodEvidence
from qiming.teaching.models.live import JoinTry, LivePeriod, LivePoll, PollVote, Presence
from qiming.teaching.models.past import PastImport
from qiming.teaching.models.plan import Offering, PeriodChange, PeriodPhoto, TaughtPeriod

__all__ = [
    "Attendance",
    "Homework",
    "JoinTry",
    "LivePeriod",
    "LivePoll",
    "Offering",
    "PastImport",
    "PeriodChange",
    "PeriodCredit",
    "PeriodEvidence",
    "PeriodPhoto",
    "PollVote",
    "Presence",
    "TaughtPeriod",
]
