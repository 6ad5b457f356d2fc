"""Whoever says it differently: a small classifier beside the word lists, for cries that use none of their words.

Its weights are read from `content/guard/hearing.txt`; `training` makes them from labelled texts, and both files say how.
Nothing is estimated about a person: a high mark means that an adult must look, a middle one that the child is asked.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate, pairwise, repeat
from math import sqrt
from operator import add, or_

from ahocorasick_rs import AhoCorasick, MatchKind

from qiming.assurance.graders.text import squeezed

LONGEST = 120  # characters read together: a cry stands in a sentence or two, not in a page
SHORTEST = 4
FLOOR = 20  # n-grams a shorter piece counts as having, so that two characters alone never say much
ORDERS = (1, 2, 3)
_SENTENCE = re.compile(r"[。！？!?；;\n]")

Piece = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """How much the loudest piece of a text sounds like a cry (the higher, the more), and that piece as it was written."""

    value: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Weights:
    """What training found. `grams`: n-gram → weight in `unit`, `ideas` likewise; `kinds`: n-gram → what it says of each of
    `names`, in hundredths."""

    grams: Mapping[str, int]
    ideas: Mapping[str, int]
    bias: float
    unit: float
    alarm: float  # from here on adults are told
    ask: float  # from here on the child is asked
    names: tuple[str, ...]
    kinds: Mapping[str, tuple[int, ...]]
    priors: tuple[int, ...]
    about: Mapping[str, str]


class Ideas:
    """Groups of words about one thing each; which of them stand in a piece of text."""

    def __init__(self, groups: Mapping[str, Sequence[str]]) -> None:
        self.names = tuple(groups)
        bits: dict[str, int] = {}
        for at, words in enumerate(groups.values()):
            for word in words:
                plain = squeezed(str(word)).text
                bits[plain] = bits.get(plain, 0) | 1 << at
        self._bits = tuple(bits.values())
        self._automaton = AhoCorasick(list(bits), matchkind=MatchKind.Standard)

    def begun(self, text: str) -> list[int]:
        """For each character of a squeezed text the groups of which a word begins there, a bit each."""
        found = [0] * len(text)
        for pattern, start, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            found[start] |= self._bits[pattern]
        return found

    def of(self, bits: int) -> list[str]:
        """The names of these groups."""
        return [name for at, name in enumerate(self.names) if bits >> at & 1]


class Hearing:
    """Marks a text; the same text always gets the same mark."""

    def __init__(self, weights: Weights, ideas: Ideas) -> None:
        self.weights, self.ideas = weights, ideas
        self._of_bit = tuple(weights.ideas.get(name, 0) for name in ideas.names)

    def mark(self, text: str) -> Mark:
        """The mark of the loudest piece: sentences, and runs of them up to `LONGEST` characters."""
        seen = squeezed(text)
        known, unit = self.weights.grams, self.weights.unit
        sums = _sums(seen.text, known)
        begun = self.ideas.begun(seen.text)
        hot = [at for at, bits in enumerate(begun) if bits]
        best, where = -1e9, (0, 0)
        for start, end in pieces(text, seen.places):
            total = count = 0
            for order, table in zip(ORDERS, sums, strict=True):
                last = end - order + 1
                if last > start:
                    total += table[last] - table[start]
                    count += last - start
            said = reduce(or_, (begun[at] for at in hot[bisect_left(hot, start) : bisect_left(hot, end)]), 0)
            value = total / sqrt(max(count, FLOOR)) + self._said(said)
            if value > best:
                best, where = value, (start, end)
        first, last = seen.span(*where)
        return Mark(best * unit + self.weights.bias, first, last)

    def _said(self, bits: int) -> int:
        total = 0
        while bits:
            low = bits & -bits
            total += self._of_bit[low.bit_length() - 1]
            bits ^= low
        return total

    def kind(self, text: str) -> str:
        """Of which kind of need such words mostly were."""
        found = list(self.weights.priors)
        for gram in set(grams(squeezed(text).text)):
            for at, value in enumerate(self.weights.kinds.get(gram, ())):
                found[at] += value
        return self.weights.names[found.index(max(found))]


def grams(text: str) -> list[str]:
    """The n-grams of a squeezed text."""
    return [text[at : at + order] for order in ORDERS for at in range(len(text) - order + 1)]


def pieces(text: str, places: Sequence[int]) -> list[Piece]:
    """Stretches of the squeezed text that are read as one: each sentence, and the run of sentences that begins with it.

    What has no stops for `LONGEST` characters is cut, each cut half over the one before.
    """
    stops = [0, *(bisect_left(places, match.end()) for match in _SENTENCE.finditer(text)), len(places)]
    sentences: list[Piece] = []
    for start, end in pairwise(stops):
        if end > start:
            step = LONGEST // 2
            sentences += [
                (at, min(at + LONGEST, end)) for at in range(start, max(end - step, start + 1), step)
            ]
    found = {one for one in sentences if one[1] - one[0] >= SHORTEST}
    for at, (start, end) in enumerate(sentences):
        last = end
        for _, further in sentences[at + 1 :]:
            if further - start > LONGEST:
                break
            last = further
        found.add((start, last))
    return sorted(found)


def _sums(text: str, known: Mapping[str, int]) -> list[list[int]]:
    """Running sums of the weights of the n-grams, by where they begin; one row for each of `ORDERS`."""
    pairs = list(map(add, text, text[1:]))
    threes = map(add, pairs, text[2:])
    none = repeat(0)
    return [list(accumulate(map(known.get, found, none), initial=0)) for found in (text, pairs, threes)]


def read(said: str) -> Weights:
    """The weights as `written` wrote them. Raises ValueError or KeyError when something is missing."""
    about: dict[str, str] = {}
    found: dict[str, int] = {}
    ideas: dict[str, int] = {}
    kinds: dict[str, tuple[int, ...]] = {}
    for line in said.splitlines():
        key, _, rest = line.partition("\t")
        if key.startswith("="):
            found.update(dict.fromkeys(rest.split(" "), int(key[1:])))
        elif key.startswith("@"):
            ideas[key[1:]] = int(rest)
        elif key.startswith("+"):
            values = tuple(int(one) for one in key[1:].split(","))
            kinds.update(dict.fromkeys(rest.split(" "), values))
        elif key and not key.startswith("#"):
            about[key] = rest
    return Weights(
        grams=found,
        ideas=ideas,
        bias=float(about["bias"]),
        unit=float(about["unit"]),
        alarm=float(about["alarm"]),
        ask=float(about["ask"]),
        names=tuple(about["kinds"].split(" ")),
        kinds=kinds,
        priors=tuple(int(one) for one in about["priors"].split(" ")),
        about=about,
    )


def written(weights: Weights) -> str:
    """The weights as a text file: what they are about, then each weight with its n-grams."""
    lines = [f"{key}\t{value}" for key, value in weights.about.items()]
    lines += [f"@{name}\t{weight}" for name, weight in sorted(weights.ideas.items())]
    by_weight: dict[int, list[str]] = {}
    for gram, weight in weights.grams.items():
        by_weight.setdefault(weight, []).append(gram)
    lines += [f"={weight}\t{' '.join(sorted(by_weight[weight]))}" for weight in sorted(by_weight)]
    by_kind: dict[tuple[int, ...], list[str]] = {}
    for gram, values in weights.kinds.items():
        by_kind.setdefault(values, []).append(gram)
    lines += [
        f"+{','.join(map(str, values))}\t{' '.join(sorted(by_kind[values]))}" for values in sorted(by_kind)
    ]
    return "\n".join(lines) + "\n"
