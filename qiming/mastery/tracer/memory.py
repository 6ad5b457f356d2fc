"""The state of a student and how an answer moves it, as machine code over packed records.

Kept for each student and skill 36 bytes, for each student and item met 12, for each student 61 and the factors.
`look` reads the signs of an answer, `learn` is shown the mark afterwards: nothing of an answer reaches its own prediction.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qiming.mastery.answers.table import Floats, Ints
from qiming.mastery.compiled import compiled

SKILL = np.dtype(
    [
        ("level", "f4"),
        ("fast", "f4"),
        ("mid", "f4"),
        ("slow", "f4"),
        ("answered", "u2"),
        ("right", "u2"),
        ("last", "i4"),
        ("place", "i4"),
        ("time", "i8"),
    ]
)
"""Student × skill: estimated level beyond the item's ease, three running averages of what was better or worse than
expected, counts, the last mark (-1, 1; 0 none), its place and time."""

ITEM = np.dtype([("answered", "u1"), ("right", "u1"), ("last", "i2"), ("time", "i8")])
"""Student × item met."""

STUDENT = np.dtype(
    [
        ("ability", "f4"),
        ("fast", "f4"),
        ("slow", "f4"),
        ("answered", "u4"),
        ("right", "u4"),
        ("y1", "i1"),
        ("y2", "i1"),
        ("y3", "i1"),
        ("run", "i2"),
        ("item1", "i4"),
        ("item2", "i4"),
        ("set1", "i4"),
        ("set2", "i4"),
        ("time", "i8"),
        ("related", "f8"),
    ]
)
"""Student: ability, running averages, counts, the last three marks, the run of equal marks, what was asked last."""

MOST_SKILL, MOST_ITEM = 65_535, 255
NEVER = -1.0

# Rates of the running averages and of the estimates; where they come from: docs/mastery.md.
ABILITY_RATE, ABILITY_SLOWS = 0.36, 0.05
LEVEL_RATE, LEVEL_SLOWS = 0.63, 0.1
FAST, SLOW = 0.2, 0.03
SKILL_FAST, SKILL_MID, SKILL_SLOW = 0.45, 0.2, 0.07
DRIFT = 0.02
LOGIT_NORMAL = 0.3926990817  # π/8: a logistic seen through a normal spread (MacKay 1992)
LONGEST_RUN = 8
START, LEARN, FORGET, GUESS, SLIP = range(5)

LOGS = np.log1p(np.arange(4096.0))

State = NDArray[Any]


class World(NamedTuple):
    """What was counted from other students. `tracing`: [set, (start, learn, forget, guess, slip)], a start of -1 for a
    set never seen; `loadings`: [skill, factor]; pairs: sorted keys and [(effect, how often seen)] (`sequences`)."""

    first: Ints
    skills: Ints
    ease: Floats
    set_ease: Floats
    seen: Floats
    tracing: Floats
    loadings: Floats
    pair_keys: Ints
    pair_values: Floats
    second_keys: Ints
    second_values: Floats


class Mind(NamedTuple):
    """One student: `me` [1] STUDENT, `skill` [skills] SKILL, `item` [items] ITEM, `known` [sets], factors, scratch."""

    me: State
    skill: State
    item: State
    known: Floats
    mean: Floats
    spread: Floats
    load: Floats
    turned: Floats


def blank_mind(world: World) -> Mind:
    factors = world.loadings.shape[1]
    mind = Mind(
        me=np.zeros(1, STUDENT),
        skill=np.zeros(len(world.loadings), SKILL),
        item=np.zeros(len(world.ease), ITEM),
        known=np.full(len(world.set_ease), NEVER),
        mean=np.zeros(factors),
        spread=np.eye(factors),
        load=np.zeros(factors),
        turned=np.zeros(factors),
    )
    forget(mind)
    return mind


@compiled
def forget(mind: Mind) -> None:
    """A new student; what was kept by skill, item and set is cleared by `walk`, which knows what was touched."""
    me = mind.me[0]
    me.ability = me.fast = me.slow = 0.0
    me.answered = me.right = 0
    me.y1 = me.y2 = me.y3 = 0
    me.run = 0
    me.item1 = me.item2 = me.set1 = me.set2 = -1
    me.time = -1
    mind.mean[:] = 0.0
    mind.spread[:] = 0.0
    for x in range(len(mind.mean)):
        mind.spread[x, x] = 1.0


@compiled
def chance(x: float) -> float:
    return float(1.0 / (1.0 + np.exp(-x)))


@compiled
def log_of(count: int) -> float:
    """log(1 + count), from a table where it is long enough."""
    return float(LOGS[count]) if count < len(LOGS) else float(np.log1p(count))


@compiled
def find(keys: Ints, key: int) -> int:
    """Where `key` stands in the sorted `keys`, or -1."""
    at = int(np.searchsorted(keys, key))
    return at if at < len(keys) and keys[at] == key else -1


@compiled
def variance_of(mind: Mind) -> float:
    """How unsure the factors are of what `load` asks; leaves the turned load for `learn`."""
    total = 0.0
    for x in range(len(mind.load)):
        mind.turned[x] = 0.0
        for z in range(len(mind.load)):
            mind.turned[x] += mind.spread[x, z] * mind.load[z]
        total += mind.turned[x] * mind.load[x]
    return total


@compiled
def right_if(world: World, mind: Mind, c: int) -> float:
    """The chance by knowledge tracing alone (Corbett & Anderson 1995)."""
    there = float(mind.known[c] if mind.known[c] >= 0 else world.tracing[c, START])
    slip, guess = float(world.tracing[c, SLIP]), float(world.tracing[c, GUESS])
    return there * (1 - slip) + (1 - there) * guess


class Asked(NamedTuple):
    """One answer's item and skill set (codes) and when it was given (seconds, -1 unknown)."""

    item: int
    skill_set: int
    time: int


