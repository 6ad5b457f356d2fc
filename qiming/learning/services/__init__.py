"""Verbs of the learning room. Each is one transaction: row, statement, evidence, audit row."""

from qiming.learning.services.attempts import record_attempts
from qiming.learning.services.hints import show_solution, take_hint
from qiming.learning.services.homework import give_back, hand_in
from qiming.learning.services.marking import comment_work, mark_answer
from qiming.learning.services.practice import Offer, begin, decline, finish, offer, offer_in
from qiming.learning.services.saving import keep_acts, keep_progress, keep_work

__all__ = [
    "Offer",
    "begin",
    "comment_work",
    "decline",
    "finish",
    "give_back",
    "hand_in",
    "keep_acts",
    "keep_progress",
    "keep_work",
    "mark_answer",
    "offer",
    "offer_in",
    "record_attempts",
    "show_solution",
    "take_hint",
]
