"""Decisions of the curriculum as pure functions: marking, what a browser may see, plans, dated rules."""

from qiming.curriculum.rules.marking import MalformedResponse, mark, taps
from qiming.curriculum.rules.plans import check_plan, genai_allowed, rules_in_force
from qiming.curriculum.rules.public import public_item, shuffled

__all__ = [
    "MalformedResponse",
    "check_plan",
    "genai_allowed",
    "mark",
    "public_item",
    "rules_in_force",
    "shuffled",
    "taps",
]