@compiled
def look(world: World, mind: Mind, asked: Asked, f: NDArray[np.float32]) -> float:
    """Fills `f` with the signs (order of `signs.SIGNS`); returns the chance from ease and factors alone."""
    me, old, b, c = mind.me[0], mind.item[asked.item], world.ease[asked.item], asked.skill_set
    f[:] = 0.0
    f[0], f[1], f[2] = b, world.set_ease[c], world.seen[asked.item]
    f[4], f[5], f[6] = me.ability, me.fast, me.slow
    f[7], f[8], f[9] = log_of(me.answered), log_of(me.right), log_of(me.answered - me.right)
    gather(world, mind, asked, f)
    if world.tracing[c, START] >= 0:
        p = right_if(world, mind, c)
        f[22] = np.log(p / (1 - p))
    else:
        f[22] = world.set_ease[c]
    f[23], f[24], f[25], f[26] = me.y1, me.y2, me.y3, me.run
    f[27], f[28], f[29] = log_of(old.answered), log_of(old.right), log_of(old.answered - old.right)
    f[30] = old.last
    f[31] = 1.0 if me.item1 == asked.item else 0.0
    f[32] = 1.0 if me.set1 == c else 0.0
    f[33] = 1.0 if me.set2 == c else 0.0
    follow(world, mind, asked, f)
    if asked.time >= 0:
        f[39] = np.log1p(max(asked.time - me.time, 0)) if me.time >= 0 else NEVER
        f[41] = np.log1p(max(asked.time - old.time, 0)) if old.answered > 0 and old.time >= 0 else NEVER
    return chance((b + f[10]) / np.sqrt(1 + LOGIT_NORMAL * f[11]))


@compiled
def gather(world: World, mind: Mind, asked: Asked, f: NDArray[np.float32]) -> None:
    """Signs of the skills asked: means over them, the shortest gap and pause, and what the factors say."""
    me, c = mind.me[0], asked.skill_set
    share = 1.0 / (world.first[c + 1] - world.first[c])
    answered = right = 0.0
    gap, pause = NEVER, NEVER
    mind.load[:] = 0.0
    for e in range(world.first[c], world.first[c + 1]):
        k = world.skills[e]
        state = mind.skill[k]
        f[12] += state.level * share
        f[14] += state.fast * share
        f[15] += state.mid * share
        f[16] += state.slow * share
        f[20] += state.last * share
        answered += state.answered * share
        right += state.right * share
        for x in range(len(mind.load)):
            mind.load[x] += world.loadings[k, x] * share
        if state.answered > 0:
            since = float(me.answered - state.place)
            gap = since if gap < 0 else min(gap, since)
            if asked.time >= 0 and state.time >= 0:
                waited = float(max(asked.time - state.time, 0))
                pause = waited if pause < 0 else min(pause, waited)
    me.related = 0.0
    for x in range(len(mind.load)):
        me.related += mind.load[x] * mind.mean[x]
    f[3] = world.first[c + 1] - world.first[c]
    f[10], f[11] = me.related, variance_of(mind)
    f[13] = 0.5 * (me.ability + f[12])
    f[17], f[18], f[19] = np.log1p(answered), np.log1p(right), np.log1p(answered - right)
    f[21] = 1.0 if gap < 0 else 0.0
    f[38] = np.log1p(gap) if gap >= 0 else 0.0
    if asked.time >= 0:
        f[40] = np.log1p(pause) if pause >= 0 else NEVER


