"""A document's text into pieces: by articles where it has them, else by headings, else by paragraphs. Pure.

Nothing is reworded: put together again, the pieces are the text, line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from qiming.agents.knowledge.types import Piece

LONGEST = 900  # characters of a piece: what fits on a screen beside a question
MOST_PIECES = 3000
_NUMBER = r"[一二三四五六七八九十百零〇0-9０-９]+"
_CHAPTER = re.compile(rf"^第{_NUMBER}[编章节](?:[\s　]|$)")
_ARTICLE = re.compile(rf"^(第{_NUMBER}条(?:之{_NUMBER})?)(?:[\s　]|(?=[^\s的规款项]))")
_HEADINGS = (
    re.compile(r"^#{1,6}\s+\S"),
    re.compile(rf"^{_NUMBER}、\S"),
    re.compile(rf"^[（(]{_NUMBER}[）)]\S"),
)
_SENTENCE = re.compile(r"(?<=[。！？；])")


@dataclass(slots=True)
class _Part:
    place: str
    lines: list[str] = field(default_factory=list)


def split(text: str) -> list[Piece]:
    """The pieces of `text`, in order, none empty, none longer than LONGEST."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    lines = [line for line in lines if line.strip()]
    articles = sum(bool(_ARTICLE.match(line.strip())) for line in lines)
    parts = _by_articles(lines) if articles >= 2 else _by_headings(lines)
    return [piece for part in parts for piece in _pieces(part)]


def _by_articles(lines: list[str]) -> list[_Part]:
    parts = [_Part("开头")]
    chapter: dict[str, str] = {}
    for line in lines:
        said = line.strip()
        if _CHAPTER.match(said):
            level = "章" if re.match(rf"^第{_NUMBER}[编章]", said) else "节"
            if level == "章":
                chapter.clear()
            chapter[level] = re.sub(r"[\s　]+", " ", said)[:60]
            # A heading stands with the article that follows it.
            parts.append(_Part(" › ".join(chapter.values()), [line]))
        elif found := _ARTICLE.match(said):
            place = " › ".join([*chapter.values(), found[1]])
            if parts[-1].lines and all(_CHAPTER.match(one.strip()) for one in parts[-1].lines):
                parts[-1].place = place
                parts[-1].lines.append(line)
            else:
                parts.append(_Part(place, [line]))
        else:
            parts[-1].lines.append(line)
    return [part for part in parts if part.lines]


def _by_headings(lines: list[str]) -> list[_Part]:
    parts = [_Part("")]
    path: list[str] = []
    for line in lines:
        said = line.strip()
        level = next((at for at, pattern in enumerate(_HEADINGS) if pattern.match(said)), None)
        if level is None:
            parts[-1].lines.append(line)
            continue
        named = said.lstrip("#").strip()
        path = [*path[:level], *[""] * (level - len(path)), re.split(r"[。；：:]", named, maxsplit=1)[0][:40]]
        parts.append(_Part(" › ".join(one for one in path if one), [line]))
    return [part for part in parts if part.lines]


def _pieces(part: _Part) -> Iterator[Piece]:
    texts = list(_short("\n".join(part.lines)))
    for number, text in enumerate(texts, 1):
        place = part.place or "正文"
        yield Piece(text, f"{place}（{number}）" if len(texts) > 1 else place)


def _short(text: str) -> Iterator[str]:
    """`text` in stretches of at most LONGEST characters, cut between lines, else between sentences, else anywhere."""
    held = ""
    for line in text.split("\n"):
        for bit in _bits(line):
            joint = "\n" if held and bit is line else ""
            if held and len(held) + len(joint) + len(bit) > LONGEST:
                yield held
                held, joint = "", ""
            held += ("\n" if held and joint else "") + bit
    if held.strip():
        yield held


def _bits(line: str) -> Iterator[str]:
    if len(line) <= LONGEST:
        yield line
        return
    for sentence in _SENTENCE.split(line):
        for at in range(0, len(sentence), LONGEST):
            yield sentence[at : at + LONGEST]
