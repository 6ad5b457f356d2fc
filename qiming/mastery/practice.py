"""What to practise next, and why, in words the pupil reads: the frontier's choice among items that had their rest.

`frontier` says which concepts may come and why; here an item just answered waits, and the chance of each is read from the
pupil's state, so that about three of four are right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qiming.mastery import review
from qiming.mastery.bands import KNOWN_AT, NEARLY_AT, Band
from qiming.mastery.frontier import KNOWN_AT as KNOWN_THERE
from qiming.mastery.frontier import READY_AT, Needs, Offer, Standing, choose_next
from qiming.mastery.reading import Fit, Reading, likely, read, start
from qiming.mastery.tracing import Asked, Learner, Skill

RIGHT_RESTS_DAYS = 7
WRONG_RESTS_DAYS = 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that could be given, and when the pupil last answered it."""

    item: str
    concept: str
    asked: Asked
    last_day: date | None = None
    last_correct: bool | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    item: str
    concept: str
    reason: str


@dataclass(frozen=True, slots=True)
class Pupil:
    """One pupil as the choice sees it: concepts without an entry were never asked."""

    learner: Learner
    skills: Mapping[str, Skill]


def choose_practice(
    fit: Fit,
    pupil: Pupil,
    needs: Needs,
    candidates: Sequence[Candidate],
    *,
    today: date,
    seed: str,
    titles: Mapping[str, str] | None = None,
    count: int = 5,
) -> list[Choice]:
    """At most `count` items, each with its reason. The same input gives the same choice."""
    standing, begun = standing_of(fit, pupil, needs, {one.concept for one in candidates}, today)
    offers = [
        Offer(one.item, one.concept, likely(fit, begun[one.concept], one.asked, pupil.learner))
        for one in candidates
        if _rested(one, today)
    ]
    chosen = choose_next(standing, needs, offers, seed=seed, titles=titles, count=count)
    return [Choice(one.item, one.concept, one.words) for one in chosen]


def standing_of(
    fit: Fit, pupil: Pupil, needs: Needs, concepts: set[str], today: date
) -> tuple[Standing, dict[str, Skill]]:
    """What the frontier asks of a pupil, and a state of every concept: where nothing was asked, the start that
    prerequisites let expect. A concept that never was asked stands open, not blocked, when these are ready."""
    wanted = concepts | {one for key in concepts for one in needs.get(key, ())}
    known, answered, due = {}, {}, {}
    begun: dict[str, Skill] = {}
    before = {key: one.known for key, one in pupil.skills.items() if one.n}
    for key in sorted(wanted):
        skill = pupil.skills.get(key)
        begun[key] = (
            skill if skill and (skill.n or skill.judged) else start(fit, key, pupil.learner, before, needs)
        )
        said = read(fit, key, begun[key])
        if skill and (skill.n or skill.judged):
            known[key] = scaled(said)
        answered[key] = skill.n if skill else 0
        memory = skill.memory if skill else None
        if memory and review.is_due(memory, today) and said.band in (Band.KNOWN, Band.NEARLY):
            due[key] = review.recall(memory, today)
    return Standing(known, answered, due), begun


def scaled(said: Reading) -> float:
    """The chance of a right answer on the frontier's scale, on which 快了 begins at 0.70 and 已经掌握 at 0.95."""
    p = said.chance
    if p >= KNOWN_AT:
        there = KNOWN_THERE + (1 - KNOWN_THERE) * (p - KNOWN_AT) / (1 - KNOWN_AT)
        return there if said.band is Band.KNOWN else min(there, KNOWN_THERE - 0.01)
    if p >= NEARLY_AT:
        return READY_AT + (KNOWN_THERE - READY_AT) * (p - NEARLY_AT) / (KNOWN_AT - NEARLY_AT)
    return READY_AT * p / NEARLY_AT


def _rested(item: Candidate, today: date) -> bool:
    if item.last_day is None:
        return True
    wait = RIGHT_RESTS_DAYS if item.last_correct else WRONG_RESTS_DAYS
    return (today - item.last_day).days >= wait
