"""A class gets its school's version of a lesson: which answers count, what a running period keeps, who may choose."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from qiming.curriculum import queries as curriculum
from qiming.curriculum.authoring import services as authoring
from qiming.curriculum.authoring.models import LessonFork
from qiming.curriculum.models import CourseVersion, LessonVersion
from qiming.kernel.access import Denied
from qiming.learning import services as learning
from qiming.learning.models import Attempt
from qiming.learning.tests.conftest import LESSON, Class, forget_cached_versions
from qiming.teaching import queries, services
from qiming.teaching.models import Offering

Q2, Q4, Q7 = "g7l1-q02", "g7l1-q04", "g7l1-q07"
Publish = Callable[..., UUID]


@pytest.fixture
def publishes(cls: Class, monkeypatch: pytest.MonkeyPatch) -> Publish:
    """The school changes the lesson: an order item anew, one item and one step left out; the classes named get it."""
    monkeypatch.setattr("qiming.curriculum.authoring.publishing.findings", lambda _: [])
    city = LessonVersion.objects.get(key=LESSON)
    for row in city.items.all():  # the small world's items say only what marking needs
        whole = {"id": row.key, "kind": row.kind, "concept": row.concept, "difficulty": 2, "use": row.use}
        row.data = whole | {"stem": row.key, "hints": ["一", "二"], "solution": "解"} | row.data
        row.save(update_fields=["data"])
    forget_cached_versions()

    def publish(*offerings: UUID, title: str = "本校的第一课") -> UUID:
        teacher = cls.teacher
        fork = authoring.start_fork(actor=teacher, lesson_version_id=city.id)

        def put(place: str, **changes: object) -> None:
            base = LessonFork.objects.unscoped("test").get(id=fork.id).parts[place]
            authoring.save_block(
                actor=teacher, fork_id=fork.id, place=place, base=base, mine={**base, **changes}
            )

        put("lesson", title=title)
        put(f"item/{Q4}", entries=[{"key": key, "text": key} for key in ("n1", "n2", "n3")])
        put(f"item/{Q7}", hidden=True)
        put("activity/guess", hidden=True)
        now = LessonFork.objects.unscoped("test").get(id=fork.id)
        done = authoring.publish(
            actor=teacher, fork_id=fork.id, revision=now.revision, offering_ids=list(offerings)
        )
        return done.version.lesson_version_id

    return publish


def version(cls: Class) -> UUID:
    return Offering.objects.unscoped("test").get(id=cls.offering.id).course_version_id


def test_the_class_has_it_at_once_and_other_lessons_stay_the_citys(cls: Class, publishes: Publish) -> None:
    before = curriculum.lessons_of(cls.offering.course_version_id)
    lesson = publishes(cls.offering.id)
    after = curriculum.lessons_of(version(cls))
    assert [one.key for one in after] == [one.key for one in before]
    assert [one.id for one in after if one.key != LESSON] == [one.id for one in before if one.key != LESSON]
    assert curriculum.lesson_of_course(version(cls), LESSON) == curriculum.lesson(lesson)
    assert (cls.period().lesson_version_id, cls.period().title) == (lesson, "本校的第一课")
    page = cls.client(1).get(f"/learn/{cls.offering.id}/{LESSON}/").content.decode()
    assert "本校的第一课" in page and "猜一猜" not in page
    # Reports and practice ask for the items of the same version.
    assert Q7 not in {item.key for item in curriculum.items_of_course(version(cls))}


def test_a_running_period_keeps_the_version_it_opened_with(cls: Class, publishes: Publish) -> None:
    period = cls.runs(1)
    opened_with = queries.period(period.id).lesson_version_id
    lesson = publishes(cls.offering.id)
    assert queries.live_state(period.id).lesson_version_id == opened_with
    assert version(cls) == cls.offering.course_version_id
    assert "猜一猜" in cls.client(1).get(f"/learn/{cls.offering.id}/{LESSON}/").content.decode()
    [use] = queries.classes_taking(cls.teacher, cls.world.school.scope_path, cls.offering.course_key, LESSON)
    assert (use.is_own, use.waits, use.lesson_version_id) == (True, True, lesson)
    services.end_period(actor=cls.teacher, period_id=period.id)
    assert queries.period(period.id).lesson_version_id == opened_with
    assert curriculum.lesson_of_course(version(cls), LESSON) == curriculum.lesson(lesson)
    services.start_period(actor=cls.teacher, period_id=period.id)
    assert queries.period(period.id).lesson_version_id == lesson


def test_an_answer_is_marked_by_the_version_the_pupil_saw(cls: Class, publishes: Publish) -> None:
    seen = curriculum.item_by_key(cls.offering.course_version_id, Q4)
    assert seen
    publishes(cls.offering.id)
    old = {"order": ["a", "b", "c"]}
    [refused] = cls.sends(1, cls.answer(Q4, old))
    assert refused.status == "refused"
    [taken] = cls.sends(1, cls.answer(Q4, old, item_version=seen.id))
    assert (taken.status, taken.correct) == ("recorded", True)
    assert Attempt.objects.unscoped("test").get(item_key=Q4).item_version_id == seen.id
    # What the class no longer has still counts; a version that is none of this item changes nothing.
    [left_out] = cls.sends(1, cls.answer(Q7, {"value": "75%"}, item_version=uuid4()))
    assert (left_out.status, left_out.correct) == ("recorded", True)
    other = curriculum.item_by_key(version(cls), Q2)
    assert other
    [other_item] = cls.sends(1, cls.answer(Q4, old, item_version=other.id))
    assert other_item.status == "refused"


def test_what_was_begun_in_a_step_left_out_is_still_taken(cls: Class, publishes: Publish) -> None:
    publishes(cls.offering.id)
    learning.keep_progress(
        actor=cls.pupil(1),
        offering_id=cls.offering.id,
        lesson_key=LESSON,
        activity_key="guess",
        fields={"choice": {"v": "A", "at": "2026-11-24T09:40:00+08:00"}},
        done=True,
    )


def test_homework_set_before_can_still_be_done(cls: Class, publishes: Publish) -> None:
    homework = cls.sets_homework()
    publishes(cls.offering.id)
    assert cls.client(1).get(f"/learn/homework/{homework}/").status_code == 200
    [done] = cls.sends(1, cls.answer(Q7, {"value": "75%"}, homework_id=homework))
    assert done.status == "recorded"


def test_back_to_the_city_is_the_version_there_was(cls: Class, publishes: Publish) -> None:
    city = cls.period().lesson_version_id
    assert city
    first = publishes(cls.offering.id)
    count = CourseVersion.objects.count()
    assert services.use_lesson(actor=cls.teacher, offering_id=cls.offering.id, lesson_version_id=city)
    assert version(cls) == cls.offering.course_version_id
    for lesson in (first, city, first):
        services.use_lesson(actor=cls.teacher, offering_id=cls.offering.id, lesson_version_id=lesson)
    assert CourseVersion.objects.count() <= count + 1


def test_who_may_choose(cls: Class, publishes: Publish) -> None:
    lesson = publishes()
    assert version(cls) == cls.offering.course_version_id
    for who in ("stranger", "head", "other_head", "district"):
        with pytest.raises(Denied):
            services.use_lesson(
                actor=cls.world.actor(who), offering_id=cls.offering.id, lesson_version_id=lesson
            )
    with pytest.raises(Denied):
        services.use_lesson(actor=cls.teacher, offering_id=cls.offering.id, lesson_version_id=uuid4())
    row = CourseVersion.objects.get(id=LessonVersion.objects.get(id=lesson).course_version_id)
    CourseVersion.objects.filter(id=row.id).update(scope_path=cls.world.other_school.scope_path)
    with pytest.raises(Denied):
        services.use_lesson(actor=cls.teacher, offering_id=cls.offering.id, lesson_version_id=lesson)
    CourseVersion.objects.filter(id=row.id).update(scope_path=row.scope_path)
    assert services.use_lesson(
        actor=cls.world.actor("colleague"), offering_id=cls.offering.id, lesson_version_id=lesson
    )


def test_trying_the_draft_marks_what_is_written_now(cls: Class, publishes: Publish) -> None:
    publishes()
    fork = LessonFork.objects.unscoped("test").get()
    client = cls.teacher_client()
    page = client.get(f"/learn/try/draft/{fork.id}/")
    assert page.status_code == 200
    items = page.context["data"]["items"]
    sent = {"item": items[Q2]["id"], "draft": str(fork.id), "response": {"choice": "C"}}
    told = client.post("/api/learning/try/answer", sent, content_type="application/json")
    assert told.json()["correct"] is True
    for body in ({**sent, "draft": str(uuid4())}, {**sent, "item": str(uuid4())}, {**sent, "draft": None}):
        assert (
            client.post("/api/learning/try/answer", body, content_type="application/json").status_code == 404
        )
