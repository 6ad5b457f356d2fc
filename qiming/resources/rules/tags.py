"""Which concepts the words of a resource speak of: proposed with the reason, set only by a person. Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

MOST = 8
LEAST_LETTERS = 3  # of a part of a title; a whole title may be shorter
_PARTS = re.compile(r"[、，,：:；;（）()《》“”\s/]+|和|与|的")


@dataclass(frozen=True, slots=True)
class Tag:
    """A concept that might be taught: where the words stand and which they are."""

    key: str
    title: str
    why: str


def suggest(
    pieces: Iterable[tuple[str, str]], concepts: Sequence[tuple[str, str]], known: Collection[str] = ()
) -> list[Tag]:
    """`pieces` are texts by where they stand, `concepts` (key, title); `known` are left out. The longest hits first."""
    texts = [(where, _flat(text)) for where, text in pieces]
    found = []
    for key, title in concepts:
        if key in known:
            continue
        hit = next(((word, where) for word in _words(title) for where, text in texts if word in text), None)
        if hit:
            found.append((-len(hit[0]), key, Tag(key, title, f"{hit[1]}里有“{hit[0]}”")))
    return [tag for *_, tag in sorted(found, key=lambda one: one[:2])[:MOST]]


def _words(title: str) -> list[str]:
    """The whole title, then its parts, the longest first."""
    whole = _flat(title)
    parts = [_flat(part) for part in _PARTS.split(title)]
    long = sorted({part for part in parts if len(part) >= LEAST_LETTERS and part != whole}, key=len)
    return [*([whole] if len(whole) > 1 else []), *reversed(long)]


def _flat(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
