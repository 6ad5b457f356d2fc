"""A draft course as plain data, and back: what is kept of a package that was read."""

import hashlib
import io
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from qiming.curriculum.building import TYPES, Blob
from qiming.curriculum.exchange.folder import write_folder
from qiming.curriculum.exchange.model import (
    DraftCourse,
    DraftItem,
    DraftLesson,
    DraftStep,
    Finding,
    Level,
    Report,
)
from qiming.curriculum.models import MediaFile

Media = dict[str, dict[str, str]]
_TYPES = TYPES | {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}


def as_data(course: DraftCourse) -> dict[str, Any]:
    """Everything but the pictures' bytes and the report."""
    lessons = [
        {
            "key": lesson.key,
            "title": lesson.title,
            "steps": [asdict(step) for step in lesson.steps],
            "items": [asdict(item) for item in lesson.items],
            "guide": lesson.guide,
            "slides": lesson.slides,
            "tasksheet": lesson.tasksheet,
            "sources": lesson.sources,
        }
        for lesson in course.lessons
    ]
    return {"title": course.title, "summary": course.summary, "licence": course.licence, "lessons": lessons}


def pictures_of(course: DraftCourse) -> tuple[Media, list[Blob]]:
    """What each lesson shows, by content, and the pictures to keep."""
    media: Media = {}
    blobs: dict[str, Blob] = {}
    for n, lesson in enumerate(course.lessons):
        for name, body in lesson.media.items():
            digest = hashlib.sha256(body).hexdigest()
            media.setdefault(str(n), {})[name] = digest
            blobs[digest] = Blob(digest, _TYPES[Path(name).suffix], body)
    return media, list(blobs.values())


def from_data(data: dict[str, Any], media: Media, report: dict[str, Any]) -> DraftCourse:
    """The draft as it was read, with its pictures."""
    wanted = {digest for names in media.values() for digest in names.values()}
    stored = MediaFile.objects.filter(sha256__in=wanted).values_list("sha256", "body")
    bodies = {digest: bytes(body) for digest, body in stored}
    course = DraftCourse(data["title"], data["summary"], data["licence"], report=report_of(report))
    for n, said in enumerate(data["lessons"]):
        texts = {name: said[name] for name in ("key", "title", "guide", "slides", "tasksheet", "sources")}
        lesson = DraftLesson(**texts)
        lesson.steps = [DraftStep(**step) for step in said["steps"]]
        lesson.items = [DraftItem(**item) for item in said["items"]]
        lesson.media = {name: bodies[digest] for name, digest in media.get(str(n), {}).items()}
        course.lessons.append(lesson)
    return course


def report_of(said: dict[str, Any]) -> Report:
    """A report as it was kept."""
    report = Report(unsaid=said.get("unsaid", 0))
    report.counts.update(said.get("counts", {}))
    report.findings = [
        Finding(Level[one["level"].upper()], one["where"], one["what"]) for one in said.get("findings", ())
    ]
    return report


def folder_as_zip(course: DraftCourse, name: str) -> bytes:
    """The draft's course folder, zipped: for a text editor and `qiming content check`."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / name
        write_folder(course, folder)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in _files(folder):
                archive.write(path, f"{name}/{path.relative_to(folder).as_posix()}")
        return out.getvalue()


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())
