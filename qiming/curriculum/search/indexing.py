"""Making the index: one course version or one graph at a time, in the transaction of the one who asks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from qiming.curriculum.models import (
    Concept,
    ConceptGraph,
    CourseVersion,
    ItemVersion,
    LessonVersion,
    SearchEntry,
)
from qiming.curriculum.search.words import tokens
from qiming.curriculum.types import KIND_WORDS
from qiming.kernel import time
from qiming.kernel.ids import new_id

_ADD = """
    INSERT INTO curriculum_searchentry (id, created_at, kind, owner, target, title, place, initials, pinyin, words)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s,
            setweight(array_to_tsvector(%s), 'A') || setweight(array_to_tsvector(%s), 'C'))
"""
TITLE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Entry:
    kind: str
    target: str
    title: str
    place: str
    body: str


@transaction.atomic
def index_current() -> int:
    """Index every current course version and changed graph that is not yet; forget what is no longer current.

    Returns how many entries were written. Nothing to do costs two questions.
    """
    courses = {str(row.id): row for row in CourseVersion.objects.filter(is_current=True)}
    graphs = {f"{row.key}@{row.content_hash}": row for row in ConceptGraph.objects.all()}
    there = set(SearchEntry.objects.values_list("owner", flat=True).distinct())
    SearchEntry.objects.filter(owner__in=there - courses.keys() - graphs.keys()).delete()
    written = 0
    for owner in courses.keys() - there:
        written += _write(owner, _of_course(courses[owner]))
    for owner in graphs.keys() - there:
        written += _write(owner, _of_graph(graphs[owner]))
    return written


def _write(owner: str, entries: Iterable[Entry]) -> int:
    at = time.now()
    rows = [
        (
            new_id(),
            at,
            entry.kind,
            owner,
            entry.target,
            entry.title[:TITLE_LENGTH],
            entry.place,
            *(_spelled(entry.title) if entry.kind != SearchEntry.Kind.ITEM else ("", "")),
            sorted(set(tokens(entry.title))),
            sorted(set(tokens(entry.body))),
        )
        for entry in entries
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, rows)
    return len(rows)


def _of_course(course: CourseVersion) -> Iterator[Entry]:
    said: dict[str, Any] = course.data
    yield Entry("course", course.key, course.title, "", f"{said['summary']} {said['purpose']}")
    for lesson in course.lessons.all():
        yield _lesson(lesson, course)
    items = ItemVersion.objects.filter(lesson_version__course_version=course).select_related("lesson_version")
    for item in items.order_by("lesson_version__position", "position"):
        yield _item(item, course)


def _lesson(lesson: LessonVersion, course: CourseVersion) -> Entry:
    said: dict[str, Any] = lesson.data
    body = [said["question"], said["situation"], said["summary"], *said["goals"]]
    body += [word["word"] for word in said.get("new_words", ())]
    body += [f"{step['title']} {step['text']}" for step in said["activities"]]
    place = f"{course.title} 第{lesson.position}课"
    return Entry("lesson", str(lesson.id), lesson.title, place, " ".join(body))


def _item(item: ItemVersion, course: CourseVersion) -> Entry:
    pieces = [
        str(piece["text"])
        for part in ("options", "entries", "left", "right")
        for piece in item.data.get(part, ())
    ]
    lesson = item.lesson_version
    kind = KIND_WORDS.get(item.kind, item.kind)
    place = f"{course.title} 第{lesson.position}课 {lesson.title} · {kind}"
    return Entry("item", f"{lesson.id}#{item.key}", str(item.data["stem"]), place, " ".join(pieces))


def _of_graph(graph: ConceptGraph) -> Iterator[Entry]:
    for concept in Concept.objects.filter(graph=graph, is_current=True):
        body = f"{concept.note} {concept.pupil} {concept.teacher}"
        place = f"{graph.subject} {concept.grade}年级 · {concept.strand}"
        yield Entry("concept", concept.key, concept.title, place, body)


def _spelled(title: str) -> tuple[str, str]:
    """Initials and full pinyin: 背答案 gives `bda` and `beidaan`."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its tables take 57 MB: only who indexes loads them

    spelled = [one.casefold() for one in lazy_pinyin(title, errors="ignore")]
    return "".join(one[:1] for one in spelled), "".join(spelled)
