"""Questions about what pupils tried and made. The room that asks has already checked who may know."""

from qiming.learning.queries.answers import (
    FirstSums,
    OwnTry,
    answers_waiting,
    attempts_by_ids,
    attempts_of_offering,
    attempts_of_pupil,
    first_sums,
    marking_queue,
    solved_items,
    tries_of,
)
from qiming.learning.queries.endings import (
    GainOfPlace,
    TestFacts,
    gains_under,
    is_in_test,
    judgements_of,
    test_facts,
)
from qiming.learning.queries.explained import Told, basis_of, told_of
from qiming.learning.queries.judged import judged_steps
from qiming.learning.queries.labs import LabReport, lab_marks, lab_reports, lab_rows
from qiming.learning.queries.made import (
    hand_ins,
    progress_of,
    standing,
    submissions,
    work,
    works_of,
    works_of_offering,
)
from qiming.learning.queries.mastery import courses_of, mastery_of, mastery_of_pupil

__all__ = [
    "FirstSums",
    "GainOfPlace",
    "LabReport",
    "OwnTry",
    "TestFacts",
    "Told",
    "answers_waiting",
    "attempts_by_ids",
    "attempts_of_offering",
    "attempts_of_pupil",
    "basis_of",
    "courses_of",
    "first_sums",
    "gains_under",
    "hand_ins",
    "is_in_test",
    "judged_steps",
    "judgements_of",
    "lab_marks",
    "lab_reports",
    "lab_rows",
    "marking_queue",
    "mastery_of",
    "mastery_of_pupil",
    "progress_of",
    "solved_items",
    "standing",
    "submissions",
    "test_facts",
    "told_of",
    "tries_of",
    "work",
    "works_of",
    "works_of_offering",
]
