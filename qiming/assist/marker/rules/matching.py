"""Where an answer says an idea: the words themselves, words that mean the same, nearly the words; and where it denies it.

Everything points back into the answer as it was written. Pure.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from qiming.assist.marker.rules.synonyms import HEAD, LONGEST
from qiming.assurance.graders.text import clean

LOOK_BACK, LOOK_ON = 4, 6  # characters of the same clause in which a denial is looked for
WIDEST_GAP = 12
NEAR, NEAR_LONG, LONG_WAY = 0.75, 0.5, 9
_NEGATORS = "不没未无非别"
# Contain such a character and deny nothing.
_HARMLESS = re.compile(
    r"不仅|不但|不光|不只|不止|不过|不管|不论|不断|不同|差不多|不然|不久|不一样|没关系|无论|除非|别人|别的|非常|特别|分别"
)
_TWICE = re.compile(r"不能不|不得不|并非不|不是不|不会不|没有不")
_DENIED_AFTER = re.compile(r"^(?:的)?(?:是|都|就|也|这样)*(?:不对|错的|错误|不行|不可以|不应该|不正确|不好)")
_GAP = re.compile(r"…+|\.{3,}")


class How(IntEnum):
    """How surely a hit is one; the larger the surer."""

    DENIED = 0
    NEAR = 1
    SYNONYM = 2
    SAME = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """One idea found: `spans` in the answer as written (start, end), the way it was looked for, how it was found."""

    spans: tuple[tuple[int, int], ...]
    way: str
    how: How

    @property
    def start(self) -> int:
        return self.spans[0][0]


@dataclass(frozen=True, slots=True)
class Said:
    """An answer for comparison: letters, figures and characters only, words of one meaning made one word.

    `spans[i]` is what the i-th character stands for in the answer as written, `clauses[i]` the number of its clause.
    """

    text: str
    plain: str
    spans: tuple[tuple[int, int], ...]
    clauses: tuple[int, ...]


@lru_cache(maxsize=2048)
def said(answer: str) -> Said:
    """Read an answer; the same for a way to say something."""
    letters, places, clauses = _letters(answer)
    text: list[str] = []
    spans: list[tuple[int, int]] = []
    numbers: list[int] = []
    at = 0
    while at < len(letters):
        size = _size_at(letters, clauses, at)
        head = HEAD.get(letters[at : at + size], letters[at : at + size])
        text.append(head)
        spans += [(places[at], places[at + size - 1] + 1)] * len(head)
        numbers += [clauses[at]] * len(head)
        at += size
    return Said("".join(text), letters, tuple(spans), tuple(numbers))


def _letters(answer: str) -> tuple[str, list[int], list[int]]:
    """Letters and figures of the answer, where each stood, and the number of its clause."""
    base = clean(answer)
    letters, places, clauses, clause = [], [], [], 0
    for char, place in zip(base.text, base.places, strict=True):
        if char.isalnum():
            letters.append(char)
            places.append(place)
            clauses.append(clause)
        else:
            clause += not char.isspace()
    return "".join(letters), places, clauses


def _size_at(letters: str, clauses: list[int], at: int) -> int:
    """How long the longest word of the list is that stands here, within its clause; else 1."""
    for size in range(min(LONGEST, len(letters) - at), 1, -1):
        if letters[at : at + size] in HEAD and clauses[at] == clauses[at + size - 1]:
            return size
    return 1


def find(answer: str, ways: Iterable[str]) -> Hit | None:
    """The surest place where the answer says one of `ways`; a denied one when it is only denied."""
    text = said(answer)
    best: Hit | None = None
    for way in ways:
        for hit in _hits(text, way):
            if best is None or hit.how > best.how:
                best = hit
        if best is not None and best.how is How.SAME:
            return best
    return best


def _hits(text: Said, way: str) -> Iterator[Hit]:
    parts = [said(part) for part in _GAP.split(way)]
    pattern = f".{{0,{WIDEST_GAP}}}?".join(f"({re.escape(part.text)})" for part in parts if part.text)
    if not pattern:
        return
    found = False
    literal = all(part.plain in text.plain for part in parts)
    for match in re.finditer(pattern, text.text):
        found = True
        spans = [_span(text, *match.span(no)) for no in range(1, (match.lastindex or 0) + 1)]
        yield Hit(_joined(spans), way, _how(text, *match.span(), literal=literal))
    if not found and len(parts) == 1 and (near := _near(text, parts[0])):
        yield Hit(near, way, How.NEAR)


def _how(text: Said, start: int, end: int, *, literal: bool) -> How:
    if (turn := _denied(text, start, end)) is True:
        return How.DENIED
    if turn is None:
        return How.NEAR
    return How.SAME if literal else How.SYNONYM


def _denied(text: Said, start: int, end: int) -> bool | None:
    """Whether the clause denies what stands here; None when it denies twice."""
    clause = text.clauses[start]
    begin = start
    while begin > 0 and start - begin < LOOK_BACK and text.clauses[begin - 1] == clause:
        begin -= 1
    before = _HARMLESS.sub("", text.text[begin:start])
    if _TWICE.search(before):
        return None
    if any(char in _NEGATORS for char in before):
        return True
    last = text.clauses[end - 1]
    stop = end
    while stop < len(text.text) and stop - end < LOOK_ON and text.clauses[stop] == last:
        stop += 1
    return bool(_DENIED_AFTER.match(text.text[end:stop]))


def _near(text: Said, way: Said) -> tuple[tuple[int, int], ...] | None:
    """Nearly these words, close together, and denied as often as there."""
    size = len(way.text)
    if size < 4 or not text.text:
        return None
    long = size >= LONG_WAY
    best, where = 0.0, (0, 0)
    width = min(len(text.text), size * 2 if long else size + 3)
    for start in range(max(1, len(text.text) - width + 1)):
        window = text.text[start : start + width]
        share = _pairs_in(way.text, window) if long else _common(way.text, window) / size
        if share > best:
            best, where = share, (start, start + len(window))
    if best < (NEAR_LONG if long else NEAR):
        return None
    window = text.text[where[0] : where[1]]
    if _denials(window) % 2 != _denials(way.text) % 2:
        return None
    return _marked(text, way.text, *where, by=2 if long else 1)


def _denials(text: str) -> int:
    return sum(char in _NEGATORS for char in _HARMLESS.sub("", text))


def _pairs_in(way: str, window: str) -> float:
    pairs = {way[at : at + 2] for at in range(len(way) - 1)}
    return sum(pair in window for pair in pairs) / len(pairs)


def _common(one: str, other: str) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for char in one:
        last = 0
        for at, there in enumerate(other, 1):
            kept = row[at]
            row[at] = last + 1 if char == there else max(row[at], row[at - 1])
            last = kept
    return row[-1]


def _marked(text: Said, way: str, start: int, end: int, *, by: int) -> tuple[tuple[int, int], ...]:
    """The pieces of the window that stand in the way."""
    places = [
        text.spans[at + step]
        for at in range(start, end - by + 1)
        if text.text[at : at + by] in way
        for step in range(by)
    ]
    return _joined(places) or (_span(text, start, end),)


def _span(text: Said, start: int, end: int) -> tuple[int, int]:
    return (text.spans[start][0], text.spans[end - 1][1])


def _joined(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Spans in order, those that touch made one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(set(spans)):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return tuple(out)
