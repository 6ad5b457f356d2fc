"""Guide, slides and task sheet as pieces that can be changed one by one, and back to Markdown.

A place `text/<kind>` holds `{"kind", "sections": […]}` (slides: `"slides"`); a piece is `{key, level, title, text}`:
a heading of that level and what stands below it. Keys come from the titles, so that a section is the same one in the
city's next version; the school's own begin with "o".
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from qiming.curriculum.reading import split_slides
from qiming.kernel.content import hash_data

TEXT = "text/"
# In the order in which a teacher uses them: the words, what a list of pieces is called.
TEXTS: Mapping[str, tuple[str, str]] = {
    "guide": ("教案", "sections"),
    "slides": ("幻灯片", "slides"),
    "tasksheet": ("任务单", "sections"),
}
LISTS = ("sections", "slides")
PLACES = tuple(TEXT + kind for kind in TEXTS)
LEVELS = (1, 2, 3)
MOST_PIECES = 60
_HEADING = re.compile(r"(#{1,3})[ \t]+(\S.*?)(?:[ \t]+#+)?[ \t]*")
_BREAKS = re.compile(r"[\r\n]+")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_ASIDE = re.compile(r"（[^）]*）|\([^)]*\)|\s+")

Piece = dict[str, Any]


def text_parts(texts: Mapping[str, str]) -> dict[str, Any]:
    """The places of a lesson's texts."""
    return {TEXT + kind: block_of(kind, texts[kind]) for kind in TEXTS if kind in texts}


def complete(parts: dict[str, Any], city_texts: Mapping[str, str]) -> dict[str, Any]:
    """A draft from before texts could be changed has the city's."""
    if all(place in parts for place in PLACES):
        return parts
    return text_parts(city_texts) | parts


def block_of(kind: str, text: str) -> dict[str, Any]:
    """The Markdown of a text as its pieces."""
    name = TEXTS[kind][1]
    found = [_slide(one) for one in split_slides(text)] if name == "slides" else list(_sections(text))
    used: dict[str, int] = {}
    pieces = []
    for level, title, rest in found:
        key = _key(title, rest)
        used[key] = used.get(key, 0) + 1
        key = key if used[key] == 1 else f"{key}-{used[key]}"
        pieces.append({"key": key, "level": level, "title": title, "text": rest})
    return {"kind": kind, name: pieces}


def pieces_of(block: Mapping[str, Any]) -> list[Piece]:
    listed: list[Piece] = block[TEXTS[block["kind"]][1]]
    return listed


def markdown_of(block: Mapping[str, Any]) -> str:
    """The text as its file would hold it."""
    joint = "\n\n---\n\n" if block["kind"] == "slides" else "\n\n"
    return joint.join(one for one in map(piece_markdown, pieces_of(block)) if one) + "\n"


def piece_markdown(piece: Piece) -> str:
    title = _BREAKS.sub(" ", piece["title"]).strip()
    heading = f"{'#' * piece['level']} {title}" if title else ""
    return "\n\n".join(part for part in (heading, piece["text"].strip("\n")) if part.strip())


def piece_at(block: Mapping[str, Any], line: int) -> int:
    """Which piece a line (from 1) of the text is in, counted from 0."""
    joint = 4 if block["kind"] == "slides" else 2
    start, last = 1, 0
    for at, piece in enumerate(pieces_of(block)):
        markdown = piece_markdown(piece)
        if not markdown:
            continue
        if line < start:
            break
        last, start = at, start + markdown.count("\n") + joint
    return last


def is_block(value: Any) -> bool:
    """Whether it has the shape that everything here relies on."""
    if not isinstance(value, dict) or value.get("kind") not in TEXTS:
        return False
    name = TEXTS[value["kind"]][1]
    pieces = value.get(name)
    return (
        set(value) == {"kind", name}
        and isinstance(pieces, list)
        and len(pieces) <= MOST_PIECES
        and all(map(_is_piece, pieces))
        and len({piece["key"] for piece in pieces}) == len(pieces)
    )


def _is_piece(piece: Any) -> bool:
    return (
        isinstance(piece, dict)
        and set(piece) == {"key", "level", "title", "text"}
        and piece["level"] in LEVELS
        and all(isinstance(piece[name], str) for name in ("key", "title", "text"))
    )


def new_piece(used: set[str]) -> Piece:
    """A piece of the school's own with nothing in it."""
    key = next(f"o{n}" for n in range(1, MOST_PIECES + 2) if f"o{n}" not in used)
    return {"key": key, "level": 2, "title": "", "text": ""}


def _key(title: str, text: str) -> str:
    """Short and the same for the same title; minutes in brackets may change."""
    plain = _ASIDE.sub("", title) or title or text
    return f"t{hash_data(plain)[:8]}"


def _slide(text: str) -> tuple[int, str, str]:
    first, _, rest = text.partition("\n")
    found = _HEADING.fullmatch(first)
    return (len(found[1]), found[2], rest.strip("\n")) if found else (2, "", text)


def _sections(text: str) -> Iterator[tuple[int, str, str]]:
    """(level, title, what stands below) from heading to heading; a heading inside a fence is none."""
    level, title, lines, fence = 2, "", list[str](), ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1] == fence:
            fence = ""
        found = None if fence else _HEADING.fullmatch(line)
        if found is None:
            lines.append(line)
            continue
        if title or "".join(lines).strip():
            yield level, title, "\n".join(lines).strip("\n")
        level, title, lines = len(found[1]), found[2], []
    if title or "".join(lines).strip():
        yield level, title, "\n".join(lines).strip("\n")
