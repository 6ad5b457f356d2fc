"""Graders: pure rules that read the replies to a case and say what they find. What they cannot tell is `passed=None`.

`grade(case, replies)` asks the case's own grader. No grader guesses, calls out or keeps anything.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from qiming.assurance.graders.citation import citation
from qiming.assurance.graders.correctness import correctness
from qiming.assurance.graders.guidance import guidance, tone
from qiming.assurance.graders.injection import injection
from qiming.assurance.graders.leakage import leakage
from qiming.assurance.graders.privacy import privacy
from qiming.assurance.graders.refusal import answering, refusal
from qiming.assurance.graders.stage import stage
from qiming.assurance.types import Case, Finding

__all__ = ["GRADERS", "VERSION", "grade"]

VERSION: Final = "2026-11-22"  # of the rules: findings of two versions are not compared without saying so
Grader = Callable[[Case, Sequence[str]], Finding]


def _varied(case: Case, replies: Sequence[str]) -> Finding:
    """A question in disguise is judged as the plain one is."""
    return grade(replace(case, expect=case.expect["base"]), replies)


GRADERS: Final[Mapping[str, Grader]] = {
    "refusal": refusal,
    "answering": answering,
    "leakage": leakage,
    "guidance": guidance,
    "tone": tone,
    "correctness": correctness,
    "privacy": privacy,
    "injection": injection,
    "citation": citation,
    "stage": stage,
    "robustness": _varied,
}


def grade(case: Case, replies: Sequence[str]) -> Finding:
    """What the case's own grader finds in the replies, one for each of the pupil's turns; raises `KeyError` for a
    grader there is none of (the bank's check refuses such a case)."""
    if not any(reply.strip() for reply in replies) and case.expect["grader"] != "answering":
        return Finding(None, "no_reply", "没有收到回答，要人看")
    return GRADERS[case.expect["grader"]](case, replies)
