"""Data sets of sounds, sentences and words, as web/labs/sound, text and embeddings read them."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from qiming.curriculum.checks.data_words import both_parts, no_columns, no_label
from qiming.curriculum.checks.known import no_such
from qiming.curriculum.reading import DatasetFolder, Library
from qiming.kernel.content import Document, Problem, Unreadable, read_text, relative
from qiming.kernel.content_words import Words

MOST_WORDS_IN_TEXT = 60
MOST_WORDS = 1000


def check_sounds(document: Document, _read: DatasetFolder, _library: Library) -> Iterator[Problem]:
    """Labels are known, keys are there once, every label is learnt and tested."""
    sounds: list[dict[str, Any]] = document.data["sounds"]
    labels = {label["key"] for label in document.data["labels"]}
    seen: set[str] = set()
    for at, sound in enumerate(sounds):
        if sound["label"] not in labels:
            yield document.problem(("sounds", at, "label"), no_label(sound["label"]))
        if sound["key"] in seen:
            yield document.problem(("sounds", at, "key"), _twice(sound["key"]))
        seen.add(sound["key"])
    yield from both_parts(document, {(sound["label"], sound["part"]) for sound in sounds}, labels)


def check_texts(document: Document, read: DatasetFolder, library: Library) -> Iterator[Problem]:
    """A row is a sentence whose words stand apart, with its label and part; no sentence stands there twice."""
    found = _rows(document, read, library, {"text", "label", "part"})
    if isinstance(found, Problem):
        yield found
        return
    name, rows = found
    labels = {label["key"] for label in document.data["labels"]}
    seen: set[str] = set()
    for line, row in enumerate(rows, start=2):
        words = (row["text"] or "").split()
        if not 1 <= len(words) <= MOST_WORDS_IN_TEXT:
            yield Problem(name, line, "text", NO_SENTENCE)
        if "".join(words) in seen:
            yield Problem(name, line, "text", _twice("".join(words)))
        seen.add("".join(words))
        if row["label"] not in labels:
            yield Problem(name, line, "label", no_label(row["label"] or ""))
        if row["part"] not in ("train", "test"):
            yield Problem(name, line, "part", NO_PART)
    yield from both_parts(document, {(row["label"] or "", row["part"] or "") for row in rows}, labels)


def check_words(document: Document, read: DatasetFolder, library: Library) -> Iterator[Problem]:
    """Each word has a group and as many whole numbers as every other; analogies and poles are of these words."""
    found = _rows(document, read, library, {"word", "group", "vector"})
    if isinstance(found, Problem):
        yield found
        return
    name, rows = found
    groups = {label["key"] for label in document.data["labels"]}
    size = len((rows[0]["vector"] or "").split()) if rows else 0
    seen: set[str] = set()
    if not 10 <= len(rows) <= MOST_WORDS:
        yield Problem(name, 1, "", NOT_MANY)
    for line, row in enumerate(rows, start=2):
        if row["word"] in seen:
            yield Problem(name, line, "word", _twice(row["word"] or ""))
        seen.add(row["word"] or "")
        if row["group"] not in groups:
            yield Problem(name, line, "group", no_label(row["group"] or ""))
        if not _whole(row["vector"] or "", size):
            yield Problem(name, line, "vector", NO_VECTOR)
    yield from _named_words(document, seen)
    for at, file in enumerate(document.data["files"]):
        if not (read.folder / file).is_file():
            words = no_such("文件", "file", file, "请放进这个文件夹。", "Put it into this folder.")
            yield document.problem(("files", at), words)


LANGUAGE: Mapping[str, Callable[[Document, DatasetFolder, Library], Iterator[Problem]]] = {
    "sounds": check_sounds,
    "texts": check_texts,
    "words": check_words,
}


def _named_words(document: Document, known: set[str]) -> Iterator[Problem]:
    asked = [(("analogies", at), list(one.values())) for at, one in enumerate(document.data["analogies"])] + [
        (("poles", at), one["words"]) for at, one in enumerate(document.data["poles"])
    ]
    for where, words in asked:
        for word in words:
            if word not in known:
                said = no_such("词", "word", word, "只用表里有的词。", "Use words of the table only.")
                yield document.problem(where, said)


def _rows(
    document: Document, read: DatasetFolder, library: Library, needed: set[str]
) -> tuple[str, list[dict[str, str | None]]] | Problem:
    path = read.folder / document.data["file"]
    try:
        reader = csv.DictReader(io.StringIO(read_text(path, library.root)))
        rows: list[dict[str, str | None]] = [dict(row) for row in reader]
    except Unreadable as refusal:
        return refusal.problem
    name = relative(path, library.root)
    missing = sorted(needed - set(rows[0] if rows else ()))
    return Problem(name, 1, "", no_columns("、".join(missing))) if missing else (name, rows)


def _whole(vector: str, size: int) -> bool:
    numbers = vector.split()
    if len(numbers) != size or not 2 <= size <= 64:
        return False
    return all(one.removeprefix("-").isdecimal() and abs(int(one)) <= 999 for one in numbers)


def _twice(what: str) -> Words:
    return Words(
        f"“{what}”出现了两次。", f"'{what}' is there twice.", "请去掉一个，或改名。", "Drop or rename one."
    )


NO_SENTENCE = Words(
    "这不是分好词的一句话。",
    "This is no sentence with its words apart.",
    "词和词之间空一格，1 到 60 个词。",
    "One blank between words, 1 to 60 words.",
)
NO_PART = Words("part 只能是 train 或 test。", "part is train or test.", "请改这一格。", "Change the cell.")
NOT_MANY = Words("词要有 10 到 1000 个。", "There are 10 to 1000 words.", "请增减几个。", "Add or drop some.")
NO_VECTOR = Words(
    "这不是一个词的向量。",
    "This is no vector of a word.",
    "每个词写一样多的整数（2 到 64 个，−999 到 999），空一格隔开。",
    "As many whole numbers for every word (2 to 64, -999 to 999), blanks between.",
)