@compiled
def follow(world: World, mind: Mind, asked: Asked, f: NDArray[np.float32]) -> None:
    """Signs of what came before this item: how others did on it after that item and mark."""
    me, items = mind.me[0], len(world.ease)
    if me.item1 >= 0:
        at = find(world.pair_keys, (me.item1 * 2 + (me.y1 + 1) // 2) * items + asked.item)
        if at >= 0:
            f[34], f[35] = world.pair_values[at, 0], world.pair_values[at, 1]
    if me.item2 >= 0:
        at = find(world.second_keys, (me.item2 * 2 + (me.y2 + 1) // 2) * items + asked.item)
        if at >= 0:
            f[36], f[37] = world.second_values[at, 0], world.second_values[at, 1]


@compiled
def learn(world: World, mind: Mind, asked: Asked, mark: int) -> None:
    """Moves everything by one answer; `look` for the same answer came just before."""
    me, b = mind.me[0], world.ease[asked.item]
    surprise = mark - chance(b)
    me.ability += ABILITY_RATE / (1 + ABILITY_SLOWS * me.answered) * (mark - chance(b + me.ability))
    me.fast += FAST * (surprise - me.fast)
    me.slow += SLOW * (surprise - me.slow)
    practise(world, mind, asked, mark, surprise)
    sharpen(mind, b, mark)
    retrace(world, mind, asked.skill_set, mark)
    old = mind.item[asked.item]
    if old.answered < MOST_ITEM:
        old.answered += 1
        old.right += mark
    old.last = 2 * mark - 1
    old.time = asked.time
    me.y3, me.y2, me.y1 = me.y2, me.y1, 2 * mark - 1
    me.item2, me.item1, me.set2, me.set1 = me.item1, asked.item, me.set1, asked.skill_set
    me.answered += 1
    me.right += mark
    me.time = asked.time
    if mark == 1:
        me.run = min(me.run + 1, LONGEST_RUN) if me.run > 0 else 1
    else:
        me.run = max(me.run - 1, -LONGEST_RUN) if me.run < 0 else -1


@compiled
def practise(world: World, mind: Mind, asked: Asked, mark: int, surprise: float) -> None:
    """The skills asked: level by an Elo step that slows as answers come (Pelánek 2016), averages, counts."""
    me, b = mind.me[0], world.ease[asked.item]
    for e in range(world.first[asked.skill_set], world.first[asked.skill_set + 1]):
        state = mind.skill[world.skills[e]]
        rate = LEVEL_RATE / (1 + LEVEL_SLOWS * state.answered)
        state.level += rate * (mark - chance(b + state.level + 0.5 * me.ability))
        state.fast += SKILL_FAST * (surprise - state.fast)
        state.mid += SKILL_MID * (surprise - state.mid)
        state.slow += SKILL_SLOW * (surprise - state.slow)
        if state.answered < MOST_SKILL:
            state.answered += 1
            state.right += mark
        state.last = 2 * mark - 1
        state.place = me.answered
        state.time = asked.time


@compiled
def retrace(world: World, mind: Mind, c: int, mark: int) -> None:
    """Knowledge tracing with forgetting: what the mark says, then what may be learnt or lost until the next."""
    if world.tracing[c, START] < 0:
        return
    p, slip = right_if(world, mind, c), world.tracing[c, SLIP]
    there = mind.known[c] if mind.known[c] >= 0 else world.tracing[c, START]
    there = there * (1 - slip) / p if mark == 1 else there * slip / (1 - p)
    mind.known[c] = there * (1 - world.tracing[c, FORGET]) + (1 - there) * world.tracing[c, LEARN]


@compiled
def sharpen(mind: Mind, b: float, y: float) -> None:
    """The factors after a mark: one step of assumed-density filtering (Opper 1998); skills that go together move together.
    `turned` still holds what `look` worked out; the drift since is added to it."""
    variance, related = 0.0, mind.me[0].related
    for x in range(len(mind.mean)):
        mind.spread[x, x] += DRIFT
        mind.turned[x] += DRIFT * mind.load[x]
        variance += mind.turned[x] * mind.load[x]
    p = chance((b + related) / np.sqrt(1 + LOGIT_NORMAL * variance))
    curve = max(p * (1 - p), 1e-3)
    whole = variance + 1 / curve
    for x in range(len(mind.mean)):
        mind.mean[x] += mind.turned[x] * (y - p) / curve / whole
        for z in range(len(mind.mean)):
            mind.spread[x, z] -= mind.turned[x] * mind.turned[z] / whole


class Answers(NamedTuple):
    """Columns of answers, students one after another; `begins`: where each student begins, and the end."""

    begins: Ints
    item: Ints
    skill_set: Ints
    correct: Ints
    time: Ints


@compiled
def walk(world: World, mind: Mind, given: Answers, signs: NDArray[np.float32], expected: Floats) -> None:
    """Students one after another; fills `signs` [answer, sign] and `expected` [answer]; leaves `mind` blank."""
    for person in range(len(given.begins) - 1):
        forget(mind)
        for row in range(given.begins[person], given.begins[person + 1]):
            asked = Asked(given.item[row], given.skill_set[row], given.time[row])
            expected[row] = look(world, mind, asked, signs[row])
            learn(world, mind, asked, given.correct[row])
        for row in range(given.begins[person], given.begins[person + 1]):
            clear(world, mind, given.item[row], given.skill_set[row])


@compiled
def clear(world: World, mind: Mind, item: int, skill_set: int) -> None:
    """Takes back what one answer touched."""
    old = mind.item[item]
    old.answered = old.right = 0
    old.last = 0
    old.time = -1
    mind.known[skill_set] = NEVER
    for e in range(world.first[skill_set], world.first[skill_set + 1]):
        state = mind.skill[world.skills[e]]
        state.level = state.fast = state.mid = state.slow = 0.0
        state.answered = state.right = 0
        state.last = 0
