"""What to practise next, and why, in words the pupil reads.

Concepts first: the weakest one that still needs work, but never before a prerequisite that itself needs
work and can be practised; then those that are nearly there, then those we know too little about, last a
look back at known ones after a week. Then items: not the one just answered, easier ones where work remains,
another kind each time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qiming.mastery.bands import Band

PER_CONCEPT = 2
RIGHT_RESTS_DAYS = 7
WRONG_RESTS_DAYS = 1
LOOK_BACK_DAYS = 7
ORDER = {Band.PRACTISE: 0, Band.NEARLY: 1, Band.UNSURE: 2, Band.KNOWN: 3}
FITS = {Band.PRACTISE: (1, 2, 3), Band.UNSURE: (2, 1, 3), Band.NEARLY: (2, 3, 1), Band.KNOWN: (3, 2, 1)}


@dataclass(frozen=True, slots=True)
class State:
    """What is shown of a pupil and a concept: `p`, its band, the last day answered."""

    p: float
    band: Band = Band.UNSURE
    last_day: date | None = None


def band(state: State | None) -> Band:
    return Band.UNSURE if state is None else state.band


@dataclass(frozen=True, slots=True)
class Candidate:
    item: str
    concept: str
    kind: str = "single"
    difficulty: int = 2
    last_day: date | None = None
    last_correct: bool | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    item: str
    concept: str
    reason: str


def choose_practice(
    states: Mapping[str, State],
    prerequisites: Mapping[str, Sequence[str]],
    candidates: Sequence[Candidate],
    *,
    today: date,
    titles: Mapping[str, str] | None = None,
    count: int = 5,
) -> list[Choice]:
    """At most `count` items, each with its reason. The same input gives the same choice."""
    titles = titles or {}
    pool: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        pool.setdefault(candidate.concept, []).append(candidate)
    chosen: list[Choice] = []
    kinds: list[str] = []
    for concept in _concepts_in_order(states, prerequisites, pool, today):
        reason = _reason(concept, states, prerequisites, pool, titles)
        for _ in range(PER_CONCEPT):
            if len(chosen) >= count:
                return chosen
            item = _next_item(pool[concept], band(states.get(concept)), kinds, today)
            if item is None:
                break
            pool[concept].remove(item)
            kinds.append(item.kind)
            chosen.append(Choice(item.item, concept, reason))
    return chosen


def _concepts_in_order(
    states: Mapping[str, State],
    prerequisites: Mapping[str, Sequence[str]],
    pool: Mapping[str, Sequence[Candidate]],
    today: date,
) -> list[str]:
    ranked = sorted(
        (c for c in pool if _due(states.get(c), today)),
        key=lambda c: (ORDER[band(states.get(c))], states[c].p if c in states else 0.5, c),
    )
    weak_before = _weak_before(states, prerequisites, pool)
    ordered: list[str] = []
    for concept in ranked:
        _visit(concept, weak_before, ordered, set())
    return ordered


def _visit(
    concept: str, weak_before: Mapping[str, Sequence[str]], ordered: list[str], on_way: set[str]
) -> None:
    """Puts weak prerequisites before the concept that needs them; a cycle in the data can't trap it."""
    if concept in ordered or concept in on_way:
        return
    on_way.add(concept)
    for needed in weak_before[concept]:
        _visit(needed, weak_before, ordered, on_way)
    ordered.append(concept)


def _weak_before(
    states: Mapping[str, State],
    prerequisites: Mapping[str, Sequence[str]],
    pool: Mapping[str, Sequence[Candidate]],
) -> dict[str, list[str]]:
    """Per concept, those it builds on that need work and have items to work with."""
    weak = {concept for concept in pool if band(states.get(concept)) is Band.PRACTISE}
    return {concept: [n for n in prerequisites.get(concept, ()) if n in weak] for concept in pool}


def _due(state: State | None, today: date) -> bool:
    """Known concepts come back once a week; everything else is always due."""
    if state is None or band(state) is not Band.KNOWN or state.last_day is None:
        return True
    return (today - state.last_day).days >= LOOK_BACK_DAYS


def _next_item(
    items: Sequence[Candidate], verdict: Band, kinds: Sequence[str], today: date
) -> Candidate | None:
    rested = [item for item in items if _rested(item, today)]
    if not rested:
        return None
    fits = FITS[verdict]

    def rank(item: Candidate) -> tuple[bool, bool, int, int, str]:
        return (
            item.last_day is not None,
            bool(kinds) and item.kind == kinds[-1],
            fits.index(item.difficulty) if item.difficulty in fits else len(fits),
            list(kinds).count(item.kind),
            item.item,
        )

    return min(rested, key=rank)


def _rested(item: Candidate, today: date) -> bool:
    if item.last_day is None:
        return True
    wait = RIGHT_RESTS_DAYS if item.last_correct else WRONG_RESTS_DAYS
    return (today - item.last_day).days >= wait


def _reason(
    concept: str,
    states: Mapping[str, State],
    prerequisites: Mapping[str, Sequence[str]],
    pool: Mapping[str, Sequence[Candidate]],
    titles: Mapping[str, str],
) -> str:
    name = f"“{titles.get(concept, concept)}”"
    verdict = band(states.get(concept))
    if verdict is Band.PRACTISE:
        later = [
            c for c in pool if concept in prerequisites.get(c, ()) and band(states.get(c)) is not Band.KNOWN
        ]
        if later:
            return f"{name}还要练，而且“{titles.get(later[0], later[0])}”要用到它，先把它练稳。"
        return f"{name}还要练，这道题从它开始。"
    if verdict is Band.NEARLY:
        return f"{name}快了，再独立答对一两次就稳了。"
    if verdict is Band.UNSURE:
        return f"{name}你做得还少，做一两道看看会不会。"
    return f"{name}已经掌握，隔了一阵，回头看一眼还在不在。"
