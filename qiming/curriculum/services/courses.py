"""A course folder becomes a version: the good lessons as they are, a bad one as it was before."""

from dataclasses import dataclass
from typing import Any

from qiming.curriculum.building import (
    BuiltLesson,
    blob_of,
    build_lesson,
    build_tests,
    course_hash,
    lesson_hash,
    texts_of,
)
from qiming.curriculum.events import COURSE_CHANGED
from qiming.curriculum.models import CourseVersion, ItemVersion, LessonVersion, TestItem
from qiming.curriculum.reading import CourseFolder, LessonFolder
from qiming.curriculum.services.facts import keep_blobs
from qiming.kernel import audit, outbox
from qiming.kernel.access import Actor
from qiming.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class _Part:
    """A lesson of the version to be: read anew, or kept from the version before."""

    content_hash: str
    read: LessonFolder | None = None
    old: LessonVersion | None = None


def import_course(read: CourseFolder, datasets: dict[str, str], actor: Actor | None) -> bool | None:
    """True: a new version is current. False: nothing changed. None: no lesson can be used."""
    assert read.course and read.misconceptions
    parts = _parts(read, datasets)
    if not parts:
        return None
    content_hash = course_hash(read, [part.content_hash for part in parts])
    current = CourseVersion.objects.filter(key=read.name, is_current=True).first()
    if current and current.content_hash == content_hash:
        _keep_texts(current, parts)
        return False
    CourseVersion.objects.filter(key=read.name, is_current=True).update(is_current=False)
    version = CourseVersion.objects.filter(key=read.name, content_hash=content_hash).first()
    if version:
        version.is_current = True
        version.save(update_fields=["is_current"])
    else:
        version = _write(read, content_hash, parts, datasets)
    audit.write(
        actor,
        "curriculum.import_course",
        thing="course_version",
        thing_id=version.id,
        scope_path="",
        detail={"key": version.key, "content_hash": content_hash, "lessons": len(parts)},
    )
    said = {"course_version_id": str(version.id), "key": version.key, "title": version.title}
    outbox.announce(COURSE_CHANGED, said, "")
    return True


def _keep_texts(version: CourseVersion, parts: list[_Part]) -> None:
    """Lessons that were stored before their Markdown was kept get it from the folder they were made of."""
    lacking = list(LessonVersion.objects.filter(course_version=version, texts={}))
    folders = {part.content_hash: part.read for part in parts if part.read}
    for row in lacking:
        if row.content_hash in folders:
            row.texts = texts_of(folders[row.content_hash])
            row.save(update_fields=["texts"])


def _parts(read: CourseFolder, datasets: dict[str, str]) -> list[_Part]:
    stored = LessonVersion.objects.filter(course_version__key=read.name, course_version__is_current=True)
    old = {row.data.get("folder"): row for row in stored}
    parts = []
    for lesson in read.lessons:
        steps: list[dict[str, Any]] = lesson.lesson.data["activities"] if lesson.lesson else []
        lacks_data = any("lab" in step and step["lab"]["dataset"] not in datasets for step in steps)
        if not lacks_data and not any(not problem.warns for problem in lesson.problems):
            parts.append(_Part(lesson_hash(lesson, datasets), read=lesson))
        elif lesson.name in old:
            parts.append(_Part(old[lesson.name].content_hash, old=old[lesson.name]))
    return parts


def _write(
    read: CourseFolder, content_hash: str, parts: list[_Part], datasets: dict[str, str]
) -> CourseVersion:
    assert read.course and read.misconceptions
    data: dict[str, Any] = read.course.data
    version = CourseVersion.objects.create(
        key=data["key"],
        content_hash=content_hash,
        title=data["title"],
        stage=data["stage"],
        grades=data["grades"],
        status=data["status"],
        data=data | ({"project": read.project.data} if read.project else {}),
        misconceptions=_misconceptions(read, parts),
        media=_keep_media(read),
    )
    _write_tests(read, version)
    for position, part in enumerate(parts, start=1):
        if part.old:
            _copy(version, position, part.old)
        elif part.read:
            _write_lesson(version, position, build_lesson(part.read, part.content_hash, datasets))
    return version


def _keep_media(read: CourseFolder) -> dict[str, str]:
    blobs = {name.removeprefix("media/"): blob_of(path) for name, path in read.media.items()}
    keep_blobs(list(blobs.values()))
    return {name: blob.sha256 for name, blob in blobs.items()}


def _write_tests(read: CourseFolder, version: CourseVersion) -> None:
    TestItem.objects.bulk_create(
        TestItem(
            course_version=version,
            form=form,
            key=item.key,
            position=at,
            content_hash=item.content_hash,
            kind=item.data["kind"],
            concept=item.data["concept"],
            difficulty=item.data["difficulty"],
            data=item.data,
            html=item.html,
        )
        for at, (form, item) in enumerate(build_tests(read, version.id), start=1)
    )


def _misconceptions(read: CourseFolder, parts: list[_Part]) -> list[dict[str, Any]]:
    """Those of the folder, and any older one that a kept lesson still names."""
    assert read.misconceptions
    named: list[dict[str, Any]] = list(read.misconceptions.data)
    known = {entry["id"] for entry in named}
    for part in parts:
        for entry in part.old.course_version.misconceptions if part.old else ():
            if entry["id"] not in known:
                known.add(entry["id"])
                named.append(entry)
    return named


def _write_lesson(version: CourseVersion, position: int, built: BuiltLesson) -> None:
    keep_blobs(built.blobs)
    lesson = LessonVersion.objects.create(
        id=built.id,
        course_version=version,
        key=built.key,
        position=position,
        content_hash=built.content_hash,
        title=built.data["title"],
        minutes=built.minutes,
        data=built.data,
        guide_html=built.guide_html,
        slides=built.slides,
        tasksheet_html=built.tasksheet_html,
        texts=built.texts,
        concepts=built.data["concepts"],
        media=built.media,
    )
    ItemVersion.objects.bulk_create(
        ItemVersion(
            lesson_version=lesson,
            key=item.key,
            position=at,
            content_hash=item.content_hash,
            kind=item.data["kind"],
            concept=item.data["concept"],
            difficulty=item.data["difficulty"],
            use=item.data["use"],
            data=item.data,
            html=item.html,
        )
        for at, item in enumerate(built.items, start=1)
    )


def _copy(version: CourseVersion, position: int, old: LessonVersion) -> None:
    """The lesson as it was; its pictures are still served under the version they came with."""
    items = list(old.items.all())
    old.pk = new_id()
    old.course_version = version
    old.position = position
    old._state.adding = True
    old.save(force_insert=True)
    for item in items:
        item.pk = new_id()
        item.lesson_version = old
        item._state.adding = True
    ItemVersion.objects.bulk_create(items)
