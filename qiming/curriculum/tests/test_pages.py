"""Pages and files over HTTP: each for the right role, the wrong role, and when the thing is missing."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

from qiming.curriculum import queries
from qiming.curriculum.models import Concept
from qiming.curriculum.services import sync_content
from qiming.curriculum.types import CourseRef, LessonRef
from qiming.registry import testing
from qiming.registry.testing import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return testing.cast(2)


@pytest.fixture
def course(tiny: Path, labs: Path) -> CourseRef:
    assert sync_content(tiny, labs=labs).ok
    found = queries.current_course("g7-tiny")
    assert found is not None
    return found


@pytest.fixture
def lesson(course: CourseRef) -> LessonRef:
    return course.lessons[0]


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def addresses(course: CourseRef) -> list[str]:
    lesson = course.lessons[0].id
    return [
        "/courses/",
        f"/courses/{course.key}/",
        f"/courses/versions/{course.id}/",
        f"/lessons/{lesson}/",
        f"/lessons/{lesson}/guide/",
        f"/lessons/{lesson}/guide/print",
        f"/lessons/{lesson}/items/",
        f"/lessons/{lesson}/slides",
        f"/lessons/{lesson}/tasksheet/print",
        "/concepts/",
        "/concepts/c052/",
        "/syllabus/",
    ]


@pytest.mark.parametrize("who", ["teacher", "head", "admin", "district_officer", "city_officer"])
def test_staff_see_every_page(cast: Cast, course: CourseRef, who: str) -> None:
    client = cast.client(who)
    for url in addresses(course):
        assert "原创建议稿" in text(client, url), url


def test_pupils_and_guardians_see_none(cast: Cast, course: CourseRef) -> None:
    for client in (cast.pupil_client(), cast.client("guardian")):
        for url in addresses(course):
            response = client.get(url)
            assert response.status_code == 403, url
            assert "没见过的那一次" not in response.content.decode()


def test_strangers_are_sent_to_sign_in(client: Client, course: CourseRef) -> None:
    for url in addresses(course):
        assert client.get(url).headers["Location"].startswith("/sign-in/"), url


@pytest.mark.parametrize(
    "url",
    ["/courses/none/", "/courses/versions/{}/", "/lessons/{}/", "/lessons/{}/slides", "/concepts/c999/"],
)
def test_what_is_missing_says_so(cast: Cast, course: CourseRef, url: str) -> None:
    response = cast.client("teacher").get(url.format(uuid4()))
    assert response.status_code == 404
    assert "没有这一页" in response.content.decode()


def test_the_shelf_narrows_by_stage_and_grade(cast: Cast, course: CourseRef) -> None:
    client = cast.client("teacher")
    assert "1门课可以开" in text(client, "/courses/?stage=junior&grade=7")
    assert "换个学段或年级看看" in text(client, "/courses/?grade=8")
    assert "1门课可以开" in text(client, "/courses/?stage=nonsense&grade=x")


def test_pages_stand_without_any_content(cast: Cast) -> None:
    client = cast.client("teacher")
    assert "还没有导入课程" in text(client, "/courses/")
    assert "还没有导入课程纲要" in text(client, "/syllabus/")
    assert "0个知识点" in text(client, "/concepts/")


def test_the_lesson_page_has_the_ruler_and_the_teachers_words(cast: Cast, lesson: LessonRef) -> None:
    page = text(cast.client("teacher"), f"/lessons/{lesson.id}/")
    assert "g-20" in page and "一课时怎样分" in page
    assert "备用，不占课时" in page
    assert "治的误解：学过的全对就是学会了" in page
    assert "每类放一张" in page


def test_a_concept_shows_the_misconceptions_of_the_graph_and_of_the_courses(
    cast: Cast, course: CourseRef
) -> None:
    graph = text(cast.client("teacher"), "/concepts/c051/")
    for said in ("练得多就好", "为什么会这样想：多练总没错。", "怎么办：换新的再考。", "1种"):
        assert said in graph
    of_course = text(cast.client("teacher"), "/concepts/c052/")
    assert "学过的全对就是学会了" in of_course and "2种" in of_course and "为什么会这样想" not in of_course


def test_a_misconception_that_is_in_both_is_shown_once(cast: Cast, course: CourseRef) -> None:
    one = {"text": "学过的全对就是学会了", "why": "全对看着很好。", "remedy": "分开考。"}
    Concept.objects.filter(key="c052").update(misconceptions=[one])
    page = text(cast.client("teacher"), "/concepts/c052/")
    assert page.count("学过的全对就是学会了") == 1 and "2种" in page and "全对看着很好。" in page


def test_items_show_answers_misconceptions_and_hints(cast: Cast, lesson: LessonRef) -> None:
    page = text(cast.client("teacher"), f"/lessons/{lesson.id}/items/")
    for words in ("B　没见过的那一次", "学过的全对就是学会了", "打乱", "75%", "训练集 → 拿来学", "填90"):
        assert words in page, words


def test_old_versions_stay_readable(cast: Cast, course: CourseRef, tiny: Path, labs: Path) -> None:
    path = tiny / "courses/g7-tiny/course.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("title: 小课", "title: 大课"), encoding="utf-8")
    sync_content(tiny, labs=labs)
    client = cast.client("teacher")
    assert "这是以前的版本" in text(client, f"/courses/versions/{course.id}/")
    assert "大课" in text(client, "/courses/g7-tiny/")
    assert "小课" in text(client, f"/lessons/{course.lessons[0].id}/")


def test_the_syllabus_page_says_what_is_proposal_and_what_is_covered(cast: Cast, course: CourseRef) -> None:
    page = text(cast.client("teacher"), "/syllabus/")
    assert "条条有课" in page and "我们的建议" in page and "已核对原文" not in page


def test_the_graph_is_drawn_and_told(cast: Cast, course: CourseRef) -> None:
    page = text(cast.client("teacher"), "/concepts/")
    assert "3个知识点，2条“先要会”" in page
    assert page.count('class="g-arrow"') == 2
    assert "先要会：训练" in page
    assert "1个知识点" in text(cast.client("teacher"), "/concepts/?stage=primary")


def test_pictures_are_kept_for_ever_and_run_nothing(client: Client, lesson: LessonRef) -> None:
    url = f"/content/lessons/{lesson.id}/media/split.svg"
    response = client.get(url)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["Content-Security-Policy"].startswith("sandbox;")
    again = client.get(url, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304 and not again.content


def test_data_sets_are_served_by_version_and_by_name(client: Client, course: CourseRef) -> None:
    dataset = queries.dataset("dots")
    assert dataset is not None
    fixed = client.get(f"{dataset.base_url}dot-1.svg")
    assert fixed.status_code == 200 and "immutable" in fixed.headers["Cache-Control"]
    named = client.get("/content/datasets/dots/dataset.yaml")
    assert named.status_code == 200 and "immutable" not in named.headers["Cache-Control"]
    assert "title: 大小点" in named.content.decode()


@pytest.mark.parametrize(
    "url",
    [
        "/content/lessons/{}/media/split.svg",
        "/content/datasets/none/dataset.yaml",
        "/content/datasets/dots/..%2F..%2Fcourse.yaml",
        "/content/datasets/dots@/dot-1.svg",
        "/content/datasets/dots@0/dot-1.svg",
        "/content/datasets/dots@0000000000000000/dot-1.svg",
    ],
)
def test_files_that_are_not_there_are_not_there(client: Client, course: CourseRef, url: str) -> None:
    assert client.get(url.format(uuid4())).status_code == 404
