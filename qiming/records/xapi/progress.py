"""How far somebody got in an activity, read from statements. Pure.

Completed, passed and scored say the verbs of ADL and what a result says itself. An attempt is what was begun
(`initialized`, `attempted`); of a system that never says so, the most of what ends one: completions, verdicts (passed or
failed), answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from qiming.records.verbs import ADL_VERB
from qiming.records.xapi.shape import Plain, identifier_of
from qiming.records.xapi.validate_values import parse_time

BEGUN = frozenset({f"{ADL_VERB}/initialized", f"{ADL_VERB}/attempted"})
COMPLETED = f"{ADL_VERB}/completed"
PASSED, FAILED = f"{ADL_VERB}/passed", f"{ADL_VERB}/failed"
ANSWERED = f"{ADL_VERB}/answered"


@dataclass(slots=True)
class Progress:
    """Of one actor in one activity."""

    completed: bool = False
    passed: bool | None = None  # ever; None: nobody said
    score_best: float | None = None
    score_last: float | None = None
    begun: int = 0
    completions: int = 0
    verdicts: int = 0
    answers: int = 0
    last: datetime | None = None

    @property
    def attempts(self) -> int:
        return self.begun or max(self.completions, self.verdicts, self.answers)

    def hear(self, statement: Plain) -> None:
        """Count one statement; the order in which they come changes nothing but which score is the last when two
        were made at one moment."""
        verb, result = statement["verb"]["id"], statement.get("result", {})
        at = parse_time(statement["timestamp"])
        is_newest = at is not None and (self.last is None or at >= self.last)
        if verb in BEGUN:
            self.begun += 1
        if verb == COMPLETED or result.get("completion") is True:
            self.completed = True
            self.completions += 1
        if verb == ANSWERED:
            self.answers += 1
        verdict = True if verb == PASSED else False if verb == FAILED else result.get("success")
        if verdict is not None:
            self.verdicts += 1
            self.passed = bool(self.passed) or verdict
        if (score := score_of(result)) is not None:
            self.score_best = score if self.score_best is None else max(score, self.score_best)
            if is_newest or self.score_last is None:
                self.score_last = score
        if is_newest:
            self.last = at


def score_of(result: Plain) -> float | None:
    """The scaled score, or raw between min (0 when not said) and max."""
    score = result.get("score", {})
    if "scaled" in score:
        return float(score["scaled"])
    if "raw" not in score or "max" not in score:
        return None
    low, high = float(score.get("min", 0)), float(score["max"])
    found = (float(score["raw"]) - low) / (high - low) if high > low else None
    return found if found is not None and isfinite(found) else None


def pairs(statement: Plain) -> Iterator[tuple[str, str]]:
    """Whose progress (identifier) in which activity (IRI) a statement tells of."""
    thing = statement["object"]
    if thing.get("objectType", "Activity") != "Activity":
        return
    actor = statement["actor"]
    own = identifier_of(actor)
    for one in [actor] if own else actor.get("member", ()):
        if found := identifier_of(one):
            yield found, thing["id"]
