"""From checked documents to what is stored: Markdown rendered, order and pairs hidden behind opaque keys."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from qiming.curriculum.reading import TESTS, CourseFolder, LessonFolder, split_slides
from qiming.curriculum.types import ItemSpec
from qiming.kernel.content import hash_data, hash_folder
from qiming.kernel.ids import new_id
from qiming.kernel.text import render_markdown

# Raise it when rendering changes, so that every course is built anew.
RENDERING = 3
TYPES = {
    ".svg": "image/svg+xml",
    ".yaml": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".py": "text/plain; charset=utf-8",
    ".json": "application/json",
}


@dataclass(frozen=True, slots=True)
class Blob:
    sha256: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class BuiltItem:
    key: str
    content_hash: str
    data: ItemSpec
    html: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BuiltLesson:
    id: UUID
    key: str
    content_hash: str
    data: dict[str, Any]
    minutes: int
    guide_html: str
    slides: list[str]
    tasksheet_html: str
    texts: dict[str, str]
    media: dict[str, str]
    blobs: list[Blob]
    items: list[BuiltItem]


def lesson_hash(read: LessonFolder, datasets: dict[str, str]) -> str:
    """What a lesson is made of: its folder, the data sets its labs use, and the rendering."""
    steps: list[dict[str, Any]] = read.lesson.data["activities"] if read.lesson else []
    used = sorted({step["lab"]["dataset"] for step in steps if "lab" in step})
    return hash_data([RENDERING, hash_folder(read.folder), [datasets.get(name, "") for name in used]])


def course_hash(read: CourseFolder, lesson_hashes: list[str]) -> str:
    assert read.course and read.misconceptions
    project = read.project.data if read.project else None
    parts = [RENDERING, read.course.data, read.misconceptions.data, project, lesson_hashes]
    tests = {form: document.data for form, document in read.tests.items()}
    media = {name: blob_of(path).sha256 for name, path in read.media.items()}
    return hash_data([*parts, tests, media] if tests or media else parts)


def build_lesson(read: LessonFolder, content_hash: str, datasets: dict[str, str]) -> BuiltLesson:
    """Rows for one lesson; `datasets` gives each data set's current hash."""
    assert read.lesson and read.items
    version_id = new_id()
    base = f"/content/lessons/{version_id}/"
    blobs = {name.removeprefix("media/"): blob_of(path) for name, path in read.media.items()}
    data: dict[str, Any] = read.lesson.data
    steps = [build_step(step, base, datasets) for step in data["activities"]]
    return BuiltLesson(
        id=version_id,
        key=data["key"],
        content_hash=content_hash,
        data={**data, "activities": steps, "folder": read.name},
        minutes=sum(step["minutes"] for step in steps if not step.get("extra")),
        guide_html=page_html(read.texts["guide.md"], base),
        slides=[page_html(slide, base) for slide in split_slides(read.texts["slides.md"])],
        tasksheet_html=page_html(read.texts["tasksheet.md"], base),
        texts=texts_of(read),
        media={name: blob.sha256 for name, blob in blobs.items()},
        blobs=list(blobs.values()),
        items=[build_item(item, base) for item in read.items.data],
    )


def texts_of(read: LessonFolder) -> dict[str, str]:
    """Guide, slides and task sheet as they were written, by name."""
    return {name.removesuffix(".md"): text for name, text in read.texts.items()}


def course_base(version_id: UUID) -> str:
    """Where a course version's own pictures are served: those of its tests and its project."""
    return f"/content/courses/{version_id}/"


def build_tests(read: CourseFolder, version_id: UUID) -> list[tuple[str, BuiltItem]]:
    """The items of both tests in order, each with the name of its test."""
    base = course_base(version_id)
    return [
        (form, build_item(item, base))
        for form in TESTS
        if form in read.tests
        for item in read.tests[form].data
    ]


def blob_of(path: Path) -> Blob:
    body = path.read_bytes()
    kind = TYPES.get(path.suffix, "application/octet-stream")
    return Blob(hashlib.sha256(body).hexdigest(), kind, body)


def dataset_base(key: str, content_hash: str) -> str:
    """Where a version of a data set is served; the address never serves anything else."""
    return f"/content/datasets/{key}@{content_hash[:16]}/"


def build_step(step: dict[str, Any], base: str, datasets: dict[str, str]) -> dict[str, Any]:
    """An activity with its text as HTML and the address of its lab's data."""
    built = {**step, "text_html": render_markdown(step["text"], base)}
    if "lab" in step:
        name = step["lab"]["dataset"]
        built["lab"] = {**step["lab"], "dataset_url": dataset_base(name, datasets[name])}
    return built


def build_item(item: ItemSpec, base: str) -> BuiltItem:
    """An item with every text as HTML."""
    data = opaque(item)
    parts = {
        part: {piece["key"]: inline(piece["text"], base) for piece in data[part]}
        for part in ("options", "entries", "left", "right", "bins")
        if part in data
    }
    html: dict[str, Any] = {
        "stem": render_markdown(data["stem"], base),
        "hints": [render_markdown(hint, base) for hint in data["hints"]],
        "solution": render_markdown(data["solution"], base),
        "parts": parts,
        "picture": base + data["picture"] if data.get("picture") else "",
    }
    return BuiltItem(data["id"], hash_data(item), data, html)


def page_html(text: str, base: str) -> str:
    """Markdown of a whole page; a table's empty corner is no heading."""
    return render_markdown(text, base).replace("<th></th>", "<td></td>")


def inline(text: str, base: str) -> str:
    """Markdown of one line, without the paragraph around it."""
    html = render_markdown(text, base).strip()
    if html.count("<p>") == 1 and html.startswith("<p>") and html.endswith("</p>"):
        return html[3:-4]
    return html


def opaque(item: ItemSpec) -> ItemSpec:
    """The item with keys that don't betray the right order or the right pair: authors write a, b, c in the
    right order and r1 for l1, and a browser sees keys."""
    if item["kind"] == "order":
        new = _renamed(item["id"], [entry["key"] for entry in item["entries"]])
        return {
            **item,
            "entries": [{**entry, "key": new[entry["key"]]} for entry in item["entries"]],
            "traps": [
                {**trap, "before": [new[key] for key in trap["before"]]} for trap in item.get("traps", ())
            ],
        }
    if item["kind"] == "match":
        new = _renamed(item["id"], [entry["key"] for entry in item["right"]])
        return {
            **item,
            "right": [{**entry, "key": new[entry["key"]]} for entry in item["right"]],
            "pairs": {left: new[right] for left, right in item["pairs"].items()},
            "traps": [
                {**trap, "pair": [trap["pair"][0], new[trap["pair"][1]]]} for trap in item.get("traps", ())
            ],
        }
    return item


def _renamed(item_id: str, keys: list[str]) -> dict[str, str]:
    """Short names in an order that has nothing to do with the given one, the same at every import."""
    mixed = sorted(keys, key=lambda key: hashlib.sha256(f"{item_id}/{key}".encode()).digest())
    return {key: f"p{at + 1}" for at, key in enumerate(mixed)}
