"""Help of this platform: `content/help/*.md`, a page a file, a section a passage.

A section's first line may name the page of ours it is about: `页面：<name of the address>` (several: with spaces).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from qiming.agents.knowledge.types import Piece

_PAGE = re.compile(r"^页面[:：]\s*([a-z_.]+)\s*$")


@dataclass(frozen=True, slots=True)
class HelpPage:
    key: str
    title: str
    pieces: tuple[Piece, ...]


def help_pages(folder: Path | None = None) -> list[HelpPage]:
    """Every page, by file name."""
    root = folder or Path(settings.CONTENT_ROOT) / "help"
    return [_read(path) for path in sorted(root.glob("*.md"))]


def _read(path: Path) -> HelpPage:
    text = path.read_text(encoding="utf-8")
    title = next((line[2:].strip() for line in text.splitlines() if line.startswith("# ")), path.stem)
    return HelpPage(path.stem, title, tuple(_sections(text)))


def _sections(text: str) -> Iterator[Piece]:
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = part.partition("\n")
        lines = body.strip().splitlines()
        page = _PAGE.match(lines[0]) if lines else None
        said = "\n".join(lines[1:] if page else lines).strip()
        yield Piece(said, heading.strip(), heading.strip(), page[1] if page else "")
