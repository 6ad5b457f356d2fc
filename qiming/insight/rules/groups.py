"""Suggested groups: everybody in exactly one. What a misconception asks for comes before a weak concept, because
it says more precisely what to do; whoever we know too little about is not guessed at."""

from collections.abc import Mapping, Sequence, Set

from qiming.insight.types import Bands, GroupKind, Members, PupilKey

MOST_BY_MISCONCEPTION = 2
MOST_BY_CONCEPT = 2
LEAST = 3
LEAST_SHARE = 4  # in a small class a quarter is enough
ASSESSED_SHARE = 4  # a concept is assessed when a quarter of the class can be judged on it


def threshold(pupils: int) -> int:
    """How many pupils make a group or a finding: three, fewer in a small class."""
    return max(1, min(LEAST, -(-pupils // LEAST_SHARE)))


def suggest(
    pupils: Sequence[PupilKey],
    holders: Mapping[str, Set[PupilKey]],
    bands: Bands,
    concepts: Sequence[str],
) -> list[Members]:
    """`pupils` by seat, `holders` the commonest misconception first, `concepts` in teaching order."""
    least = threshold(len(pupils))
    left = dict.fromkeys(pupils)
    groups: list[Members] = []
    for kind, sets, most in (
        (GroupKind.MISCONCEPTION, holders, MOST_BY_MISCONCEPTION),
        (GroupKind.CONCEPT, _weak(pupils, bands, concepts), MOST_BY_CONCEPT),
    ):
        for _ in range(most):
            best = _largest(left, sets)
            if best is None or len(best[1]) < least:
                break
            groups.append(Members(kind, *best))
            for pupil in best[1]:
                del left[pupil]
    return groups + _the_rest(list(left), bands, concepts, assessed(pupils, bands, concepts), holders)


def assessed(pupils: Sequence[PupilKey], bands: Bands, concepts: Sequence[str]) -> list[str]:
    """The concepts on which enough pupils can be judged at all."""
    least = max(1, len(pupils) / ASSESSED_SHARE)
    return [key for key in concepts if sum(1 for p in pupils if _is_judged(bands, p, key)) >= least]


def is_known(pupil: PupilKey, bands: Bands, judged: Sequence[str]) -> bool:
    """Whether a pupil can be judged on at least half of what the class can be judged on."""
    return bool(judged) and 2 * sum(1 for key in judged if _is_judged(bands, pupil, key)) >= len(judged)


def _is_judged(bands: Bands, pupil: PupilKey, concept: str) -> bool:
    return bands.get((pupil, concept), "unsure") != "unsure"


def _weak(pupils: Sequence[PupilKey], bands: Bands, concepts: Sequence[str]) -> dict[str, set[PupilKey]]:
    return {key: {p for p in pupils if bands.get((p, key)) == "practise"} for key in concepts}


def _largest(
    left: Mapping[PupilKey, None], sets: Mapping[str, Set[PupilKey]]
) -> tuple[str, tuple[PupilKey, ...]] | None:
    found = [(key, tuple(p for p in left if p in members)) for key, members in sets.items()]
    return max(found, key=lambda pair: len(pair[1]), default=None)


def _the_rest(
    left: Sequence[PupilKey],
    bands: Bands,
    concepts: Sequence[str],
    judged: Sequence[str],
    holders: Mapping[str, Set[PupilKey]],
) -> list[Members]:
    unknown, own, ahead = [], [], []
    for pupil in left:
        needs = any(bands.get((pupil, key)) == "practise" for key in concepts)
        needs = needs or any(pupil in members for members in holders.values())
        if needs:
            own.append(pupil)
        elif is_known(pupil, bands, judged):
            ahead.append(pupil)
        else:
            unknown.append(pupil)
    named = ((GroupKind.OWN, own), (GroupKind.AHEAD, ahead), (GroupKind.UNKNOWN, unknown))
    return [Members(kind, kind.value, tuple(members)) for kind, members in named if members]
