"""What stands in a piece of text or HTML: its words, where its links lead, which pictures have no words."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_BARE = re.compile(r"https?://(?:\[[0-9a-f:.]+\])?[^\s<>\"'()\[\]，。；、（）】》]*", re.IGNORECASE)
_MARKDOWN_PICTURE = re.compile(r"!\[\s*\]\(")


@dataclass(slots=True)
class Found:
    """`links` as they stand, in order, each once; `silent` pictures have no alternative text."""

    words: str = ""
    links: list[str] = field(default_factory=list)
    pictures: int = 0
    silent: int = 0


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.links: list[str] = []
        self.pictures = 0
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "a" and said.get("href"):
            self.links.append(str(said["href"]).strip())
        if tag == "img":
            self.pictures += 1
            # An empty alt is right for decoration, but a lesson's pictures are not decoration.
            self.silent += not (said.get("alt") or "").strip()

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(text: str) -> Found:
    """Read one piece; broken HTML is read as far as it goes."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    words = " ".join(reader.words)
    links = [*reader.links, *_BARE.findall(words)]
    return Found(
        words=words,
        links=list(dict.fromkeys(links)),
        pictures=reader.pictures,
        silent=reader.silent + len(_MARKDOWN_PICTURE.findall(words)),
    )
