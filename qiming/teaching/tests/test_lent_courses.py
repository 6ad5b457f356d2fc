"""Opening a course that another school made: only with a loan, only while it is what was lent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qiming.curriculum import queries as curriculum
from qiming.curriculum.lending import queries as lent
from qiming.curriculum.lending import services as lending
from qiming.curriculum.models import CourseVersion, LessonVersion
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.teaching import services, usage
from qiming.teaching.models import Offering
from qiming.teaching.tests.conftest import World


@pytest.fixture
def theirs(world: World) -> Iterator[CourseVersion]:
    """A version of the course in which the other school changed the first lesson."""
    course = CourseVersion(
        key=world.course.key,
        content_hash="f" * 64,
        title=world.course.title,
        stage="junior",
        grades=[7],
        status="original proposal",
        data=world.course.data,
        misconceptions=[],
        is_current=False,
        scope_path=world.other_school.scope_path,
        root=world.course,
    )
    lesson = LessonVersion.objects.get(id=world.lessons[0].id)
    lesson.pk, lesson.title = new_id(), "外校改的一课"
    course.lineup = [str(lesson.pk), *(str(one.id) for one in world.lessons[1:])]
    course.save(force_insert=True)
    lesson.course_version = course
    lesson._state.adding = True
    lesson.save(force_insert=True)
    yield course
    curriculum._lesson_refs.cache_clear()


def lend(world: World, course: CourseVersion) -> None:
    lending.lend(
        actor=None,
        lent_for=course.id,
        scope_path=world.school.scope_path,
        course_version_id=course.id,
        seal=lent.seal_of(course.id),
    )


def test_another_schools_version_opens_only_with_a_loan(world: World, theirs: CourseVersion) -> None:
    with pytest.raises(Denied):
        world.open(course_version_id=theirs.id)
    lend(world, theirs)
    assert [one.id for one in lent.lent_to(world.class_1.scope_path, "junior")] == [theirs.id]
    assert lent.lent_to(world.class_1.scope_path, "senior") == []
    assert (usage.classes([theirs.id]), usage.teaches(world.actor("teacher"), [theirs.id])) == (0, False)
    world.open(course_version_id=theirs.id)
    assert Offering.objects.unscoped("test").get().course_version_id == theirs.id
    # What the shelf is told: how many classes, and whether this person teaches one.
    assert (usage.classes([theirs.id]), usage.teaches(world.actor("teacher"), [theirs.id])) == (1, True)
    assert usage.had(world.class_1.scope_path) == frozenset()


def test_what_changed_or_ended_or_was_stopped_opens_no_class(world: World, theirs: CourseVersion) -> None:
    lend(world, theirs)
    lending.stop_loans(actor=None, course_version_id=theirs.id, stopped=True)
    with pytest.raises(UserError, match="不能开课"):
        world.open(course_version_id=theirs.id)
    lending.stop_loans(actor=None, course_version_id=theirs.id, stopped=False)
    LessonVersion.objects.filter(course_version=theirs).update(guide_html="换了")
    with pytest.raises(UserError, match="不能开课"):
        world.open(course_version_id=theirs.id)
    with pytest.raises(UserError, match="不是同一份"):
        lending.lend(
            actor=None,
            lent_for=new_id(),
            scope_path=world.school.scope_path,
            course_version_id=theirs.id,
            seal="0" * 64,
        )
    LessonVersion.objects.filter(course_version=theirs).update(guide_html="")
    lending.end_loan(actor=None, lent_for=theirs.id)
    with pytest.raises(UserError, match="不能开课"):
        world.open(course_version_id=theirs.id)


def test_a_stopped_lesson_starts_no_period_and_an_ended_loan_lets_it_go_on(
    world: World, theirs: CourseVersion
) -> None:
    lend(world, theirs)
    period = world.first_period(course_version_id=theirs.id)
    lending.stop_loans(actor=None, course_version_id=theirs.id, stopped=True)
    teacher = world.actor("teacher")
    with pytest.raises(UserError, match="已经停用"):
        services.start_period(actor=teacher, period_id=period.id)
    lending.stop_loans(actor=None, course_version_id=theirs.id, stopped=False)
    lending.end_loan(actor=None, lent_for=theirs.id)
    services.start_period(actor=teacher, period_id=period.id)


def test_a_class_that_changes_a_lesson_of_a_lent_course_has_its_own_version(
    world: World, theirs: CourseVersion
) -> None:
    lend(world, theirs)
    offering = world.open(course_version_id=theirs.id)
    own = LessonVersion.objects.get(id=world.lessons[1].id)
    own.pk = new_id()
    own.course_version = CourseVersion.objects.create(
        key=world.course.key,
        content_hash="9" * 64,
        title="本校版",
        stage="junior",
        grades=[7],
        status="original proposal",
        data=world.course.data,
        misconceptions=[],
        is_current=False,
        scope_path=world.school.scope_path,
        root=world.course,
        lineup=[str(own.pk)],
    )
    own._state.adding = True
    own.save(force_insert=True)
    services.use_lesson(actor=world.actor("teacher"), offering_id=offering.id, lesson_version_id=own.id)
    row = Offering.objects.unscoped("test").get()
    made = CourseVersion.objects.get(id=row.course_version_id)
    assert made.scope_path == world.school.scope_path
    assert {str(own.id), theirs.lineup[0]} <= set(made.lineup)
    assert lent.has_lessons_of_others(made.id)


def test_the_opening_page_names_the_school_whose_version_it_is(world: World, theirs: CourseVersion) -> None:
    client, url = world.client("teacher"), "/teach/open/"
    assert "示例二中的版本" not in client.get(url).content.decode()
    lend(world, theirs)
    assert "示例二中的版本" in client.get(url).content.decode()
    chosen = client.get(url, {"course": str(theirs.id)}).content.decode()
    assert f'value="{theirs.id}" selected' in chosen
