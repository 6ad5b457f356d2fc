"""Text as a reader sees it: one width, one case, nothing invisible, look-alikes told apart, inserted symbols gone.

Pure. `clean` keeps punctuation, `squeezed` keeps only letters, digits and Chinese characters; both know where each
of their characters stood, so that a finding can point into the text as it was written.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress

# Letters of other scripts that look like Latin ones, where a reader would take them for those.
_LOOKS_LIKE = dict(
    zip(
        "АВЕКМНОРСТУХавеорсухіјѕԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβορυν",
        "ABEKMHOPCTYXabeopcyxijsdqwABEZHIKMNOPTYXabopuv",
        strict=True,
    )
) | {"〇": "零", "⁄": "/", "∕": "/", "−": "-", "–": "-", "—": "-", "×": "*", "÷": "/", "≈": "=", "∶": ":"}
_ENCLOSED = ((0x1F130, 26), (0x1F150, 26), (0x1F170, 26), (0x1F1E6, 26))
_UNSEEN = frozenset(("Cf", "Mn", "Me", "Cc", "Co", "Cn"))
_KEPT_CONTROLS = "\n\t\r"
_HAN = re.compile(r"[\u3400-\u9fff]")
_SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]*")


@dataclass(frozen=True, slots=True)
class Clean:
    """Normalised text; `places[i]` is where its i-th character came from."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The same stretch in the text as it was written."""
        if start >= end or end > len(self.places):
            return (0, 0)
        return (self.places[start], self.places[end - 1] + 1)

    def find(self, wanted: str) -> tuple[int, int] | None:
        """Where `wanted` (already normalised) first stands, in the text as it was written."""
        at = self.text.find(wanted) if wanted else -1
        return self.span(at, at + len(wanted)) if at >= 0 else None


@lru_cache(maxsize=20_000)
def _seen(char: str) -> str:
    """What a reader sees of one character: nothing, itself, or the letters it stands for."""
    if unicodedata.category(char) in _UNSEEN:
        return char if char in _KEPT_CONTROLS else ""
    for first, many in _ENCLOSED:
        if first <= ord(char) < first + many:
            return chr(ord("a") + ord(char) - first)
    plain = unicodedata.normalize("NFKC", _LOOKS_LIKE.get(char, char))
    shown = "".join(_LOOKS_LIKE.get(one, one) for one in plain)
    return "".join(one for one in shown.casefold() if unicodedata.category(one) not in _UNSEEN)


@lru_cache(maxsize=256)
def clean(text: str) -> Clean:
    """`text` in one width and case, without what is invisible; `clean(clean(x).text)` changes nothing more."""
    shown = list(map(_seen, text))
    plain = "".join(shown)
    if len(plain) == len(text) and all(map(len, shown)):  # each character is one: the usual text
        return Clean(plain, tuple(range(len(text))))
    return Clean(plain, tuple(at for at, seen in enumerate(shown) for _ in seen))


@lru_cache(maxsize=256)
def squeezed(text: str) -> Clean:
    """Letters, digits and Chinese characters alone: what is left when inserted symbols are taken out."""
    base = clean(text)
    kept = list(map(str.isalnum, base.text))
    return Clean("".join(compress(base.text, kept)), tuple(compress(base.places, kept)))


def sentences(text: str) -> list[str]:
    """The sentences of cleaned text, with their marks."""
    return [one.strip() for one in _SENTENCE.findall(text) if one.strip()]


def han(text: str) -> int:
    """How many Chinese characters."""
    return len(_HAN.findall(text))


def size(text: str) -> int:
    """How much there is to read: Chinese characters, other words count two."""
    return han(text) + 2 * len(re.findall(r"[A-Za-z]{2,}", text))


def spread(word: str) -> re.Pattern[str]:
    """A word of letters, whole, also when written with marks between (`w-e-n-t`)."""
    letters = r"[\s\W_]{0,2}".join(re.escape(char) for char in clean(word).text if char.isalnum())
    return re.compile(rf"(?<![a-z0-9]){letters}(?![a-z0-9])")


def holds(text: Clean, words: Iterable[str]) -> tuple[int, int] | None:
    """Where the first of `words` stands in squeezed `text`."""
    for word in words:
        found = text.find(squeezed(word).text)
        if found:
            return found
    return None
