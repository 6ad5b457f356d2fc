"""The hash of everything a course version shows: the same bytes, the same hash, whoever asks and whenever."""

from typing import Any
from uuid import UUID

from django.db.models import BinaryField, Func

from qiming.curriculum.models import CourseVersion, ItemVersion, LessonVersion, MediaFile, TestItem
from qiming.curriculum.queries import FRESH_S, NoSuchContent
from qiming.kernel.content import hash_data
from qiming.kernel.memo import kept

# `texts` is what a fork begins from, not what is shown: older lessons got it afterwards.
_LESSON = ("key", "position", "title", "minutes", "data", "guide_html", "slides", "tasksheet_html", "media")
_ITEM = ("key", "position", "kind", "concept", "difficulty", "data", "html")


def seal_of(course_version_id: UUID) -> str:
    """The SHA-256 of the version: course, lessons, items, tests, and the pictures as they are stored now."""
    course = CourseVersion.objects.filter(id=course_version_id).first()
    if course is None:
        raise NoSuchContent(str(course_version_id))
    lessons = list(lessons_of(course).order_by("position").values("id", *_LESSON))
    ids = [one.pop("id") for one in lessons]
    items = ItemVersion.objects.filter(lesson_version_id__in=ids)
    tests = TestItem.objects.filter(course_version_id=course.root_id or course.id)
    return hash_data(
        {
            "course": [course.key, course.title, course.stage, course.grades, course.data],
            "misconceptions": course.misconceptions,
            "lessons": lessons,
            "items": list(items.order_by("lesson_version__position", "position").values(*_ITEM, "use")),
            "tests": list(tests.order_by("form", "position").values("form", *_ITEM)),
            "pictures": _pictures([course.media, *(one["media"] for one in lessons)]),
        }
    )


@kept(FRESH_S)
def recent_seal(course_version_id: UUID) -> str:
    """The same for pages asked many times a minute: at most some seconds old."""
    return seal_of(course_version_id)


def lessons_of(course: CourseVersion) -> Any:
    """The rows of its lessons: its own, or those a school's version puts together."""
    if course.lineup:
        return LessonVersion.objects.filter(id__in=course.lineup)
    return LessonVersion.objects.filter(course_version=course)


def _pictures(media: list[dict[str, str]]) -> list[list[str]]:
    """Each picture's address beside the hash of the body that lies there now."""
    named = {sha256 for one in media for sha256 in one.values()}
    body = Func("body", function="sha256", output_field=BinaryField())
    rows = MediaFile.objects.filter(sha256__in=named).annotate(now=body).values_list("sha256", "now")
    found = {sha256: bytes(now).hex() for sha256, now in rows}
    return [[sha256, found.get(sha256, "")] for sha256 in sorted(named)]
