"""Verbs of the learning room. Each is one transaction: row, statement, evidence, audit row."""

from qiming.learning.services.attempts import record_attempts
from qiming.learning.services.corrections import correct_mastery, take_back
from qiming.learning.services.course_tests import record_test_answers
from qiming.learning.services.hints import show_solution, take_hint
from qiming.learning.services.homework import give_back, hand_in
from qiming.learning.services.marking import comment_work, mark_answer
from qiming.learning.services.paper import take_paper_answer
from qiming.learning.services.practice import Offer, begin, decline, finish, offer, offer_in
from qiming.learning.services.projects import HandIn, hand_in_project, judge_project, self_assess
from qiming.learning.services.saving import keep_acts, keep_progress, keep_work
from qiming.learning.services.tasks import close_task, open_task

__all__ = [
    "HandIn",
    "Offer",
    "begin",
    "close_task",
    "comment_work",
    "correct_mastery",
    "decline",
    "finish",
    "give_back",
    "hand_in",
    "hand_in_project",
    "judge_project",
    "keep_acts",
    "keep_progress",
    "keep_work",
    "mark_answer",
    "offer",
    "offer_in",
    "open_task",
    "record_attempts",
    "record_test_answers",
    "self_assess",
    "show_solution",
    "take_back",
    "take_hint",
    "take_paper_answer",
]
