"""Data sets for labs: files there, labels known, both parts filled, the table as announced."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from qiming.curriculum.checks.data_words import both_parts, no_columns, no_label
from qiming.curriculum.checks.known import no_such
from qiming.curriculum.checks.language_data import LANGUAGE
from qiming.curriculum.checks.programs import check_tasks
from qiming.curriculum.checks.reasoning_data import REASONING
from qiming.curriculum.checks.svg import check_svg
from qiming.curriculum.reading import DatasetFolder, Library
from qiming.kernel.content import Document, Problem, Unreadable, read_text, relative
from qiming.kernel.content_words import Words

# As web/labs/maze/model.ts reads them.
MAZE_COLUMNS, MAZE_ROWS, MAZE_SIGNS = 12, 10, ".#~SG"
# As web/labs/kernel/model.ts reads them.
GREY_LEAST, GREY_MOST, GREY_SIGNS = 8, 48, "0123456789abcdef"


def check_dataset(read: DatasetFolder, library: Library) -> Iterator[Problem]:
    for path in sorted(read.folder.glob("*.svg")):
        yield from check_svg(path, library.root)
    document = read.document
    if document is None:
        return
    if document.data["key"] != read.folder.name:
        yield document.problem(("key",), KEY_IS_FOLDER)
    if document.data["kind"] == "images":
        yield from _images(document, read)
    elif document.data["kind"] == "program":
        yield from check_tasks(document, read, library)
    elif document.data["kind"] == "maze":
        yield from _mazes(document)
    elif document.data["kind"] == "grey":
        yield from _greys(document)
    elif document.data["kind"] in LANGUAGE:
        yield from LANGUAGE[document.data["kind"]](document, read, library)
    elif document.data["kind"] in REASONING:
        yield from REASONING[document.data["kind"]](document, read, library)
    else:
        yield from _table(document, read, library)


def _images(document: Document, read: DatasetFolder) -> Iterator[Problem]:
    data: dict[str, Any] = document.data
    labels = {label["key"] for label in data["labels"]}
    traits = {trait["key"] for trait in data.get("traits", ())}
    for at, image in enumerate(data["images"]):
        if not (read.folder / image["file"]).is_file():
            yield document.problem(("images", at, "file"), _no_file(image["file"]))
        if image["label"] not in labels:
            yield document.problem(("images", at, "label"), no_label(image["label"]))
        for trait in set(image.get("traits", ())) - traits:
            words = no_such("特征", "trait", trait, "先在 traits 里写上。", "Add it to traits.")
            yield document.problem(("images", at, "traits"), words)
    yield from both_parts(document, {(image["label"], image["part"]) for image in data["images"]}, labels)


def _mazes(document: Document) -> Iterator[Problem]:
    """Each map has rows of one length, known signs, one start, one goal, and no more cells than fit a phone."""
    for at, maze in enumerate(document.data["mazes"]):
        rows = maze["map"].split()
        signs = "".join(rows)
        fits = 2 <= len(rows) <= MAZE_ROWS and 2 <= len(rows[0]) <= MAZE_COLUMNS
        even = len({len(row) for row in rows}) == 1
        if not (
            fits and even and set(signs) <= set(MAZE_SIGNS) and signs.count("S") == signs.count("G") == 1
        ):
            yield document.problem(("mazes", at, "map"), NO_MAZE)


def _greys(document: Document) -> Iterator[Problem]:
    """Each picture has rows of one length, known signs, and a size that a phone shows point by point."""
    for at, picture in enumerate(document.data["pictures"]):
        rows = picture["rows"].split()
        sizes = {len(row) for row in rows}
        fits = len(sizes) == 1 and all(GREY_LEAST <= n <= GREY_MOST for n in (len(rows), *sizes))
        if not (fits and set("".join(rows)) <= set(GREY_SIGNS)):
            yield document.problem(("pictures", at, "rows"), NO_GREY)


def _table(document: Document, read: DatasetFolder, library: Library) -> Iterator[Problem]:
    data: dict[str, Any] = document.data
    path = read.folder / data["file"]
    try:
        rows = list(csv.DictReader(io.StringIO(read_text(path, library.root))))
    except Unreadable as refusal:
        yield refusal.problem
        return
    name = relative(path, library.root)
    needed = [*(column["key"] for column in data["columns"]), data["label"], data["part"]]
    missing = [key for key in needed if not rows or key not in rows[0]]
    if missing:
        yield Problem(name, 1, "", no_columns("、".join(missing)))
        return
    labels = {label["key"] for label in data["labels"]}
    for line, row in enumerate(rows, start=2):
        if row[data["label"]] not in labels:
            yield Problem(name, line, data["label"], no_label(row[data["label"]]))
        for column in data["columns"]:
            if not _fits(row[column["key"]], column):
                yield Problem(name, line, column["key"], _odd_value(row[column["key"]] or ""))
    yield from both_parts(document, {(row[data["label"]], row[data["part"]]) for row in rows}, labels)


def _fits(value: str | None, column: dict[str, Any]) -> bool:
    if column["kind"] == "choice":
        return value in column["choices"]
    try:
        float(value or "")
    except ValueError:
        return False
    return True


def _no_file(file: str) -> Words:
    return no_such("文件", "file", file, "请放进这个文件夹。", "Put it into this folder.")


def _odd_value(value: str) -> Words:
    return Words(
        f"“{value}”和这一列说好的不一样。",
        f"'{value}' is not what this column announced.",
        "请改这一格，或改 dataset.yaml。",
        "Change the cell or dataset.yaml.",
    )


NO_MAZE = Words(
    "这不是一个迷宫。",
    "This is no maze.",
    "每行一样长，只用 . # ~ S G，S 和 G 各一个，2 到 12 列，2 到 10 行。",
    "Rows of one length, signs . # ~ S G only, one S and one G, 2 to 12 columns, 2 to 10 rows.",
)

NO_GREY = Words(
    "这不是一张小灰图。",
    "This is no grey picture.",
    "每行一样长，只用 0–9 和 a–f，宽和高都是 8 到 48。",
    "Rows of one length, signs 0-9 and a-f only, 8 to 48 wide and high.",
)

KEY_IS_FOLDER = Words(
    "key 和文件夹名不一样。",
    "The key differs from the folder's name.",
    "请写成一样的。",
    "Make them the same.",
)
