"""The second subject as it ships: the mathematics course is opened, taught, answered, practised and reported like AI."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from qiming.curriculum import queries as curriculum
from qiming.curriculum.checks.items import right_response, trap_response
from qiming.curriculum.services import sync_content
from qiming.curriculum.types import AI, CourseRef, Item
from qiming.insight.queries import class_report
from qiming.insight.queries.classes import place_of
from qiming.insight.queries.gains import gain_report
from qiming.kernel.ids import new_id
from qiming.kernel.time import frozen
from qiming.learning import queries, services
from qiming.learning.tests.conftest import Class, forget_cached_versions
from qiming.learning.types import Answer, Form
from qiming.teaching import queries as teaching
from qiming.teaching import services as lessons
from qiming.teaching.tests.conftest import NOW, build_world
from qiming.teaching.types import PeriodRef

pytestmark = pytest.mark.django_db
KEY, LESSON = "g7-linear-equations", "m7l1"
CONTENT = Path(settings.CONTENT_ROOT)


@dataclass
class Maths(Class):
    course: CourseRef

    def period(self, lesson: str = LESSON) -> PeriodRef:
        return super().period(lesson)

    def tries(self, seat: int, item: Item, response: object) -> bool | None:
        answer = Answer(new_id(), LESSON, item.key, response)  # type: ignore[arg-type]
        (outcome,) = self.sends(seat, answer)
        assert outcome.status == "recorded", outcome
        return outcome.correct


@pytest.fixture
def maths(db: None, tmp_path: Path) -> Iterator[Maths]:
    """A class that has opened the mathematics course, the only one imported, and holds its first lesson."""
    content = tmp_path / "content"
    for part in ("schemas", "rules", f"courses/{KEY}"):
        shutil.copytree(CONTENT / part, content / part)
    (content / "graph").mkdir()
    shutil.copy(CONTENT / "graph" / "math.yaml", content / "graph")
    forget_cached_versions()
    with frozen(NOW):
        sync_content(content)
        world = build_world(3)
        course = curriculum.current_course(KEY)
        assert course is not None
        offering = world.open(course_version_id=course.id)
        yield Maths(world, offering, course)
    forget_cached_versions()


def test_it_keeps_the_promise_of_a_small_second_subject(maths: Maths) -> None:
    concepts = curriculum.all_concepts("math")
    items = curriculum.items_of_course(maths.course.id)
    assert len(maths.course.lessons) == 4 and len(items) >= 44 and len(concepts) >= 20
    asked = {item.concept for item in items}
    assert {concept.key for concept in concepts} == asked
    assert all(len(item.hints) >= 2 for item in items)
    assert maths.course.subject == "math" != AI and not maths.course.about_ai


def test_every_stated_answer_is_marked_right_and_every_trap_wrong_for_a_pupil(maths: Maths) -> None:
    maths.runs(1, 2)
    items = curriculum.items_of(maths.course.lessons[0].id)
    for item in items:
        if item.kind == "short" and not item.data["accept"]:
            assert maths.tries(1, item, {"text": item.data["sample"]}) is None  # waits for the teacher
            continue
        assert maths.tries(1, item, right_response(item.data)) is True
        for trap in item.data.get("traps", ())[:1]:
            assert maths.tries(2, item, trap_response(item.data, trap)) is False
    assert set(queries.mastery_of_pupil(maths.world.pupils[0].id)) >= {"m001", "m007"}


def test_pages_of_the_player_practice_and_reports_open(maths: Maths) -> None:
    period = maths.runs(1, 2, 3)
    items = {item.key: item for item in curriculum.items_of(maths.course.lessons[0].id)}
    for seat in (1, 2, 3):
        maths.tries(seat, items["m7l1-q01"], {"choice": "A"})
        maths.tries(seat, items["m7l1-q03"], {"choice": "C"})
        maths.tries(seat, items["m7l1-q04"], {"choice": "B"})
        maths.tries(seat, items["m7l1-q02"], {"value": "２５"})
    page = maths.client(1).get(f"/learn/{maths.offering.id}/{LESSON}/")
    assert page.status_code == 200 and "猜中你想的数" in page.content.decode()
    lessons.end_period(actor=maths.teacher, period_id=period.id)
    offer = services.offer(actor=maths.pupil(1), offering_id=maths.offering.id)
    assert offer is not None and all(choice.item.startswith("m7l1-") for choice in offer.choices)
    place = place_of(maths.offering.class_group_id, maths.offering.id)
    assert place is not None
    shown = {line.held.id for line in class_report(place).misconceptions}
    assert "m-eq-equals-is-result" in shown
    for url in (f"/insight/classes/{maths.offering.class_group_id}/{maths.offering.id}/", "/marking/"):
        assert maths.teacher_client().get(url).status_code == 200
    mine = maths.client(1).get("/me/")
    assert mine.status_code == 200 and "等式" in mine.content.decode()


def test_both_tests_are_taken_as_shipped_and_the_gain_is_told(maths: Maths) -> None:
    maths.runs(1, 2, 3)
    for form in (Form.PRETEST, Form.POSTTEST):
        items = curriculum.test_items(maths.course.id, form.value)
        assert len(items) == 12
        task = services.open_task(actor=maths.teacher, offering_id=maths.offering.id, form=form)
        for seat in (1, 2, 3):
            wrong = [item for item in items if form is Form.PRETEST and item.kind == "numeric"]
            given = [
                Answer(new_id(), "", item.key, trap_response(item.data, item.data["traps"][0]))
                if item in wrong
                else Answer(new_id(), "", item.key, right_response(item.data))
                for item in items
            ]
            told = services.record_test_answers(
                actor=maths.pupil(seat), offering_id=maths.offering.id, task_id=task.id, answers=given
            )
            assert {one.status for one in told} == {"recorded"}
        services.close_task(actor=maths.teacher, task_id=task.id)
    place = place_of(maths.offering.class_group_id, maths.offering.id)
    assert place is not None
    whole = gain_report(place).whole
    assert (whole.pupils, whole.items, whole.after) == (3, 12, 1.0) and whole.before == pytest.approx(8 / 12)


def test_its_pages_for_teachers_say_nothing_of_ai_modules(maths: Maths) -> None:
    client = maths.teacher_client()
    course = client.get(f"/courses/{KEY}/")
    lesson = client.get(f"/lessons/{maths.course.lessons[0].id}/")
    for page in (course, lesson):
        assert page.status_code == 200
        assert "内容模块" not in page.content.decode() and "伦理线" not in page.content.decode()
    shelf = client.get("/courses/").content.decode()
    assert "数学 · 初中" in shelf and "数学 · 初中" in course.content.decode()
    assert "学科的核心素养" in course.content.decode() and "抽象能力" in lesson.content.decode()


def test_its_periods_count_for_nothing_of_the_ai_hours(maths: Maths) -> None:
    period = maths.runs(1)
    lessons.end_period(actor=maths.teacher, period_id=period.id)
    assert not teaching.period(period.id).counts_for_ai
