"""What to do next, by the frontier of the concept graph: what can be learnt now because all it builds on is there.

Concepts whose prerequisites are not ready are never offered. Among the rest come reviews that are due, then the frontier with
items near a success of three in four, now and then something little is known about (seeded, so a choice can be repeated). Each
choice has a reason in words, without a number. Pure: no clock, no database. Sources: knowledge spaces (Doignon & Falmagne
1985), difficulty (Wilson et al. 2019: learning is fastest near 85 % right; 75 % leaves room for the unsure estimate).
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

READY_AT, KNOWN_AT = 0.70, 0.95
AIM = 0.75
EXPLORED = 0.1
LITTLE_KNOWN = 2
REVIEWS_AT_MOST = 0.5
LEFT_WITHOUT, GAINED_WITH = 0.1, 0.5
ABILITY_SHARE = 0.5
LOWEST, HIGHEST = 0.02, 0.98
Needs = Mapping[str, Sequence[str]]


class Why(StrEnum):
    REVIEW = "review"
    REPAIR = "repair"
    LEARN = "learn"
    EXPLORE = "explore"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Offer:
    """An item that may be given now; `chance`: how likely this pupil is to get it right."""

    item: str
    concept: str
    chance: float


@dataclass(frozen=True, slots=True)
class Standing:
    """A pupil: `known`, the chance that a concept is known (without an entry nothing was answered); `answered`, how many
    answers counted; `due`, the chance of recall of concepts whose review is due."""

    known: Mapping[str, float]
    answered: Mapping[str, int] = field(default_factory=dict)
    due: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Next:
    item: str
    concept: str
    why: Why
    words: str


def start_of(
    concept: str, known: Mapping[str, float], needs: Needs, *, usual: float, ability: float = 0.0
) -> float:
    """The chance that a concept nobody asked this pupil about is known already.

    Without prerequisites it is `usual`, moved by half of `ability` (log-odds beyond others'; 0 for a new pupil). Otherwise the
    weakest prerequisite that was asked about counts: the same when that one stands as usual, a tenth of it when that one is
    surely missing, half way from it to certainty when all are surely there. Never falls when a prerequisite rises.
    """
    own = _logistic(_log_odds(usual) + ABILITY_SHARE * ability)
    parents = [known[one] for one in needs.get(concept, ()) if one in known and one != concept]
    if not parents:
        return own
    weakest, middle = _inside(min(parents)), _inside(usual)
    if weakest <= middle:
        return own * (LEFT_WITHOUT + (1 - LEFT_WITHOUT) * weakest / middle)
    return own + GAINED_WITH * (1 - own) * (weakest - middle) / (1 - middle)


def blocking(concept: str, standing: Standing, needs: Needs) -> list[str]:
    """The prerequisites that are not ready, weakest first; none for a concept that is itself there.

    Those that (by mistake) need the concept itself do not count, so something is always open.
    """
    if standing.known.get(concept, 0.0) >= READY_AT:
        return []
    missing = [
        one
        for one in dict.fromkeys(needs.get(concept, ()))
        if one != concept
        and standing.known.get(one, 0.0) < READY_AT
        and concept not in _all_before(one, needs)
    ]
    return sorted(missing, key=lambda one: (standing.known.get(one, 0.0), one))


def frontier(standing: Standing, needs: Needs, concepts: Sequence[str]) -> list[str]:
    """Of `concepts`, those not yet known whose prerequisites are all ready; nearest to being known first."""
    open_now = [
        one
        for one in dict.fromkeys(concepts)
        if standing.known.get(one, 0.0) < KNOWN_AT and not blocking(one, standing, needs)
    ]
    return sorted(open_now, key=lambda one: (-standing.known.get(one, 0.0), one))


def choose_next(
    standing: Standing,
    needs: Needs,
    offers: Sequence[Offer],
    *,
    seed: str,
    titles: Mapping[str, str] | None = None,
    count: int = 5,
    explored: float = EXPLORED,
) -> list[Next]:
    """At most `count` different items, best first, none of a concept that is blocked by one with items to practise.

    Reviews take at most half of the places (rounded up) while there is anything else. The same input gives the same choice.
    """
    draw = random.Random(seed)  # noqa: S311 (a choice to be repeated, not a secret)
    pool = _Pool(standing, needs, offers)
    chosen: list[Next] = []
    reviews = 0
    while len(chosen) < count and pool.left:
        wanted = pool.left
        if reviews >= math.ceil(count * REVIEWS_AT_MOST):
            wanted = [one for one in pool.left if pool.why[one.concept] is not Why.REVIEW] or pool.left
        little = [one for one in wanted if standing.answered.get(one.concept, 0) < LITTLE_KNOWN]
        if little and draw.random() < explored:
            best, why = draw.choice(little), Why.EXPLORE
        else:
            best = min(wanted, key=pool.rank)
            why = pool.why[best.concept]
        reviews += pool.why[best.concept] is Why.REVIEW
        pool.take(best)
        chosen.append(Next(best.item, best.concept, why, _words(best.concept, why, pool, titles or {})))
    return chosen


class _Pool:
    """Offers that may be given, and why each concept comes; items taken make their concept wait behind others."""

    def __init__(self, standing: Standing, needs: Needs, offers: Sequence[Offer]) -> None:
        self.standing = standing
        concepts = {one.concept for one in offers}
        self.later = {
            before: [c for c in needs if before in needs[c] and standing.known.get(c, 0.0) < KNOWN_AT]
            for before in concepts
        }
        shut = {c for c in concepts if concepts & set(blocking(c, standing, needs))}
        self.left = list({one.item: one for one in offers if one.concept not in shut}.values())
        self.why = {c: self._why(c, shut) for c in concepts - shut}
        self.times = dict.fromkeys(concepts, 0)

    def _why(self, concept: str, shut: set[str]) -> Why:
        if concept in self.standing.due:
            return Why.REVIEW
        known = self.standing.known.get(concept)
        if known is None:
            return Why.LEARN
        if known >= KNOWN_AT:
            return Why.KEEP
        if known < READY_AT and any(one in shut for one in self.later[concept]):
            return Why.REPAIR
        return Why.LEARN

    def rank(self, one: Offer) -> tuple[int, int, float, float, str]:
        order = {Why.REVIEW: 0, Why.REPAIR: 1, Why.LEARN: 1, Why.EXPLORE: 1, Why.KEEP: 2}
        why = self.why[one.concept]
        recalled = self.standing.due.get(one.concept, 0.0) if why is Why.REVIEW else 0.0
        return (order[why], self.times[one.concept], recalled, abs(one.chance - AIM), one.item)

    def take(self, one: Offer) -> None:
        self.times[one.concept] += 1
        self.left = [other for other in self.left if other.item != one.item]


def _words(concept: str, why: Why, pool: _Pool, titles: Mapping[str, str]) -> str:
    name = f"“{titles.get(concept, concept)}”"
    if why is Why.REVIEW:
        return f"{name}有一阵没练了，趁还记得回头做一道。"
    if why is Why.REPAIR:
        later = min(pool.later[concept])
        return f"“{titles.get(later, later)}”要用到{name}，先把它练稳。"
    if why is Why.EXPLORE:
        return f"{name}你做得还少，做一道看看会不会。"
    if why is Why.KEEP:
        return f"{name}已经掌握，做一道保持手感。"
    if concept in pool.standing.known:
        return f"{name}正在学，这道题有点挑战，但够得着。"
    return f"{name}可以开始学了：它要用到的，你都有了底。"


def _all_before(concept: str, needs: Needs) -> set[str]:
    """Everything a concept builds on, near and far; a cycle in the data can't trap it."""
    found: set[str] = set()
    todo = list(needs.get(concept, ()))
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo.extend(needs.get(one, ()))
    return found


def _inside(p: float) -> float:
    return min(max(p, LOWEST), HIGHEST)


def _log_odds(p: float) -> float:
    return math.log(_inside(p) / (1 - _inside(p)))


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))
