"""How schools differ in teaching: most are steady, some late, some on paper, some never begin, some are odd."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

PERIODS = 8


class Habit(StrEnum):
    """What one would notice about a school's class hours."""

    STEADY = "steady"
    LATE = "late"  # taught, confirmed late or not yet
    PAPER = "paper"  # without the platform: declared, some with a photo
    SPARSE = "sparse"  # planned, often not held
    INTEGRATED = "integrated"  # twenty minutes of another subject's period
    ZERO = "zero"  # nothing opened
    ODD = "odd"  # all periods of the year put on record within one week


# In a hundred schools; our assumption, so that every case is there.
WEIGHTS: dict[Habit, int] = {
    Habit.STEADY: 56,
    Habit.LATE: 14,
    Habit.PAPER: 11,
    Habit.SPARSE: 9,
    Habit.INTEGRATED: 5,
    Habit.ZERO: 3,
    Habit.ODD: 2,
}
OPENS_NOT = {Habit.STEADY: 0.02, Habit.LATE: 0.05, Habit.SPARSE: 0.12, Habit.PAPER: 0.04}


def habit_of(dice: random.Random) -> Habit:
    return dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One period of a class: `state` planned, taught, confirmed or cancelled; `confirmed_after` in days."""

    on: date
    state: str
    confirmed_after: int = 0


def year_of(habit: Habit, days: Sequence[date], today: date, dice: random.Random) -> list[Lesson]:
    """The periods of one class in a school year; `days` are its weekday's teaching days."""
    if habit is Habit.ODD:
        return _odd(days, today)
    every = dice.choice((2, 3, 4))
    chosen = days[dice.randrange(every) :: every][: PERIODS * (2 if habit is Habit.INTEGRATED else 1)]
    held = [_one(habit, on, today, dice) if on < today else Lesson(on, "planned") for on in chosen]
    if habit is Habit.LATE:
        return _leave_open(held, dice.randrange(1, 4))
    return held


def _one(habit: Habit, on: date, today: date, dice: random.Random) -> Lesson:
    """A period whose day is over."""
    if habit is Habit.SPARSE and dice.random() < 0.4:
        return Lesson(on, "planned")  # nobody said what became of it
    if dice.random() < 0.015:
        return Lesson(on, "cancelled")
    after = dice.choice((0, 0, 0, 1, 2, 9)) if habit is Habit.LATE else dice.choice((0, 0, 0, 0, 1))
    return Lesson(on, "confirmed", min(after, (today - on).days))


def _leave_open(lessons: Sequence[Lesson], most: int) -> list[Lesson]:
    """The last few that were held wait for their teacher."""
    held = [at for at, one in enumerate(lessons) if one.state == "confirmed"]
    waiting = set(held[-most:])
    return [Lesson(one.on, "taught") if at in waiting else one for at, one in enumerate(lessons)]


def _odd(days: Sequence[date], today: date) -> list[Lesson]:
    past = [day for day in days if day < today]
    if not past:
        return []
    last = past[-1]
    return [
        Lesson(last - timedelta(days=number % 2), "confirmed", (today - last).days)
        for number in range(PERIODS)
    ]
