"""Does a reply tell the answer of the item a pupil is working on? The test field's own grader decides, not a second one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qiming.assurance.graders.leakage import leakage
from qiming.assurance.types import Case, Turn


@dataclass(frozen=True, slots=True)
class Leak:
    """Where the answer is told (offsets of the reply as written); `start` None: only its parts together tell it."""

    start: int | None
    end: int | None
    why: str


class Answers:
    """The known answers of one item, and what the pupil has already read and said (which may be repeated)."""

    def __init__(self, known: Iterable[Mapping[str, Any]], said: Iterable[str]) -> None:
        """`known`: as in a bank's `expect.known` (kind, value, unit, paraphrases, options, given)."""
        turns = tuple(Turn("user", text) for text in said) or (Turn("user", ""),)
        self._cases = tuple(
            Case("guard", "guard", "tutoring", turns, {"grader": "leakage", "known": one}, "no_leak")
            for one in known
        )

    def __bool__(self) -> bool:
        return bool(self._cases)

    def leak(self, reply: str) -> Leak | None:
        """The first place at which `reply`, read whole, tells an answer."""
        found = []
        for case in self._cases:
            finding = leakage(case, (reply,))
            if finding.passed is False:
                start, end = finding.spans[0] if finding.spans else (None, None)
                found.append(Leak(start, end, finding.why))
        return min(found, key=lambda one: -1 if one.start is None else one.start, default=None)

    def told(self, replies: Sequence[str]) -> bool:
        """Whether these replies together tell an answer, or come so near that a person would have to decide."""
        return any(leakage(case, replies).passed is not True for case in self._cases)
