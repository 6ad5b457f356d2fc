"""Word lists over one automaton: every word, its surroundings and its exceptions, found in one pass.

A text is looked at squeezed (letters, digits and Chinese characters only, one width, one case), so that symbols
put between do not hide a word; whether what stands between is a hiding place or only a comma between two
sentences decides `_hides`. Every rule looks at most `REACH` characters to either side: a stream needs no more.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, MatchKind

from qiming.agents.guard.types import Entry, Hit
from qiming.assurance.graders.text import Clean, squeezed

REACH = 64
LONGEST = 20
_BREAK = re.compile(r"[。！？；!?;，、：,:.．…“”\"‘’'《》()（）【】\[\]\n\r\t]")
_SENTENCE = re.compile(r"[。！？!?\n]")
_PARAGRAPH = re.compile(r"\n")
_LATIN = re.compile(r"[a-z0-9]")

_EXCUSES = frozenset(("unless", "unless_near"))

Place = tuple[int, int]


class BadWordList(ValueError):
    """A word list that cannot be held to what the guard promises; the message names the entry."""


@lru_cache(maxsize=8)
def _translator(variants: tuple[tuple[str, str], ...]) -> Callable[[str], str]:
    """Lists with the same variants share the work on one text."""
    table = str.maketrans(dict(variants))
    return lru_cache(maxsize=64)(lambda text: text.translate(table))


@dataclass(frozen=True, slots=True)
class _Use:
    entry: int
    role: str  # word | near | unless | unless_near


class Lexicon:
    """Entries compiled once; `find` is called with every text."""

    def __init__(self, entries: Iterable[Entry], variants: Mapping[str, str] | None = None) -> None:
        """`variants`: characters of one length written for others (traditional, look-alike) → the usual one.

        Raises BadWordList: a word too long, empty, or surroundings wider than a stream is held back.
        """
        self.entries = tuple(entries)
        self._usual = _translator(tuple(sorted((variants or {}).items())))
        uses: dict[str, list[_Use]] = defaultdict(list)
        for at, entry in enumerate(self.entries):
            _check(entry)
            for role in ("words", "near", "unless", "unless_near"):
                for word in getattr(entry, role):
                    uses[self._plain(word)].append(_Use(at, role))
        self._patterns = tuple(uses)
        self._uses = tuple(tuple(uses[one]) for one in self._patterns)
        self._automaton = AhoCorasick(list(self._patterns), matchkind=MatchKind.Standard)

    def _plain(self, word: str) -> str:
        plain = self._usual(squeezed(word).text)
        if not plain or len(plain) > LONGEST:
            raise BadWordList(f"“{word}”：去掉符号后是空的，或超过 {LONGEST} 个字")
        return plain

    def find(self, text: str) -> tuple[Hit, ...]:
        """Every hit in `text`, by where it starts. Offsets are those of `text` as it was written."""
        seen = squeezed(text)
        matches = self._automaton.find_matches_as_indexes(self._usual(seen.text), overlapping=True)
        if not matches:
            return ()
        words: dict[int, list[Place]] = defaultdict(list)
        around: dict[tuple[int, str], list[Place]] = defaultdict(list)
        for pattern, start, end in matches:
            stands = _stands(text, seen, start, end)
            for use in self._uses[pattern]:
                if use.role in _EXCUSES:
                    around[use.entry, use.role].append((start, end))
                elif stands and use.role == "words":
                    words[use.entry].append((start, end))
                elif stands:
                    around[use.entry, use.role].append((start, end))
        hits: list[Hit] = []
        for at, places in words.items():
            hits.extend(self._hits_of(at, places, around, text, seen))
        return tuple(sorted(hits, key=lambda hit: (hit.start, hit.end, hit.key)))

    def _hits_of(
        self,
        at: int,
        places: list[Place],
        around: Mapping[tuple[int, str], list[Place]],
        text: str,
        seen: Clean,
    ) -> Iterable[Hit]:
        entry = self.entries[at]
        harmless = around.get((at, "unless"), [])
        near = sorted(around.get((at, "near"), []))
        excuses = around.get((at, "unless_near"), [])
        for start, end in places:
            if any(first < end and start < last for first, last in harmless):
                continue
            if entry.near:
                covered = _with_near(start, end, near, entry.within)
                if covered is None or _PARAGRAPH.search(text[slice(*seen.span(*covered))]):
                    continue
                start, end = covered  # noqa: PLW2901  # from here on the hit is both words
            if any(_beside((start, end), excuse, entry.around, text, seen) for excuse in excuses):
                continue
            first, last = seen.span(start, end)
            yield Hit(first, last, entry.key, entry.category, entry.act, text[first:last])


def _check(entry: Entry) -> None:
    if not entry.words:
        raise BadWordList(f"{entry.key}：没有词")
    if entry.within > REACH - 2 * LONGEST or entry.around > REACH - 2 * LONGEST:
        raise BadWordList(f"{entry.key}：前后最多看 {REACH - 2 * LONGEST} 个字，否则流式输出拦不住")


def _with_near(start: int, end: int, near: list[Place], within: int) -> Place | None:
    """The word together with the closest of `near`, or None when none is near enough."""
    low = bisect_left(near, (start - within - LONGEST, 0))
    high = bisect_right(near, (end + within, 0))
    best: tuple[int, Place] | None = None
    for first, last in near[low:high]:
        gap = max(first - end, start - last, 0)
        if gap <= within and not (first >= start and last <= end) and (best is None or gap < best[0]):
            best = (gap, (min(start, first), max(end, last)))
    return best[1] if best else None


def _beside(at: Place, other: Place, around: int, text: str, seen: Clean) -> bool:
    """Is `other` within `around` characters of the place, in the same sentence?"""
    (start, end), (first, last) = at, other
    if last <= start - around or first >= end + around:
        return False
    low, high = min(end, last), max(start, first)
    return low > high or not _SENTENCE.search(text[seen.places[low - 1] : seen.places[high] + 1])


def _stands(text: str, seen: Clean, start: int, end: int) -> bool:
    """Is this a word as a reader would see it, and not the end of one word beside the start of another?"""
    places = seen.places
    first, last = places[start], places[end - 1]
    if (
        _LATIN.match(seen.text[start])
        and first > 0
        and text[first - 1].isascii()
        and text[first - 1].isalnum()
    ):
        return False
    if (
        _LATIN.match(seen.text[end - 1])
        and last + 1 < len(text)
        and text[last + 1].isascii()
        and text[last + 1].isalnum()
    ):
        return False
    if last - first == end - start - 1:
        return True
    return _hides([text[places[at] + 1 : places[at + 1]] for at in range(start, end - 1)])


def _hides(gaps: list[str]) -> bool:
    """Is what stands between the characters put there to hide the word? A comma between two sentences is not.

    A word of which every two characters are kept apart is hidden whatever keeps them apart, if it has three or more.
    """
    filled = [gap for gap in gaps if gap]
    if not any(_BREAK.search(gap) for gap in filled):
        return True
    return len(gaps) >= 2 and len(filled) == len(gaps)
