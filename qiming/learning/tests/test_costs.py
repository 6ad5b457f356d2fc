"""What the pages everybody opens at once ask the database: few questions, and no more when more was done."""

from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qiming.kernel.time import now
from qiming.learning import services
from qiming.learning.tests.conftest import ITEMS, LESSON, RIGHT, Class


def asked(client: Client, where: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(where).status_code == 200
    return len([one for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]])


def works_through_everything(cls: Class, homework: UUID) -> None:
    for key in ITEMS:
        for _ in range(2):
            cls.sends(
                1, cls.answer(key, dict(RIGHT[key])), cls.answer(key, dict(RIGHT[key]), homework_id=homework)
            )
    for rung in (1, 2):
        services.take_hint(actor=cls.pupil(1), offering_id=cls.offering.id, item_key="g7l1-q02", rung=rung)
    for step in ("look", "guess", "quiz"):
        services.keep_progress(
            actor=cls.pupil(1),
            offering_id=cls.offering.id,
            lesson_key=LESSON,
            activity_key=step,
            fields={"a": {"v": 1, "at": now().isoformat()}},
            done=True,
        )


def test_opening_the_player(cls: Class) -> None:
    cls.runs(1)
    client, where = cls.client(1), f"/learn/{cls.offering.id}/{LESSON}/"
    asked(client, where)  # the course is read once
    few = asked(client, where)
    works_through_everything(cls, cls.sets_homework())
    assert asked(client, where) == few <= 16  # three of them: the camera, the products, the companion


def test_a_pupils_home(cls: Class) -> None:
    cls.runs(1)
    client = cls.client(1)
    homework = cls.sets_homework()
    asked(client, "/learn/")
    few = asked(client, "/learn/")
    works_through_everything(cls, homework)
    for days in range(1, 7):
        cls.sets_homework(due_at=now() + timedelta(days=days))
    assert (
        asked(client, "/learn/") <= few + 2 <= 25
    )  # three of them: what the teacher opened to the class, the lesson's products, open surveys


def test_the_list_of_homework(cls: Class) -> None:
    client, where = cls.teacher_client(), f"/teach/offerings/{cls.offering.id}/homework/"
    cls.sets_homework()
    asked(client, where)
    few = asked(client, where)
    for _ in range(6):
        cls.sets_homework()
    assert asked(client, where) <= few + 6 * 2


def test_the_desk_of_what_waits(cls: Class) -> None:
    def hands_in() -> None:
        homework = cls.sets_homework(item_keys=["g7l1-q08"])
        cls.sends(1, cls.answer("g7l1-q08", {"text": "说不清"}, homework_id=homework))
        services.hand_in(actor=cls.pupil(1), homework_id=homework)

    client = cls.teacher_client()
    hands_in()
    asked(client, "/marking/")
    few = asked(client, "/marking/")
    for _ in range(4):
        hands_in()
    assert asked(client, "/marking/") == few
