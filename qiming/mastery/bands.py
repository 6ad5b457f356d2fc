"""From a probability to the words people are shown, and how sure those words are.

The probability is that of a right answer to a usual item of the concept: 已经掌握 is about five right of six, 快了 two of
three. A word needs evidence: fewer than two answers is 证据不够 whatever the estimate, and 已经掌握 needs three.
"""

from enum import StrEnum
from math import erf, log, sqrt

KNOWN_AT = 0.82
NEARLY_AT = 0.66
LEAST_TO_SAY = 2
LEAST_TO_KNOW = 3
SURE, FAIRLY = 0.8, 0.6


class Band(StrEnum):
    KNOWN = "known"
    NEARLY = "nearly"
    PRACTISE = "practise"
    UNSURE = "unsure"

    @property
    def words(self) -> str:
        return WORDS[self]


WORDS = {Band.KNOWN: "已经掌握", Band.NEARLY: "快了", Band.PRACTISE: "还要练", Band.UNSURE: "证据不够"}


def band(p: float, n: int) -> Band:
    """`p`: chance of a right answer to a usual item; `n`: answers that counted."""
    if n < LEAST_TO_SAY:
        return Band.UNSURE
    if p >= KNOWN_AT and n >= LEAST_TO_KNOW:
        return Band.KNOWN
    return Band.NEARLY if p >= NEARLY_AT else Band.PRACTISE


def sureness(verdict: Band, at: float, spread: float) -> float:
    """How likely the band is right when the log-odds are normal around `at`; 0 where no band is told."""
    if verdict is Band.UNSURE:
        return 0.0
    nearly, known = (_below(_odds(limit), at, spread) for limit in (NEARLY_AT, KNOWN_AT))
    return {Band.PRACTISE: nearly, Band.NEARLY: known - nearly, Band.KNOWN: 1 - known}[verdict]


def sure_words(sure: float) -> str:
    """Without a number: how far the band can be relied on."""
    if sure >= SURE:
        return "把握大"
    return "有一些把握" if sure >= FAIRLY else "把握还小"


def _below(limit: float, at: float, spread: float) -> float:
    return 0.5 * (1 + erf((limit - at) / (spread * sqrt(2))))


def _odds(p: float) -> float:
    return log(p / (1 - p))
