"""Which books there are and what stands in each."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from qiming.curriculum import queries
from qiming.curriculum.printing.parts import on_paper, with_answer
from qiming.curriculum.printing.pictures import drawings
from qiming.curriculum.types import CourseRef, Item, Lesson
from qiming.kernel import pdf
from qiming.kernel.rich import Node, pictures, tree
from qiming.kernel.text import render_markdown
from qiming.registry.types import grade_name

HOME_ITEMS = 4
# Raise it when a document changes, so that no browser keeps an older setting.
PRINTING = 7
# A task sheet starts a new page where its author wrote "## 第2页 …" or "## …（第2页）".
_NEW_SHEET = re.compile(r"(?=<h2>(?:第\d页|[^<]*（第\d页[^<]*）</h2>))")


@dataclass(frozen=True, slots=True)
class Book:
    """One printed book of a course; `data` gathers what its document needs."""

    key: str
    title: str
    says: str
    document: str
    data: Callable[[CourseRef, list[Lesson]], dict[str, Any]]


def write_book(book: Book, course_version_id: UUID) -> bytes:
    """The PDF of a book of this course version; the same version gives the same pages."""
    course = queries.course(course_version_id)
    lessons = [queries.lesson(ref.id) for ref in course.lessons]
    data = book.data(course, lessons)
    return pdf.write(
        f"curriculum/documents/{book.document}.typ",
        data
        | {
            "title": f"{course.title}　{book.title}",
            "mark": f"{course.title} · {course.status_words} · {course.licence}",
            "pictures": drawings(addresses(data)),
        },
    )


def handbook(course: CourseRef, lessons: list[Lesson]) -> dict[str, Any]:
    return {
        "stage": course.stage_words,
        "grades": "、".join(grade_name(grade) for grade in course.grades),
        "summary": course.summary,
        "status": course.status_words,
        "licence": course.licence,
        "lessons": [_chapter(lesson) for lesson in lessons],
        "project": _project(queries.project_of(course.id), queries.project_html(course.id)),
    }


def guides(course: CourseRef, lessons: list[Lesson]) -> dict[str, Any]:
    return {"parts": [_part(lesson, queries.guide_html(lesson.id), lesson.summary) for lesson in lessons]}


def tasksheets(course: CourseRef, lessons: list[Lesson]) -> dict[str, Any]:
    parts = [
        (_part(lesson, html, "") if at == 0 else {"title": "", "note": "", "body": tree(html)})
        | {"one_page": True}
        for lesson in lessons
        for at, html in enumerate(sheet_pages(queries.tasksheet_html(lesson.id)))
    ]
    return {"parts": parts}


def sheet_pages(html: str) -> list[str]:
    """The pages of a task sheet, as its author divided them."""
    return [page for page in _NEW_SHEET.split(html) if page.strip()]


def answers(course: CourseRef, lessons: list[Lesson]) -> dict[str, Any]:
    items = {lesson.id: queries.items_of(lesson.id) for lesson in lessons}
    names = queries.concepts({item.concept for some in items.values() for item in some})
    return {
        "lessons": [
            {
                "position": lesson.position,
                "title": lesson.title,
                "items": [
                    with_answer(item, names[item.concept].title if item.concept in names else "")
                    for item in items[lesson.id]
                ],
            }
            for lesson in lessons
        ]
    }


def slides(course: CourseRef, lessons: list[Lesson]) -> dict[str, Any]:
    return {"slides": [tree(slide) for lesson in lessons for slide in queries.slides(lesson.id)]}


BOOKS = {
    book.key: book
    for book in (
        Book("handbook", "学习手册", "学生一人一本：每课的问题、步骤、练习和任务单", "handbook", handbook),
        Book("guides", "教案", "给老师：每一课的教案装成一册", "pages", guides),
        Book("tasksheets", "任务单", "课上发的任务单，每课另起一页", "pages", tasksheets),
        Book("answers", "题目与解答", "给老师：全部题目、答案和提示", "answers", answers),
        Book("slides", "幻灯片", "课上投的幻灯片，一页一张", "slides", slides),
    )
}


def _chapter(lesson: Lesson) -> dict[str, Any]:
    return {
        "key": f"lesson-{lesson.position}",
        "position": lesson.position,
        "title": lesson.title,
        "question": lesson.question,
        "situation": tree(render_markdown(lesson.situation)),
        "goals": list(lesson.goals),
        "words": list(lesson.new_words),
        "steps": [
            {
                "title": step.title,
                "kind": step.kind_words,
                "minutes": step.minutes,
                "text": tree(step.text_html),
                "choices": [str(choice["text"]) for choice in step.data.get("choices", ())],
                "record": [str(record["label"]) for record in step.data.get("record", ())],
                "prompt": str(step.data.get("prompt", "")),
            }
            for step in lesson.main_activities
        ],
        "sheet": [_below_title(tree(page)) for page in sheet_pages(queries.tasksheet_html(lesson.id))],
        "items": [on_paper(item) for item in for_home(queries.items_of(lesson.id))],
    }


def for_home(items: Sequence[Item]) -> list[Item]:
    """A few to do at home, in the lesson's order: homework first, and none from class while others are left."""
    at_home = [item for item in items if "homework" in item.use or "practice" in item.use]
    chosen = sorted(at_home, key=lambda item: ("class" in item.use, "homework" not in item.use))[:HOME_ITEMS]
    return [item for item in at_home if item in chosen]


def _project(data: dict[str, Any] | None, brief: str) -> dict[str, Any] | None:
    if data is None:
        return None
    return {
        "title": data["title"],
        "question": data["question"],
        "brief": tree(brief),
        "steps": [{"title": step["title"], "text": step["text"]} for step in data["steps"]],
        "hand_in": data["hand_in"],
        "ai_statement": data.get("ai_statement", ""),
        "levels": max(len(row["levels"]) for row in data["rubric"]),
        "rubric": [[row["title"], *row["levels"]] for row in data["rubric"]],
    }


def _part(lesson: Lesson, html: str, note: str) -> dict[str, Any]:
    return {
        "title": f"第{lesson.position}课　{lesson.title}",
        "note": note,
        "body": _below_title(tree(html)),
        "one_page": False,
    }


def _below_title(nodes: list[Node]) -> list[Node]:
    """Without the first heading, which the book sets itself."""
    first = nodes[0] if nodes else None
    return nodes[1:] if isinstance(first, dict) and first["t"] == "h1" else nodes


def addresses(value: Any) -> set[str]:
    """Every picture named anywhere in the data."""
    if isinstance(value, dict):
        if "t" in value:
            return pictures([value])
        own = {value["picture"]} if value.get("picture") else set()
        return own | {address for one in value.values() for address in addresses(one)}
    if isinstance(value, list):
        return {address for one in value for address in addresses(one)}
    return set()
