"""The tracer's step, one answer at a time, in plain Python: what a web process does inside the act's transaction.

The same arithmetic as `tracer/memory.py` (a test holds them together), for the part of the state a house keeps: the ability of a
pupil, and for each concept a level beyond the items' ease (Elo, Pelánek 2016), the chance that it is known (knowledge tracing
with forgetting, Corbett & Anderson 1995), and counts of right and wrong (Pavlik 2009). An answer that counts less moves all of
them less. Two promises are kept for people who read the result: with the same parameters a right answer never lowers an
estimate, a wrong one never raises it.
"""

import struct
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import exp, log
from typing import NamedTuple

from qiming.mastery import review
from qiming.mastery.review import Memory

ABILITY_RATE, ABILITY_SLOWS = 0.36, 0.05
LEVEL_RATE, LEVEL_SLOWS = 0.63, 0.1
SLOW = 0.03
LONGEST_RUN = 8
LATER_TRY = {1: 1.0, 2: 0.5}
LATEST_TRY = 0.25
HINTS_TAKE = 0.6
MOST = 65_535
FIRST_DAY = date(2020, 1, 1)

_LEARNER = struct.Struct("<BffIIb")
_SKILL = struct.Struct("<BfffffffHbHHbH")
LEARNER_BYTES, SKILL_BYTES = _LEARNER.size, _SKILL.size
_FORM = 1


class Tracing(NamedTuple):
    """Knowledge tracing's five numbers of a concept; `guess + slip < 1`."""

    start: float
    learn: float
    forget: float
    guess: float
    slip: float


@dataclass(frozen=True, slots=True)
class Learner:
    """One pupil over everything: ability (log-odds beyond others'), the slow average of what was better or worse than the items
    let expect, answers that counted and how many were right, the run of equal marks (negative: wrong ones)."""

    ability: float = 0.0
    slow: float = 0.0
    answered: int = 0
    right: int = 0
    run: int = 0

    def pack(self) -> bytes:
        return _LEARNER.pack(_FORM, self.ability, self.slow, self.answered, self.right, self.run)

    @classmethod
    def unpack(cls, kept: bytes) -> "Learner":
        return cls(*_LEARNER.unpack(kept)[1:]) if kept else cls()


@dataclass(frozen=True, slots=True)
class Skill:
    """One pupil and one concept, as it stood after the last answer that counted.

    `known`: chance that the concept is there, below 0 before anything was said; `ability`: the pupil's, then; `right` and `wrong`:
    sums of what the answers counted; `n`: how many there were; `last`: 1, -1 or 0; `day`, `due`: the last day and the day to
    come back, in days since 2020; `stability`, `difficulty`: the memory of it (`review`), 0 without one; `judged`: a teacher's judgement (1 … 3, 0 none) made when `judged_at` answers had counted.
    """

    level: float = 0.0
    known: float = -1.0
    ability: float = 0.0
    right: float = 0.0
    wrong: float = 0.0
    stability: float = 0.0
    difficulty: float = 0.0
    n: int = 0
    last: int = 0
    day: int = 0
    due: int = 0
    judged: int = 0
    judged_at: int = 0

    @property
    def last_day(self) -> date | None:
        return FIRST_DAY + timedelta(days=self.day) if self.n else None

    @property
    def memory(self) -> Memory | None:
        if not self.stability:
            return None
        last, due = (FIRST_DAY + timedelta(days=one) for one in (self.day, self.due))
        return Memory(self.stability, min(max(self.difficulty, 1.0), 10.0), last, due)

    def pack(self) -> bytes:
        return _SKILL.pack(
            _FORM, self.level, self.known, self.ability, self.right, self.wrong, self.stability,
            self.difficulty, self.n, self.last, self.day, self.due, self.judged, self.judged_at,
        )  # fmt: skip

    @classmethod
    def unpack(cls, kept: bytes) -> "Skill":
        return cls(*_SKILL.unpack(kept)[1:]) if kept else cls()


class Asked(NamedTuple):
    """What is assumed of an item: its ease (log-odds of a right answer by pupils as they come) and its concept's tracing."""

    ease: float
    tracing: Tracing


