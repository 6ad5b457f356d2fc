"""From what is kept of a pupil and a concept to an estimate that says why: the additive readout in plain Python.

The chance of a right answer to a usual item of the concept is a logistic of a sum of curves, one for each sign (the readout of
`tracer/readout.py`, for the signs a house keeps). Each curve only rises, or only falls, in the direction the sign speaks, so
that no right answer lowers what is shown. What each group of signs adds beyond its mean is the explanation. A teacher's
judgement is mixed in and fades with every answer that counts.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import log1p, sqrt

from qiming.mastery.bands import KNOWN_AT, NEARLY_AT, Band, band, sureness
from qiming.mastery.frontier import Needs, start_of
from qiming.mastery.tracing import Asked, Learner, Skill, Tracing, chance, log_odds, right_if

FADES = 8
"""A teacher's judgement counts for nothing any more after this many answers."""
PRIOR_SD, A_COUNT_TELLS = 1.0, 0.2
LEAST_KNOWN = 0.02
EXPLAINED = ("ability", "skill", "known", "skill_right", "skill_wrong", "skill_last")
SIGNS = ("item_ease", *EXPLAINED)
"""Names as in `tracer/signs.py`."""


class Group(StrEnum):
    """What an estimate is made of, in the words of a report."""

    ABILITY = "平时各个知识点的表现"
    SKILL = "这个知识点答对和没答对的题"
    LAST = "最近一次作答"
    TEACHER = "老师的判断"


GROUP_OF = {"ability": Group.ABILITY, "skill_last": Group.LAST}


@dataclass(frozen=True, slots=True)
class Curve:
    """Piecewise linear between `knots`, level outside; `usual`: what it adds on average."""

    knots: tuple[float, ...]
    heights: tuple[float, ...]
    usual: float = 0.0

    def at(self, x: float) -> float:
        knots, heights = self.knots, self.heights
        if not knots:
            return 0.0
        if x <= knots[0]:
            return heights[0]
        if x >= knots[-1]:
            return heights[-1]
        k = bisect_right(knots, x) - 1
        share = (x - knots[k]) / (knots[k + 1] - knots[k])
        return heights[k] * (1 - share) + heights[k + 1] * share


@dataclass(frozen=True, slots=True)
class Fit:
    """Parameters: fitted once on `answers` of `pupils`, good for whoever comes. Concepts and items without an entry take the
    default `tracing`, `ease` and what their kind and difficulty let expect."""

    level: float
    curves: Mapping[str, Curve]
    tracing: Tracing
    ease: float
    answers: int = 0
    pupils: int = 0
    of_concept: Mapping[str, Tracing] = field(default_factory=dict)
    ease_of_concept: Mapping[str, float] = field(default_factory=dict)
    ease_of_item: Mapping[str, float] = field(default_factory=dict)

    def asked(self, concept: str, item: str = "", usual: float | None = None) -> Asked:
        """What is assumed of an item; `usual` is what its kind and difficulty let expect."""
        ease = self.ease_of_item.get(item)
        if ease is None:
            ease = self.ease_of_concept.get(concept, self.ease) if usual is None else usual
        return Asked(ease, self.of_concept.get(concept, self.tracing))


@dataclass(frozen=True, slots=True)
class Term:
    """What one group of signs adds to the log-odds beyond what it adds on average."""

    group: Group
    adds: float


@dataclass(frozen=True, slots=True)
class Reading:
    """`chance` of a right answer to a usual item; `sure`: how likely the band is the right one; the terms of `log_odds`."""

    chance: float
    band: Band
    sure: float
    terms: tuple[Term, ...]


def read(fit: Fit, concept: str, skill: Skill) -> Reading:
    """The estimate as it stood after the last answer, and why. A pure function of what is kept and the parameters."""
    asked = fit.asked(concept)
    signs = _signs(skill, asked)
    total = fit.level + _at(fit, "item_ease", asked.ease)
    adds: dict[Group, float] = {}
    for name in EXPLAINED:
        curve = fit.curves.get(name)
        if curve is None:
            continue
        added = curve.at(signs[name])
        total += added
        group = GROUP_OF.get(name, Group.SKILL)
        adds[group] = adds.get(group, 0.0) + added - curve.usual
    share = teachers_share(skill)
    told = (1 - share) * total + share * _TARGET.get(skill.judged, 0.0)
    terms = [Term(group, added * (1 - share)) for group, added in adds.items()]
    if share:
        terms.append(Term(Group.TEACHER, told - (1 - share) * total))
    counted = skill.right + skill.wrong + FADES * share
    verdict = (
        Band(_JUDGED[skill.judged]) if share == 1.0 else band(chance(told), skill.n + round(FADES * share))
    )
    spread = sqrt(1 / (1 / PRIOR_SD**2 + A_COUNT_TELLS * counted))
    return Reading(chance(told), verdict, sureness(verdict, told, spread), tuple(terms))


def likely(fit: Fit, skill: Skill, asked: Asked, learner: Learner) -> float:
    """The chance of a right answer to one item now, for choosing what to practise."""
    signs = _signs(skill, asked) | {"ability": learner.ability}
    return chance(fit.level + sum(_at(fit, name, signs[name]) for name in SIGNS))


def start(fit: Fit, concept: str, learner: Learner, known: Mapping[str, float], needs: Needs) -> Skill:
    """A concept nobody asked this pupil about: what its prerequisites and the pupil's ability let expect."""
    usual = fit.asked(concept).tracing.start
    there = start_of(concept, known, needs, usual=usual, ability=learner.ability)
    return Skill(known=there, ability=learner.ability)


def teachers_share(skill: Skill) -> float:
    """How much of the estimate is the teacher's word: all of it at first, less by an eighth with every answer since."""
    return max(0.0, 1 - (skill.n - skill.judged_at) / FADES) if skill.judged else 0.0


def _at(fit: Fit, name: str, x: float) -> float:
    curve = fit.curves.get(name)
    return curve.at(x) if curve else 0.0


def _signs(skill: Skill, asked: Asked) -> dict[str, float]:
    return {
        "item_ease": asked.ease,
        "ability": skill.ability,
        "skill": skill.level,
        "known": log_odds(right_if(skill.known, asked.tracing)),
        "skill_right": log1p(skill.right),
        "skill_wrong": log1p(skill.wrong),
        "skill_last": float(skill.last),
    }


JUDGEMENTS = {Band.PRACTISE: 1, Band.NEARLY: 2, Band.KNOWN: 3}
_JUDGED = {number: word.value for word, number in JUDGEMENTS.items()}
_TARGET = {
    1: log_odds(NEARLY_AT) - 0.7,
    2: (log_odds(NEARLY_AT) + log_odds(KNOWN_AT)) / 2,
    3: log_odds(KNOWN_AT) + 0.7,
}
