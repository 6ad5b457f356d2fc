"""How near two texts are, by pairs of characters: enough to find a passage among a few, without a dictionary."""

from collections.abc import Iterable, Sequence

from qiming.agents.talk.types import Passage
from qiming.assurance.graders.text import sentences, squeezed

ENOUGH = 0.34  # share of what was asked that a passage must speak of
SAID = 0.3  # share of an idea that somebody's own words must hold


def pairs(text: str) -> set[str]:
    """Neighbouring characters of `text`, symbols left out."""
    tight = squeezed(text).text
    return {tight[at : at + 2] for at in range(len(tight) - 1)}


def share(wanted: set[str], found: set[str]) -> float:
    return len(wanted & found) / len(wanted) if wanted else 0.0


def best(asked: str, passages: Iterable[Passage]) -> Passage | None:
    """The passage that speaks most of what was asked; None when none speaks enough of it. Earlier ones win a tie."""
    return next(iter(ranked(asked, passages)), None)


def ranked(asked: str, passages: Iterable[Passage], least: float = ENOUGH) -> list[Passage]:
    """The passages that speak of at least `least` of what was asked, the nearest first."""
    wanted = pairs(asked)
    shares = [(share(wanted, pairs(one.text + one.title)), one) for one in passages]
    near = sorted((pair for pair in shares if pair[0] >= least), key=lambda pair: -pair[0])
    return [one for _, one in near]


def quote(asked: str, text: str, most: int) -> str:
    """Whole sentences of `text` around the one nearest to what was asked, up to `most` characters."""
    parts = [one.strip() for one in sentences(text.strip()) if one.strip()]
    if not parts:
        return ""
    wanted = pairs(asked)
    at = max(range(len(parts)), key=lambda index: (share(wanted, pairs(parts[index])), -index))
    taken = [parts[at]]
    for following in parts[at + 1 :]:
        if sum(map(len, taken)) + len(following) > most:
            break
        taken.append(following)
    told = "".join(taken)
    return told if len(told) <= most else told[: most - 1] + "…"


def ideas(text: str) -> list[str]:
    """The sentences of a passage that say something: four characters and more, no questions."""
    return [
        one.strip()
        for one in sentences(text)
        if len(squeezed(one).text) >= 4 and not one.strip().endswith(("?", "？"))
    ]


def covered(own: str, wanted: Sequence[str]) -> list[str]:
    """Of these ideas those that somebody's own words hold."""
    said = pairs(own)
    return [one for one in wanted if share(pairs(one), said) >= SAID]