def weight_of(
    *, correct: bool, try_no: int = 1, hints_used: int = 0, hints_total: int = 0, solution_shown: bool = False
) -> float:
    """How much one answer counts: fully on the first try without help, less for each later try and each hint
    taken before a right answer, not at all for a right answer given after the solution was shown."""
    weight = LATER_TRY.get(max(try_no, 1), LATEST_TRY)
    if not correct:
        return weight
    if solution_shown:
        return 0.0
    if hints_used > 0:
        share = min(hints_used / hints_total, 1.0) if hints_total > 0 else 1.0
        weight *= 1.0 - HINTS_TAKE * share
    return weight


def step(
    learner: Learner, skill: Skill, asked: Asked, *, correct: bool, weight: float = 1.0, day: date
) -> tuple[Learner, Skill]:
    """Both after one answer, as they are kept (single precision); an answer of weight 0 leaves them as they were."""
    weight = min(max(weight, 0.0), 1.0)
    if weight == 0.0:
        return learner, skill
    mark, ease = float(correct), asked.ease
    rate = weight * ABILITY_RATE / (1 + ABILITY_SLOWS * learner.answered)
    ability = learner.ability + rate * (mark - chance(ease + learner.ability))
    rate = weight * LEVEL_RATE / (1 + LEVEL_SLOWS * skill.n)
    level = skill.level + rate * (mark - chance(ease + skill.level + 0.5 * ability))
    # Between two answers here the ability may have moved by answers elsewhere: it is followed in the mark's direction only.
    surely = max if correct else min
    moved = replace(
        _remembered(skill, correct, weight, day),
        level=level,
        known=_retrace(skill.known, asked.tracing, correct, weight),
        ability=surely(ability, skill.ability) if skill.n else ability,
        right=skill.right + weight * mark,
        wrong=skill.wrong + weight * (1 - mark),
        n=min(skill.n + 1, MOST),
        last=1 if correct else -1,
    )
    slow = learner.slow + weight * SLOW * (mark - chance(ease) - learner.slow)
    run = _run(learner.run, correct)
    whole = Learner(ability, slow, learner.answered + 1, learner.right + correct, run)
    return Learner.unpack(whole.pack()), Skill.unpack(moved.pack())


def _run(run: int, correct: bool) -> int:
    if correct:
        return min(run + 1, LONGEST_RUN) if run > 0 else 1
    return max(run - 1, -LONGEST_RUN) if run < 0 else -1


def _remembered(skill: Skill, correct: bool, weight: float, day: date) -> Skill:
    """The memory after the answer; days never run backwards."""
    day = max(day, FIRST_DAY + timedelta(days=skill.day))
    mark = review.mark_of(correct=correct, weight=weight)
    if mark is None:
        return skill
    memory = review.after(skill.memory, mark, day)
    at, due = (min((one - FIRST_DAY).days, MOST) for one in (memory.last_day, memory.due))
    return replace(skill, stability=memory.stability, difficulty=memory.difficulty, day=at, due=due)


def right_if(known: float, tracing: Tracing) -> float:
    """The chance of a right answer by knowledge tracing alone."""
    there = known if known >= 0 else tracing.start
    return there * (1 - tracing.slip) + (1 - there) * tracing.guess


def chance(x: float) -> float:
    return 1 / (1 + exp(-x)) if x > -700 else 0.0


def log_odds(p: float, least: float = 1e-6) -> float:
    inside = min(max(p, least), 1 - least)
    return log(inside / (1 - inside))


def _retrace(known: float, tracing: Tracing, correct: bool, weight: float) -> float:
    """What the mark says, to the power of what it counts (half an answer twice is one), then learning and forgetting."""
    there = known if known >= 0 else tracing.start
    yes = float((1 - tracing.slip if correct else tracing.slip) ** weight)
    no = float((tracing.guess if correct else 1 - tracing.guess) ** weight)
    seen = there * yes / (there * yes + (1 - there) * no)
    after = seen + weight * ((1 - seen) * tracing.learn - seen * tracing.forget)
    return max(there, after) if correct else min(there, after)
