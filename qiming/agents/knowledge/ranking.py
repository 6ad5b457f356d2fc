"""Which passage comes first. Pure: what the database counted in, an order out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import log

# How much the pairs of characters count beside the words; measured (decision 0040).
PAIRS = 1.5
# From this coverage on our courses are said to answer a question; measured on questions that they do not answer.
KNOWN = 0.34
SINGLE = 0.4
LEAST_TOTAL = 50


def rarity(found_in: int, total: int) -> float:
    """How much a word says when `found_in` of `total` pieces hold it: about 0 for a word that stands everywhere."""
    return log(1 + (total - found_in + 0.5) / (found_in + 0.5))


def weight(word: str, found_in: int, total: int) -> float:
    """What a word of a question counts. A single character says little: jieba leaves them over. A handful of pieces cannot
    tell which words are rare, so that at least LEAST_TOTAL are assumed."""
    said = rarity(found_in, max(total, LEAST_TOTAL))
    return said * SINGLE if len(word) == 1 else said


def coverage(matched: Collection[str], weights: Mapping[str, float]) -> float:
    """Which share of the question a piece holds, 0 to 1; rare words count more."""
    whole = sum(weights.values())
    return sum(weights[word] for word in matched if word in weights) / whole if whole else 0.0


def pair_weights(asked: Collection[str], texts: Sequence[Collection[str]]) -> dict[str, float]:
    """The rarity of the question's pairs among the pieces that were found."""
    return {pair: rarity(sum(pair in text for text in texts), len(texts)) for pair in asked}


def score(said: float, whole: float, shared: float) -> float:
    """The place in the order. `said`: rarity times how much it is said, as PostgreSQL counted it; `whole`: the rarity of
    the whole question; `shared`: which share of its pairs the piece holds."""
    return said + whole * PAIRS * shared
