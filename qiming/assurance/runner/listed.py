"""Lists of words an authority keeps: a folder with keywords.yaml and words.jsonl, one word with its class a line."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import yaml

ABOUT: Final = "keywords.yaml"
WORDS: Final = "words.jsonl"
UNSORTED: Final = "未分类"
_MOST_BYTES: Final = 64 * 1024 * 1024


class Word(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One listed word and its class, as content/schemas/assurance_keyword.schema.json describes the line."""

    word: str
    category: str = msgspec.field(name="class", default=UNSORTED)


@dataclass(frozen=True, slots=True)
class Library:
    """A list as it was kept. `hash`: SHA-256 of its words' file."""

    key: str
    title: str
    version: str
    hash: str
    words: tuple[Word, ...]


class BadLibrary(ValueError):
    """A folder that is no list of words; the text says why, in Chinese."""


_line: Final = msgspec.json.Decoder(Word)
_encode: Final = msgspec.json.Encoder().encode


def lines_of(words: Iterable[Word]) -> bytes:
    """The file of words."""
    return b"".join(_encode(one) + b"\n" for one in words)


def words_of(name: str, raw: bytes) -> tuple[Word, ...]:
    """The words of such a file. Raises `BadLibrary` naming the line."""
    found = []
    for number, line in enumerate(raw.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            found.append(_line.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise BadLibrary(f"{name} 第 {number} 行不是一个词") from None
    return tuple(found)


def read(folder: Path) -> Library:
    """A kept list. Raises `BadLibrary`."""
    about, words = folder / ABOUT, folder / WORDS
    if not about.is_file() or not words.is_file():
        raise BadLibrary(f"{folder.name} 不是词库文件夹：要有 {ABOUT} 和 {WORDS}")
    if words.stat().st_size > _MOST_BYTES:
        raise BadLibrary(f"{words.name} 超过 {_MOST_BYTES // 1024 // 1024} MB")
    try:
        said = yaml.safe_load(about.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        said = None
    if not isinstance(said, dict):
        raise BadLibrary(f"{about.name} 读不出来")
    raw = words.read_bytes()
    return Library(
        key=str(said.get("key", folder.name)),
        title=str(said.get("title", folder.name)),
        version=str(said.get("version", "")),
        hash=hashlib.sha256(raw).hexdigest(),
        words=words_of(words.name, raw),
    )


def every(libraries: Sequence[Library]) -> tuple[Word, ...]:
    """The words of all, one that stands in several once."""
    return tuple({one.word: one for library in libraries for one in library.words}.values())
