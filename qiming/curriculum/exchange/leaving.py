"""A course of ours on its way out, from the text of a folder or from a stored version."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from qiming.curriculum import queries
from qiming.curriculum.building import page_html
from qiming.curriculum.models import CourseVersion, ItemVersion, LessonVersion, MediaFile, TestItem
from qiming.curriculum.reading import CourseFolder, split_slides
from qiming.curriculum.types import ItemSpec

# Where a stored version serves its pictures; in a package they lie beside the page.
_SERVED = re.compile(r"/content/lessons/[0-9a-f-]{36}/(?=media/)")


@dataclass(frozen=True, slots=True)
class Leaving:
    """A lesson; `media` maps `media/x.svg` to what it holds, HTML names pictures the same way."""

    key: str
    title: str
    items: Sequence[ItemSpec]
    media: dict[str, bytes]
    data: dict[str, Any] = field(default_factory=dict)
    guide_html: str = ""
    slides: Sequence[str] = ()
    tasksheet_html: str = ""


@dataclass(frozen=True, slots=True)
class LeavingCourse:
    """The course with its lessons in teaching order."""

    key: str
    title: str
    summary: str
    licence: str
    status: str
    lessons: Sequence[Leaving]


def from_folder(read: CourseFolder) -> LeavingCourse:
    """A course of a checked content folder; lessons that could not be read are left out (the check says so)."""
    assert read.course
    lessons = [
        Leaving(
            key=one.lesson.data["key"],
            title=one.lesson.data["title"],
            items=one.items.data,
            media={name: path.read_bytes() for name, path in one.media.items()},
            data=one.lesson.data,
            guide_html=page_html(one.texts.get("guide.md", ""), ""),
            slides=[page_html(slide, "") for slide in split_slides(one.texts.get("slides.md", ""))],
            tasksheet_html=page_html(one.texts.get("tasksheet.md", ""), ""),
        )
        for one in read.lessons
        if one.lesson and one.items
    ]
    media = {name: path.read_bytes() for name, path in read.media.items()}
    lessons += _tests({form: document.data for form, document in read.tests.items()}, media)
    return _course(read.course.data, lessons)


def from_rows(version_id: UUID) -> LeavingCourse | None:
    """A stored course version; None when there is none."""
    version = CourseVersion.objects.filter(id=version_id).first()
    if version is None:
        return None
    listed = [ref.id for ref in queries.course(version_id).lessons]
    rows = sorted(LessonVersion.objects.filter(id__in=listed), key=lambda row: listed.index(row.id))
    items: dict[UUID, list[ItemSpec]] = {row.id: [] for row in rows}
    asked = ItemVersion.objects.filter(lesson_version__in=rows).order_by("position")
    for lesson_id, data in asked.values_list("lesson_version_id", "data"):
        items[lesson_id].append(data)
    wanted = {digest for media in (version.media, *(row.media for row in rows)) for digest in media.values()}
    stored = MediaFile.objects.filter(sha256__in=wanted).values_list("sha256", "body")
    bodies = {digest: bytes(body) for digest, body in stored}
    lessons = [
        Leaving(
            key=row.key,
            title=row.title,
            items=items[row.id],
            media={f"media/{name}": bodies[digest] for name, digest in sorted(row.media.items())},
            data=row.data,
            guide_html=_SERVED.sub("", row.guide_html),
            slides=[_SERVED.sub("", slide) for slide in row.slides],
            tasksheet_html=_SERVED.sub("", row.tasksheet_html),
        )
        for row in rows
    ]
    tests: dict[str, list[ItemSpec]] = {}
    asked_before = TestItem.objects.filter(course_version=version).order_by("position")
    for form, data in asked_before.values_list("form", "data"):
        tests.setdefault(form, []).append(data)
    media = {f"media/{name}": bodies[digest] for name, digest in sorted(version.media.items())}
    return _course(version.data, lessons + _tests(tests, media))


def _tests(items: dict[str, list[ItemSpec]], media: dict[str, bytes]) -> list[Leaving]:
    """The test before the course and the one after it, each by itself with the pictures it shows."""
    found = []
    for form, title in TestItem.Form.choices:
        asked = items.get(form, [])
        if asked:
            said = str(asked)
            shown = {name: body for name, body in media.items() if name in said}
            found.append(Leaving(asked[0]["id"].rpartition("-q")[0], title, asked, shown))
    return found


def _course(data: dict[str, Any], lessons: Sequence[Leaving]) -> LeavingCourse:
    return LeavingCourse(
        data["key"],
        data["title"],
        data.get("summary", ""),
        data.get("licence", ""),
        data.get("status", ""),
        lessons,
    )
