"""What frames a course: the test before, the parallel test after, and the project at its end."""

from collections.abc import Iterator

from qiming.curriculum.checks.areas import check_areas
from qiming.curriculum.checks.items import check_items
from qiming.curriculum.checks.known import Known, no_such
from qiming.curriculum.checks.svg import check_svg
from qiming.curriculum.checks.texts import (
    UNUSED,
    check_inner_text,
    check_item_texts,
    pictures_in,
    pictures_of,
)
from qiming.curriculum.reading import CourseFolder, Library
from qiming.kernel.content import Document, Problem
from qiming.kernel.content_words import Words


def check_project(read: CourseFolder, known: Known) -> Iterator[Problem]:
    """The project's steps name lessons of this course, its rubric names concepts that exist."""
    if not read.project:
        return
    lessons = {lesson.lesson.data["key"] for lesson in read.lessons if lesson.lesson}
    for at, step in enumerate(read.project.data["steps"]):
        if step["lesson"] not in lessons:
            words = no_such("课", "lesson", step["lesson"], "检查课的编号。", "Check the lesson's key.")
            yield read.project.problem(("steps", at, "lesson"), words)
    for at, row in enumerate(read.project.data["rubric"]):
        for n, concept in enumerate(row.get("concepts", ())):
            if concept not in known.concepts:
                words = no_such("知识点", "concept", concept, "检查编号。", "Check the id.")
                yield read.project.problem(("rubric", at, "concepts", n), words)


def check_course_tests(read: CourseFolder, library: Library, known: Known) -> Iterator[Problem]:
    """Both tests' items are sound, and item by item they ask the same concept in the same way."""
    yield from _pictures(read, library)
    names = {entry["id"] for entry in read.misconceptions.data} if read.misconceptions else set()
    for document in read.tests.values():
        if document.data:
            yield from check_items(document, document.data[0]["id"].split("-")[0], names, known)
        for at, item in enumerate(document.data):
            if item["kind"] == "short":
                yield document.problem((at, "kind"), _NOT_BY_MACHINE)
        yield from check_item_texts(document, read)
        yield from check_areas(document, read)
    before, after = read.tests.get("pretest"), read.tests.get("posttest")
    if before and after:
        yield from _parallel(before, after)
    elif (only := before or after) is not None:
        yield only.problem((), _ONE_ONLY)


def _pictures(read: CourseFolder, library: Library) -> Iterator[Problem]:
    """A course's own pictures serve its tests and its project."""
    used: set[str] = set().union(*map(pictures_of, read.tests.values()))
    if read.project:
        brief = read.project.data["brief"]
        yield from check_inner_text(read.project, ("brief",), brief, read)
        used |= pictures_in(brief)
    for name, path in read.media.items():
        yield from check_svg(path, library.root)
        if name not in used:
            yield Problem(path.relative_to(library.root).as_posix(), 1, "", UNUSED, warns=True)


def _parallel(before: Document, after: Document) -> Iterator[Problem]:
    if len(before.data) != len(after.data):
        yield after.problem((), _UNEQUAL)
    for at, (first, second) in enumerate(zip(before.data, after.data, strict=False)):
        if first["kind"] != second["kind"]:
            yield after.problem((at, "kind"), _NOT_PARALLEL)
        if first["concept"] != second["concept"]:
            yield after.problem((at, "concept"), _NOT_PARALLEL)


_NOT_BY_MACHINE = Words(
    "课前测和课后测的题要由机器判对错，简答不行。",
    "An item of a test is marked by the machine; a short answer isn't.",
    "换成选、排、连、分或填数。",
    "Ask by choosing, ordering, matching, sorting or a number.",
)
_ONE_ONLY = Words(
    "课前测和课后测要成对。",
    "A test before and a test after come as a pair.",
    "请补上 pretest.yaml 或 posttest.yaml。",
    "Write the one that is missing.",
)
_UNEQUAL = Words(
    "课前测和课后测题数不同。",
    "The two tests differ in length.",
    "请一题对一题。",
    "Match them item by item.",
)
_NOT_PARALLEL = Words(
    "和课前测同一位置的题不平行。",
    "Not parallel to the test before.",
    "同一位置要问同一个知识点，用同一种题型。",
    "Ask the same concept by the same kind of item.",
)
