"""When a concept should come back: from the days it was answered to the day it is due, by FSRS (the package `fsrs`).

FSRS keeps two numbers of a memory: its stability (days until the chance of recall is 0.9) and its difficulty (1 to 10), moved
by each answer (Ye, Su & Cao 2022). Its published parameters were learnt from people's flash cards; what we call one card is a
concept met in different items. Plain Python, no clock: the caller says which day it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum

from fsrs import Card, Rating, Scheduler, State

RECALLED = 0.9
"""A concept is due when the chance to still have it has fallen to this."""
LONGEST_DAYS = 120
"""However well a concept is known it comes back within a term."""

_SCHEDULER = Scheduler(
    desired_retention=RECALLED,
    learning_steps=(),
    relearning_steps=(),
    maximum_interval=LONGEST_DAYS,
    enable_fuzzing=False,
)


class Mark(IntEnum):
    """How an answer went, as FSRS rates it."""

    WRONG = Rating.Again
    HELPED = Rating.Hard
    RIGHT = Rating.Good


@dataclass(frozen=True, slots=True)
class Memory:
    """One pupil's memory of one concept; three of these four are the whole state, `due` follows from them."""

    stability: float
    difficulty: float
    last_day: date
    due: date

    def __post_init__(self) -> None:
        if not (self.stability > 0 and 1.0 <= self.difficulty <= 10.0):
            raise ValueError(f"not a memory: stability {self.stability}, difficulty {self.difficulty}")


def mark_of(*, correct: bool, weight: float) -> Mark | None:
    """From a marked answer and how much it counts (`weight_of`); None when it counts nothing (the solution was shown)."""
    if weight <= 0.0:
        return None
    if not correct:
        return Mark.WRONG
    return Mark.RIGHT if weight >= 1.0 else Mark.HELPED


def after(memory: Memory | None, mark: Mark, day: date) -> Memory:
    """The memory after one more answer; an answer dated before the last one counts as given on the last one's day."""
    if memory is not None and day < memory.last_day:
        day = memory.last_day
    card, _ = _SCHEDULER.review_card(_card(memory), Rating(int(mark)), _noon(day))
    if card.stability is None or card.difficulty is None:
        raise AssertionError("a reviewed card has a stability and a difficulty")
    return Memory(card.stability, card.difficulty, day, max(card.due.date(), day + timedelta(days=1)))


def memory_of(answers: Iterable[tuple[date, Mark]]) -> Memory | None:
    """From all answers to a concept, oldest first; None without any."""
    memory = None
    for day, mark in answers:
        memory = after(memory, mark, day)
    return memory


def recall(memory: Memory, today: date) -> float:
    """The chance, 0 to 1, that the concept is still there; 1 on the day it was last answered."""
    return float(_SCHEDULER.get_card_retrievability(_card(memory), _noon(max(today, memory.last_day))))


def is_due(memory: Memory, today: date) -> bool:
    return today >= memory.due


def _card(memory: Memory | None) -> Card:
    # a number of its own: without one the package takes the clock and waits a millisecond
    if memory is None:
        return Card(card_id=0, due=_noon(date(2000, 1, 1)))
    return Card(
        card_id=0,
        state=State.Review,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=_noon(memory.due),
        last_review=_noon(memory.last_day),
    )


def _noon(day: date) -> datetime:
    """FSRS counts in moments of UTC; only whole days between them matter here."""
    return datetime.combine(day, time(12), UTC)
