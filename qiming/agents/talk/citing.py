"""Citations of a reply as it comes: marks of passages that were given stay, every other source is taken out and noted. Pure.

A reply is let through sentence by sentence, so that a source is seen whole; where it is cut depends on its text alone.
"""

import re
from collections.abc import Sequence

from qiming.assurance.graders.citation import sources_in
from qiming.assurance.graders.text import clean, squeezed

LONG = 60  # characters after which a comma ends a piece too
TAKEN_OUT = "（来源不在给定的资料里，已删去）"
_MARK = re.compile(r"[【\[（(〔〈]\s?资料\s?(?P<number>\d{1,3})\s?[】\]）)〕〉]")
_LOOSE = re.compile(r"[【\[〔〈]\s?(?:资料|来源|参考|文献|出处|注)?\s?[\d,，、\-\s]{1,12}\s?[】\]〕〉]")
_END = re.compile(r"[。！？；\n]+|[!?;](?=\s)")
_COMMA = re.compile(r"[，,](?=[\u4e00-\u9fff])")


class Citing:
    """One reply. `allowed`: texts whose sources may be named: the passages' titles and words, and what the pupil named."""

    def __init__(self, count: int, allowed: Sequence[str]) -> None:
        """`count`: how many passages were given; they are 【资料1】 and on."""
        self._count = count
        self._allowed = squeezed("\n".join(allowed)).text
        self._waiting = ""
        self.used: list[int] = []
        self.invented: list[str] = []

    def feed(self, piece: str) -> str:
        """What may be shown of it now."""
        self._waiting += piece
        shown = []
        while end := _boundary(self._waiting):
            shown.append(self._cleaned(self._waiting[:end]))
            self._waiting = self._waiting[end:]
        return "".join(shown)

    def finish(self) -> str:
        rest, self._waiting = self._waiting, ""
        return self._cleaned(rest)

    def _cleaned(self, sentence: str) -> str:
        sentence = _MARK.sub(self._mark, sentence)
        kept = {match.span() for match in _MARK.finditer(sentence)}
        sentence = _LOOSE.sub(
            lambda match: match[0] if match.span() in kept else self._out(match[0]), sentence
        )
        seen = clean(sentence)
        spans = [
            seen.span(start, end)
            for _, said, start, end in sources_in(seen.text)
            if squeezed(said).text not in self._allowed
        ]
        for start, end in sorted(spans, reverse=True):
            sentence = sentence[:start] + self._out(sentence[start:end]) + sentence[end:]
        return sentence

    def _mark(self, match: re.Match[str]) -> str:
        number = int(match["number"])
        if not 1 <= number <= self._count:
            return self._out(match[0])
        if number not in self.used:
            self.used.append(number)
        return f"【资料{number}】"

    def _out(self, said: str) -> str:
        self.invented.append(said[:40])
        return TAKEN_OUT


def _boundary(text: str) -> int:
    """Where the first piece of `text` ends; 0 while it hasn't. What follows the end must be there, to see that it is one."""
    ends = [match.end() for match in (_END.search(text),) if match and match.end() < len(text)]
    comma = next((match.end() for match in _COMMA.finditer(text) if match.end() >= LONG), 0)
    return min([*ends, *([comma] if comma else [])], default=0)
