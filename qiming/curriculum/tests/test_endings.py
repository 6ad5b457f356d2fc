"""Tests of a course come in with it, keep apart from its lessons, and bring their own pictures."""

from pathlib import Path

import pytest
from django.test import Client

from qiming.curriculum import queries
from qiming.curriculum.models import CourseVersion, TestItem
from qiming.curriculum.printing.books import handbook
from qiming.curriculum.printing.pictures import drawings
from qiming.curriculum.services import sync_content
from qiming.curriculum.tests.conftest import COURSE, LESSON
from qiming.curriculum.tests.test_checks import PROJECT, TEST, _courses_end, problems
from qiming.kernel.rich import pictures

pytestmark = pytest.mark.django_db


def write(tiny: Path, before: str = "c052", after: str = "c052") -> None:
    tests = {"pretest": TEST % ("pre", before), "posttest": TEST % ("post", after)}
    shown = {
        name: text.replace("text: 测试集", "text: '![一只苹果](media/apple.svg)'")
        for name, text in tests.items()
    }
    _courses_end(tiny, **shown, project=PROJECT % ("t7l1", "t7l1", "c052"))
    (tiny / COURSE / "media").mkdir(exist_ok=True)
    drawing = (tiny / LESSON / "media" / "split.svg").read_bytes()
    (tiny / COURSE / "media" / "apple.svg").write_bytes(drawing)


def test_tests_come_in_and_stay_out_of_the_lessons(tiny: Path, labs: Path, client: Client) -> None:
    write(tiny)
    assert sync_content(tiny, labs=labs).ok
    course = queries.current_course("g7-tiny")
    assert course is not None
    before = queries.test_items(course.id, "pretest")
    after = queries.test_items(course.id, "posttest")
    assert len(before) == len(after) == 1 and before[0].concept == after[0].concept
    assert not {one.key for one in (*before, *after)} & {
        one.key for one in queries.items_of_course(course.id)
    }
    assert queries.item_by_key(course.id, before[0].key) is None
    html = "".join(before[0].html["options"].values())
    assert f"/content/courses/{course.id}/media/apple.svg" in html
    picture = client.get(f"/content/courses/{course.id}/media/apple.svg")
    assert picture.status_code == 200 and picture["Content-Type"] == "image/svg+xml"
    assert client.get(f"/content/courses/{course.id}/media/pear.svg").status_code == 404
    assert "<p>" in queries.project_html(course.id)


def test_the_picture_of_a_project_is_printed(tiny: Path, labs: Path) -> None:
    write(tiny)
    path = tiny / COURSE / "project.yaml"
    said = path.read_text(encoding="utf-8")
    path.write_text(
        said.replace("brief: 教一个", "brief: '![一只苹果](media/apple.svg) 教一个").replace(
            "能不能用。", "能不能用。'"
        ),
        encoding="utf-8",
    )
    assert sync_content(tiny, labs=labs).ok
    course = queries.current_course("g7-tiny")
    assert course is not None
    address = f"/content/courses/{course.id}/media/apple.svg"
    assert pictures(handbook(course, [])["project"]["brief"]) == {address}
    assert drawings([address])[address]["svg"].startswith("<svg")


def test_a_changed_test_or_picture_is_a_new_version(tiny: Path, labs: Path) -> None:
    write(tiny)
    sync_content(tiny, labs=labs)
    first = queries.current_course("g7-tiny")
    path = tiny / COURSE / "media" / "apple.svg"
    path.write_bytes(path.read_bytes().replace(b"</svg>", b"<!-- other --></svg>"))
    assert sync_content(tiny, labs=labs).ok
    second = queries.current_course("g7-tiny")
    assert first and second and first.id != second.id
    assert CourseVersion.objects.filter(key="g7-tiny").count() == 2 and TestItem.objects.count() == 4
    assert sync_content(tiny, labs=labs).unchanged


def test_a_test_is_marked_by_the_machine(tiny: Path, labs: Path) -> None:
    short = (
        "- {id: g7%s-q01, kind: short, concept: c052, difficulty: 1, use: [homework], stem: 哪份图先收起来？为什么？,\n"
        "   accept: [测试集], rubric: [{key: a, text: 说到没见过, points: 1}], sample: 没见过的才考得出来,\n"
        "   hints: [想想考试。, 练的和考的能一样吗？], solution: 先收起来的是考试用的。}\n"
    )
    _courses_end(tiny, pretest=short % "pre", posttest=short % "post")
    said = [one.words.zh for one in problems(tiny, labs)]
    assert said == ["课前测和课后测的题要由机器判对错，简答不行。"] * 2
