"""Two clicks, or two teachers, at the same moment: a part goes into the lesson once."""

import threading
from pathlib import Path

import pytest
from django.db import connection

from qiming.assist.models import PlanPart
from qiming.assist.planner import making, taking
from qiming.assist.planner.types import Form, Wish
from qiming.curriculum import queries as curriculum
from qiming.curriculum.authoring.models import LessonFork
from qiming.curriculum.services import sync_content
from qiming.curriculum.tests.conftest import forget_cached_versions, labs, tiny
from qiming.registry import testing
from qiming.teaching.models import Offering

__all__ = ["forget_cached_versions", "labs", "tiny"]
CLICKS = 3


@pytest.mark.django_db(transaction=True)
def test_a_part_taken_by_several_at_once_goes_in_once(tiny: Path, labs: Path) -> None:
    cast = testing.cast(2)
    assert sync_content(tiny, labs=labs).ok
    course = curriculum.current_course("g7-tiny")
    assert course is not None
    offering = Offering.objects.create(
        scope_path=cast.klass.path,
        class_group_id=cast.klass.id,
        course_version_id=course.id,
        course_key=course.key,
        title=course.title,
        school_year="2026-2027",
        mode="standalone",
        share_minutes=45,
        period_minutes=45,
        opened_by=cast.teacher.person_id,
    )
    wish, lesson = Wish(Form.SINGLE, 40), course.lessons[0]
    plan = making.make_plan(actor=cast.teacher, offering_id=offering.id, wish=wish, lesson_key=lesson.key)
    teacher = cast.teacher
    trouble: list[Exception] = []

    def click() -> None:
        try:
            taking.take(actor=teacher, plan_id=plan.id, key="section-groups")
        except Exception as error:
            trouble.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(CLICKS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not trouble
    fork = LessonFork.objects.unscoped("test").get(lesson_key=lesson.key)
    titles = [one["title"] for one in fork.parts["text/guide"]["sections"]]
    assert (titles.count("本校备课：三组怎么教"), fork.revision) == (1, 2)
    part = PlanPart.objects.unscoped("test").get(plan=plan, key="section-groups")
    assert (part.state, part.revision) == (PlanPart.State.TAKEN, 2)
