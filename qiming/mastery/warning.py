"""Early warning: how likely it is that a student's next twenty answers will be among the worst fifth.

A logistic over the tracer's state of a student, fitted and held against students it never saw in `early.py`. This half is
plain Python: the web tier calls it with numbers it has. A warning is for the teacher, to look; it decides nothing.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

AHEAD = 20
"""Answers that are looked ahead."""
LOWEST_SHARE = 0.2
"""Which part of all counts as the worst."""
LEAST_ANSWERS = 10
"""Below this nothing is said."""
RAISED_AT = 0.5
LONGEST_RUN = 8
SAID_FROM = 0.1
SIGNS = ("ability", "slow", "share", "run", "answered")
WORDS = {
    "ability": "同样的题，总的说来比别人错得多",
    "slow": "有一阵子都不太顺",
    "share": "做对的比例低",
    "run": "接连没做对",
    "answered": "做过的题还少",
}


@dataclass(frozen=True, slots=True)
class Course:
    """Where a student stands, as the tracer keeps it: ability (log-odds), slow running average of better or worse than expected,
    counts, and the run of equal marks (negative: wrong ones)."""

    ability: float
    slow: float
    answered: int
    right: int
    run: int

    def signs(self) -> dict[str, float]:
        return {
            "ability": self.ability,
            "slow": self.slow,
            "share": (self.right + 1) / (self.answered + 2),
            "run": float(min(max(self.run, -LONGEST_RUN), LONGEST_RUN)),
            "answered": math.log1p(self.answered),
        }


@dataclass(frozen=True, slots=True)
class Warner:
    """`weights` of the signs beyond their `usual` values, the `level` of all (log-odds); `line`: a share of right answers
    below this is the worst fifth of the students it was fitted on."""

    weights: Mapping[str, float]
    usual: Mapping[str, float]
    level: float
    line: float

    def chance(self, course: Course) -> float | None:
        """None with too few answers to say anything."""
        if course.answered < LEAST_ANSWERS:
            return None
        return 1 / (1 + math.exp(-(self.level + sum(self._added(course).values()))))

    def is_raised(self, course: Course) -> bool:
        chance = self.chance(course)
        return chance is not None and chance >= RAISED_AT

    def reasons(self, course: Course, most: int = 2) -> list[str]:
        """What raised the chance, the strongest first, in words for a teacher; empty where nothing did or nothing is said."""
        if course.answered < LEAST_ANSWERS:
            return []
        added = sorted(self._added(course).items(), key=lambda one: (-one[1], one[0]))
        return [WORDS[name] for name, by in added if by > SAID_FROM and self.weights[name] < 0][:most]

    def _added(self, course: Course) -> dict[str, float]:
        return {name: self.weights[name] * (x - self.usual[name]) for name, x in course.signs().items()}
