"""Many students at once, answers in the order they come: each finds its student's state, is predicted, and moves it.

What `memory.walk` does for one student after another, without the need to sort: the states of all lie side by side.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qiming.mastery.answers.table import Floats, Ints
from qiming.mastery.compiled import compiled
from qiming.mastery.tracer.memory import (
    ITEM,
    NEVER,
    SKILL,
    STUDENT,
    Asked,
    Mind,
    State,
    World,
    forget,
    learn,
    look,
)
from qiming.mastery.tracer.readout import Curves, chance_of
from qiming.mastery.tracer.signs import COUNT


class Minds(NamedTuple):
    """States of students side by side: `me` [student], `skill` [student, skill], `item` [student, item],
    `known` [student, set], factors [student, factor] and their spread [student, factor, factor]."""

    me: State
    skill: State
    item: State
    known: NDArray[np.float64]
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]


class Stream(NamedTuple):
    """Answers in the order they came."""

    student: Ints
    item: Ints
    skill_set: Ints
    correct: Ints
    time: Ints


def bytes_each() -> dict[str, int]:
    """What is kept for a student in a skill (with its share of knowledge tracing), in an item met, and of the student."""
    return {
        "skill": SKILL.itemsize + np.dtype(np.float64).itemsize,
        "item": ITEM.itemsize,
        "student": STUDENT.itemsize,
    }


def blank_minds(world: World, students: int) -> Minds:
    factors = world.loadings.shape[1]
    minds = Minds(
        me=np.zeros(students, STUDENT),
        skill=np.zeros((students, len(world.loadings)), SKILL),
        item=np.zeros((students, len(world.ease)), ITEM),
        known=np.full((students, len(world.set_ease)), NEVER),
        mean=np.zeros((students, factors)),
        spread=np.zeros((students, factors, factors)),
    )
    _begin(minds, np.zeros(factors), np.zeros(factors))
    return minds


@compiled
def _mind_of(minds: Minds, person: int, load: Floats, turned: Floats) -> Mind:
    return Mind(
        minds.me[person : person + 1],
        minds.skill[person],
        minds.item[person],
        minds.known[person],
        minds.mean[person],
        minds.spread[person],
        load,
        turned,
    )


@compiled
def _begin(minds: Minds, load: Floats, turned: Floats) -> None:
    for person in range(len(minds.me)):
        forget(_mind_of(minds, person, load, turned))


def replay(world: World, minds: Minds, curves: Curves, level: float, given: Stream) -> Floats:
    """The chance of each answer before it came [answer]; `minds` are moved by all of them."""
    return _replay(world, minds, curves, level, given)


@compiled
def _replay(world: World, minds: Minds, curves: Curves, level: float, given: Stream) -> Floats:
    out = np.zeros(len(given.student))
    factors = world.loadings.shape[1]
    load, turned, signs = np.zeros(factors), np.zeros(factors), np.zeros(COUNT, np.float32)
    for row in range(len(given.student)):
        mind = _mind_of(minds, given.student[row], load, turned)
        asked = Asked(given.item[row], given.skill_set[row], given.time[row])
        look(world, mind, asked, signs)
        out[row] = chance_of(curves, level, signs)
        learn(world, mind, asked, given.correct[row])
    return out
