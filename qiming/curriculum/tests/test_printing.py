"""Books of a course: real PDF files with the right things in them, and nothing that pupils should not see."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import typst

from qiming.curriculum import queries
from qiming.curriculum.printing import BOOKS, write_book
from qiming.curriculum.printing.books import for_home
from qiming.curriculum.printing.parts import answer_words, on_paper, with_answer
from qiming.curriculum.services import sync_content
from qiming.curriculum.tests.conftest import LESSON
from qiming.curriculum.types import CourseRef, Item
from qiming.kernel.rich import pictures, tree
from qiming.kernel.typeset import PACKAGE
from qiming.registry import testing

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(tiny: Path, labs: Path) -> CourseRef:
    assert sync_content(tiny, labs=labs).ok
    found = queries.current_course("g7-tiny")
    assert found is not None
    return found


def make_item(kind: str, data: Any, html: dict[str, dict[str, str]]) -> Item:
    return Item(uuid4(), uuid4(), "k", 1, "v", kind, "c001", 1, (), "", data, (), "", html)


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_every_book_is_a_pdf_in_chinese(course: CourseRef, book: object) -> None:
    made = write_book(book, course.id)  # type: ignore[arg-type]
    assert made.startswith(b"%PDF-") and b"NotoSansSC" in made


def test_the_pupils_book_holds_no_answer(course: CourseRef) -> None:
    lessons = [queries.lesson(ref.id) for ref in course.lessons]
    said = json.dumps(BOOKS["handbook"].data(course, lessons), ensure_ascii=False)
    for item in queries.items_of_course(course.id):
        assert item.data["solution"] not in said
        assert not any(hint in said for hint in item.data["hints"])


def test_a_task_sheet_goes_on_where_its_author_began_a_page(
    tiny: Path, labs: Path, bend: Callable[[str, str, str], None]
) -> None:
    bend(f"{LESSON}/tasksheet.md", "姓名", "姓名\n\n## 第2页　剪下来\n\n| 一 | 二 |\n|---|---|\n| | |\n")
    assert sync_content(tiny, labs=labs).ok
    course = queries.current_course("g7-tiny")
    assert course is not None
    lessons = [queries.lesson(ref.id) for ref in course.lessons]
    parts = BOOKS["tasksheets"].data(course, lessons)["parts"]
    assert [part["title"] for part in parts] == ["第1课　第一课", ""]
    assert "剪下来" in json.dumps(parts[1]["body"], ensure_ascii=False)
    assert write_book(BOOKS["tasksheets"], course.id).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("html", "drawn"),
    [
        ('<p><img src="a" alt="猫"></p>', 1),
        ('<p><img src="a" alt="猫"> <img src="b" alt="鱼"><br><img src="a" alt="猫"></p>', 3),
        ('<p>有没有 <img src="b" alt="鱼">？</p>', 1),
        ('<p><img src="gone" alt="没有这张图"></p>', 0),
    ],
)
def test_every_picture_of_a_paragraph_is_printed(html: str, drawn: int) -> None:
    svg = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 120 120'><circle cx='60' cy='60' r='{}'/></svg>"
    )
    shown = {name: {"svg": svg.format(r), "width": 120, "height": 120} for name, r in (("a", 40), ("b", 20))}
    page = typst.compile(
        str(PACKAGE / "curriculum/documents/slides.typ"),
        root=str(PACKAGE),
        sys_inputs={"data": json.dumps({"title": "样张", "slides": [tree(html)], "pictures": shown})},
        format="svg",
    )
    assert isinstance(page, bytes) and page.count(b"<image") == drawn


def test_what_is_sorted_by_picture_shows_the_places_too() -> None:
    pieces = {part: {"x": f'<img src="{part}" alt="{part}">'} for part in ("bins", "entries")}
    item = make_item(
        "classify",
        {
            "bins": [{"key": "x", "text": "![有](media/x.svg)"}],
            "entries": [{"key": "x", "text": "猫", "bin": "x"}],
        },
        pieces,
    )
    assert [(group["title"], pictures(group["pieces"][0])) for group in on_paper(item)["groups"]] == [
        ("分到这几处", {"bins"}),
        ("分一分", {"entries"}),
    ]


def test_a_slide_with_a_tall_picture_stays_one_slide() -> None:
    svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 400 400'><circle cx='9' cy='9' r='9'/></svg>"
    html = '<h1>高</h1><p><img src="a" alt="塔"></p>' + "<p>塔下还有一句话。</p>" * 2
    page = typst.compile(
        str(PACKAGE / "curriculum/documents/slides.typ"),
        root=str(PACKAGE),
        sys_inputs={
            "data": json.dumps(
                {
                    "title": "样张",
                    "slides": [tree(html)],
                    "pictures": {"a": {"svg": svg, "width": 400, "height": 400}},
                }
            )
        },
        format="svg",
    )
    assert isinstance(page, bytes)  # several pages come as a list


def test_homework_comes_first_and_what_was_done_in_class_last(course: CourseRef) -> None:
    items = [item for ref in course.lessons for item in queries.items_of(ref.id)]
    assert [item.key for item in for_home(items)] == ["t7l1-q03", "t7l1-q04", "t7l1-q06", "t7l1-q07"]
    assert [item.key for item in for_home(items[:3])] == ["t7l1-q01", "t7l1-q02", "t7l1-q03"]


def test_what_is_put_in_order_has_room_for_a_number() -> None:
    entries = {"entries": [{"key": "a"}, {"key": "b"}]}
    assert [
        g["numbered"]
        for g in on_paper(make_item("order", entries, {"entries": {"a": "红", "b": "绿"}}))["groups"]
    ] == [True]


def test_the_answer_of_each_kind_is_said() -> None:
    pieces = {"a": "红", "b": "绿"}
    ordered = [{"key": "a"}, {"key": "b"}]
    assert answer_words(make_item("order", {"entries": ordered}, {"entries": pieces})) == "红 → 绿"
    matched = make_item(
        "match", {"pairs": {"a": "p"}}, {"left": pieces, "right": {"p": '<img src="x" alt="苹果">'}}
    )
    assert answer_words(matched) == "红—苹果"
    bins = {
        "bins": [{"key": "x"}, {"key": "y"}],
        "entries": [{"key": "a", "bin": "x"}, {"key": "b", "bin": "x"}],
    }
    binned = make_item("classify", bins, {"bins": {"x": "暖", "y": "冷"}, "entries": pieces})
    assert answer_words(binned) == "暖：红、绿；冷：没有"
    assert answer_words(make_item("numeric", {"answer": {"value": 75, "unit": "%"}}, {})) == "75%"


def test_html_becomes_nodes_and_foreign_tags_only_their_words() -> None:
    nodes = tree(
        '<p>甲<strong>乙</strong></p>\n<ul>\n<li>丙 <img src="/x" alt="丁"></li>\n</ul><script>坏</script>'
    )
    assert nodes == [
        {"t": "p", "c": ["甲", {"t": "strong", "c": ["乙"]}]},
        {"t": "ul", "c": [{"t": "li", "c": ["丙 ", {"t": "img", "src": "/x", "alt": "丁"}]}]},
        "坏",
    ]
    assert pictures(nodes) == {"/x"}


def test_the_lines_of_a_program_stay_apart() -> None:
    program, words = tree("<pre><code>a = 1\n\nb = 2\n</code></pre><p>第一行\n接着</p>")
    assert program == {"t": "pre", "c": [{"t": "code", "c": ["a = 1\n\nb = 2\n"]}]}
    assert words == {"t": "p", "c": ["第一行接着"]}


def test_a_teacher_takes_a_book_once_and_a_pupil_never(course: CourseRef) -> None:
    cast = testing.cast(2)
    teacher = cast.client("teacher")
    address = f"/courses/versions/{course.id}/handbook.pdf"
    first = teacher.get(address)
    assert first.status_code == 200 and first["Content-Type"] == "application/pdf"
    assert teacher.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert teacher.get(f"/courses/versions/{course.id}/novel.pdf").status_code == 404
    assert teacher.get(f"/courses/versions/{uuid4()}/handbook.pdf").status_code == 404
    assert cast.pupil_client().get(address).status_code == 403


def test_a_picture_question_is_printed_with_its_letters(course: CourseRef) -> None:
    spots = [
        {"key": "A", "text": "左", "area": {"shape": "rect", "at": [10, 20, 30, 40]}, "correct": True},
        {"key": "B", "text": "中", "area": {"shape": "circle", "at": [60, 50, 10]}},
        {"key": "C", "text": "右", "area": {"shape": "polygon", "at": [80, 10, 100, 10, 90, 40]}},
    ]
    item = replace(
        make_item(
            "hotspot", {"options": spots, "size": [100, 100]}, {"options": {"A": "左", "B": "中", "C": "右"}}
        ),
        picture_url="a",
        picture_alt="三样东西",
    )
    paper = on_paper(item)
    assert paper["groups"] == [{"title": "在图上圈出1处", "pieces": [], "numbered": False}]
    assert [one["box"] for one in paper["spots"][:2]] == [[0.1, 0.2, 0.3, 0.4], [0.5, 0.4, 0.2, 0.2]]
    assert paper["spots"][2]["points"] == [[0.8, 0.1], [1, 0.1], [0.9, 0.4]]
    assert answer_words(item) == "A"
    svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'><circle cx='9' cy='9' r='9'/></svg>"
    lesson = {"position": 1, "title": "课", "items": [with_answer(item, "概念")]}
    page = typst.compile(
        str(PACKAGE / "curriculum/documents/answers.typ"),
        root=str(PACKAGE),
        sys_inputs={
            "data": json.dumps(
                {
                    "title": "题目与解答",
                    "mark": "原创建议稿",
                    "lessons": [lesson],
                    "pictures": {"a": {"svg": svg, "width": 100, "height": 100}},
                }
            )
        },
        format="svg",
    )
    assert isinstance(page, bytes) and page.count(b"stroke-dasharray") >= 3
