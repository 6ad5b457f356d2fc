"""What is assumed before any answer is seen, per kind and difficulty of item.

The four numbers are those of Bayesian knowledge tracing. They are priors, not measurements: a pupil meets a
concept new to them (`known_at_start` 0.4), each worked item teaches a little (`learn` 0.12), a pupil who
has it still slips (more on harder items), and one who hasn't gets it right by luck as often as the form of
the item allows, and never less than a floor, because half an understanding and test sense also help.
"""

import math
from dataclasses import dataclass

KNOWN_AT_START = 0.4
KNOWING = 0.6
LEARN = 0.12
SLIP = {1: 0.06, 2: 0.10, 3: 0.16}
GUESS_BY_DIFFICULTY = {1: 1.2, 2: 1.0, 3: 0.8}
GUESS_FLOOR = 0.15
GUESS_CEILING = 0.45


@dataclass(frozen=True, slots=True)
class Params:
    """`guess + slip < 1`: a right answer must speak for knowing, or the model would run backwards."""

    known_at_start: float = KNOWN_AT_START
    learn: float = LEARN
    guess: float = 0.25
    slip: float = 0.10

    def __post_init__(self) -> None:
        for name in ("known_at_start", "learn", "guess", "slip"):
            value = getattr(self, name)
            if not 0.0 <= value < 1.0:
                raise ValueError(f"{name} must lie in [0, 1), got {value}")
        if self.known_at_start <= 0.0:
            raise ValueError("known_at_start must be above 0")
        if self.guess <= 0.0 or self.slip <= 0.0 or self.guess + self.slip >= 1.0:
            raise ValueError(
                f"guess and slip must be above 0 and below 1 together: {self.guess}, {self.slip}"
            )


def params_for(kind: str, difficulty: int = 2, options: int = 0, bins: int = 0) -> Params:
    """Priors of an item; `options` is how many things there are to choose or place, `bins` where to."""
    raw = _luck(kind, max(options, 0), max(bins, 0)) * GUESS_BY_DIFFICULTY.get(difficulty, 1.0)
    return Params(
        guess=min(max(raw, GUESS_FLOOR), GUESS_CEILING),
        slip=SLIP.get(difficulty, SLIP[2]),
    )


def _luck(kind: str, options: int, bins: int) -> float:
    """How often blind choice would be right."""
    if kind in ("single", "hotspot"):
        return 1.0 / max(options, 2) if options else 0.25
    if kind == "multiple":
        return 1.0 / ((1 << min(max(options, 2), 20)) - 1)
    if kind in ("order", "match"):
        return 1.0 / math.factorial(min(max(options, 2), 20))
    if kind == "classify":
        ways: int = max(bins, 2) ** min(max(options, 1), 20)
        return 1.0 / ways
    return GUESS_FLOOR


def ease_for(params: Params) -> float:
    """Log-odds of a right answer by pupils as they come, of whom `KNOWING` have the concept."""
    share = KNOWING * (1 - params.slip) + (1 - KNOWING) * params.guess
    return math.log(share / (1 - share))
