"""Which lessons a course version holds: a school's version is the city's with some lessons in the place of others.

The one answer to "which version does this class get" is the course version its offering points at; every room asks
`curriculum.queries` with it. Here such a version is made, and found again: the same lessons are the same version.
"""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.curriculum.models import CourseVersion, LessonVersion
from qiming.kernel.access import Denied
from qiming.kernel.content import hash_data
from qiming.kernel.ids import new_id
from qiming.registry import queries as registry


def with_lesson(course_version_id: UUID, lesson_version_id: UUID, *, scope_path: str) -> UUID:
    """The version of the course that has this lesson in its place. `scope_path` is the class's: a lesson of another
    school is not to be had, like one of another course or none at all."""
    course = CourseVersion.objects.select_related("root").get(id=course_version_id)
    lesson = (
        LessonVersion.objects.select_related("course_version", "course_version__root")
        .filter(id=lesson_version_id, course_version__key=course.key)
        .first()
    )
    if lesson is None or not scope_path.startswith(lesson.course_version.scope_path):
        raise Denied("curriculum.choose_lesson")
    there = dict(_lessons(course))
    if lesson.key not in there:
        raise Denied("curriculum.choose_lesson")
    there[lesson.key] = lesson.id
    return edition(course.root or course, list(there.values()), more=lesson.course_version, at=scope_path)


def edition(root: CourseVersion, lineup: list[UUID], *, more: CourseVersion, at: str) -> UUID:
    """The course version with these lessons. `more` is where a lesson comes from that `root` has not: its
    misconceptions are known too; `at` is the path of the class it is for."""
    own = [lesson_id for _, lesson_id in _lessons(root)]
    if lineup == own:
        return root.id
    content_hash = hash_data([str(root.id), [str(one) for one in lineup]])
    found = CourseVersion.objects.filter(key=root.key, content_hash=content_hash).first()
    if found:
        return found.id
    version = edition_row(root, lineup, content_hash, more, at=at)
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError:  # made by somebody else just now
        return CourseVersion.objects.get(key=root.key, content_hash=content_hash).id
    return version.id


def edition_row(
    root: CourseVersion,
    lineup: list[UUID],
    content_hash: str,
    more: CourseVersion,
    scope_path: str = "",
    *,
    at: str = "",
) -> CourseVersion:
    """Such a version, not yet stored."""
    others = LessonVersion.objects.filter(id__in=lineup).exclude(course_version__scope_path="")
    paths = set(others.values_list("course_version__scope_path", flat=True)) | {scope_path}
    known = {entry["id"] for entry in root.misconceptions}
    added: list[Any] = [entry for entry in more.misconceptions if entry["id"] not in known]
    return CourseVersion(
        id=new_id(),
        key=root.key,
        content_hash=content_hash,
        title=root.title,
        stage=root.stage,
        grades=root.grades,
        status=root.status,
        data=root.data,
        misconceptions=[*root.misconceptions, *added],
        media=root.media,
        is_current=False,
        scope_path=_home(paths, at),
        root=root,
        lineup=[str(one) for one in lineup],
    )


def _home(paths: set[str], at: str) -> str:
    """Whose the version is. With lessons lent by another school in it, it is the class's own school's."""
    if at and not all(at.startswith(path) for path in paths):
        return registry.school_of(at).path
    return max(paths, key=len)


def _lessons(course: CourseVersion) -> list[tuple[str, UUID]]:
    """(key, id) of the lessons in their order."""
    rows = LessonVersion.objects.filter(course_version=course)
    if course.lineup:
        rows = LessonVersion.objects.filter(id__in=course.lineup)
    return list(rows.order_by("position").values_list("key", "id"))
