"""From a probability to the words people are shown.

Thresholds: 0.95 is the usual mastery line of knowledge tracing, 0.70 about one right answer in the open
above the start. A word needs evidence: fewer than two answers is 证据不够 whatever
the estimate, and 已经掌握 needs three.
"""

from enum import StrEnum

from qiming.mastery.tracing import State

KNOWN_AT = 0.95
NEARLY_AT = 0.70
LEAST_TO_SAY = 2
LEAST_TO_KNOW = 3


class Band(StrEnum):
    KNOWN = "known"
    NEARLY = "nearly"
    PRACTISE = "practise"
    UNSURE = "unsure"

    @property
    def words(self) -> str:
        return WORDS[self]


WORDS = {Band.KNOWN: "已经掌握", Band.NEARLY: "快了", Band.PRACTISE: "还要练", Band.UNSURE: "证据不够"}


def band(state: State | None) -> Band:
    if state is None or state.n < LEAST_TO_SAY:
        return Band.UNSURE
    if state.p >= KNOWN_AT and state.n >= LEAST_TO_KNOW:
        return Band.KNOWN
    return Band.NEARLY if state.p >= NEARLY_AT else Band.PRACTISE
