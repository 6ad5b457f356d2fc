"""What another wording of a text must not lose. Pure."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from qiming.assurance.graders.numbers import numbers
from qiming.assurance.graders.text import clean

_LABELS: Final = re.compile(r"^\s*[(（]?\d{1,2}[.、)）]", re.MULTILINE)  # of the lines of a list
_UNITS: Final = frozenset("十百千万亿")  # 百分之几


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers that stood in the text and are gone, and those nobody wrote; as they are written."""

    gone: tuple[str, ...]
    new: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.gone or self.new)


def numbers_changed(before: str, after: str) -> Numbers:
    """Twelve and 12 are the same; how often one stands there doesn't matter."""
    was, now = _written(before), _written(after)
    return Numbers(
        tuple(said for value, said in was.items() if value not in now),
        tuple(said for value, said in now.items() if value not in was),
    )


def _written(text: str) -> dict[Fraction, str]:
    """Numbers of a text; of those that overlap the longest (12, not 1 and 2)."""
    plain = _LABELS.sub("", clean(text).text)
    found: dict[Fraction, str] = {}
    end = 0
    for one in sorted(numbers(plain), key=lambda one: (one.start, -one.end)):
        said = plain[one.start : one.end].strip()
        if one.start >= end and said not in _UNITS:
            end = one.end
            found.setdefault(one.value, said)
    return found
