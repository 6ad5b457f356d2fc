"""Homework handed in: sent twice it is one, late is judged once, marking again changes nothing, reading is noted."""

from datetime import timedelta

from qiming.kernel.time import frozen
from qiming.learning import services
from qiming.learning.models import Attempt
from qiming.learning.tests.conftest import NOW, RIGHT, Class
from qiming.records.models import Statement
from qiming.trust.models import AccessLog


def submitted() -> int:
    return Statement.objects.unscoped("test").filter(verb="submitted").count()


def test_a_hand_in_sent_twice_is_one(cls: Class) -> None:
    homework = cls.sets_homework()
    cls.sends(1, cls.answer("g7l1-q02", RIGHT["g7l1-q02"], homework_id=homework))
    first = services.hand_in(actor=cls.pupil(1), homework_id=homework)
    again = services.hand_in(actor=cls.pupil(1), homework_id=homework)
    assert (again.times, again.handed_in_at, submitted()) == (1, first.handed_in_at, 1)
    with frozen(NOW + timedelta(minutes=1)):
        cls.sends(1, cls.answer("g7l1-q07", RIGHT["g7l1-q07"], homework_id=homework))
        more = services.hand_in(actor=cls.pupil(1), homework_id=homework)
    assert (more.times, float(more.score_scaled or 0), submitted()) == (2, 1.0, 2)


def test_what_was_returned_is_not_late_for_being_worked_on_again(cls: Class) -> None:
    homework = cls.sets_homework(item_keys=["g7l1-q08"])
    cls.sends(1, cls.answer("g7l1-q08", {"text": "说不清"}, homework_id=homework))
    row = services.hand_in(actor=cls.pupil(1), homework_id=homework)
    services.give_back(actor=cls.teacher, submission_id=row.id, comment="再具体些", again=True)
    with frozen(NOW + timedelta(days=3)):
        cls.sends(1, cls.answer("g7l1-q08", {"text": "要用没见过的"}, homework_id=homework))
        again = services.hand_in(actor=cls.pupil(1), homework_id=homework)
        missed = cls.sends(2, cls.answer("g7l1-q08", {"text": "忘了"}, homework_id=homework))
        late = services.hand_in(actor=cls.pupil(2), homework_id=homework)
    assert (again.is_late, again.times, late.is_late) == (False, 2, True)
    assert missed[0].late


def test_the_same_marks_sent_twice_are_one(cls: Class) -> None:
    answer = cls.answer("g7l1-q08", {"text": "说不清"})
    cls.sends(1, answer)
    give = {"points": {"a": 1, "b": 0}, "comment": "想想第二条"}
    for _ in range(2):
        services.mark_answer(actor=cls.teacher, attempt_id=answer.id, **give)  # type: ignore[arg-type]
    scored = Statement.objects.unscoped("test").filter(verb="scored")
    assert scored.count() == 1
    services.mark_answer(actor=cls.teacher, attempt_id=answer.id, points={"a": 1, "b": 2})
    assert scored.count() == 2 and Attempt.objects.unscoped("test").get(id=answer.id).correct


def test_reading_answers_and_hand_ins_is_noted(cls: Class) -> None:
    homework = cls.sets_homework(item_keys=["g7l1-q08"])
    cls.sends(1, cls.answer("g7l1-q08", {"text": "说不清"}, homework_id=homework))
    services.hand_in(actor=cls.pupil(1), homework_id=homework)
    item = Attempt.objects.unscoped("test").get().item_version_id
    browser = cls.teacher_client()
    log = AccessLog.objects.unscoped("test")
    # One row for a pupil, a verb and ten minutes, however many pages.
    for where, verb, n in (
        (f"/marking/{cls.offering.id}/{item}/", "learning.mark", 1),
        (f"/marking/homework/{homework}/", "learning.mark", 5),
        (f"/marking/homework/{homework}/{cls.world.pupils[0].id}/", "learning.see_pupil", 1),
    ):
        assert browser.get(where).status_code == 200
        assert log.filter(verb=verb).count() == n, where


def test_late_and_missing_at_a_glance(cls: Class) -> None:
    homework = cls.sets_homework()
    cls.sends(1, cls.answer(homework_id=homework))
    services.hand_in(actor=cls.pupil(1), homework_id=homework)
    lists = f"/teach/offerings/{cls.offering.id}/homework/"
    assert "交了1人，还有4人没交" in cls.teacher_client().get(lists).content.decode()
    with frozen(NOW + timedelta(days=3)):
        cls.sends(2, cls.answer(homework_id=homework))
        services.hand_in(actor=cls.pupil(2), homework_id=homework)
        page = cls.teacher_client().get(lists).content.decode()
    assert "交了2人（1人晚交）" in page and "没交3人" in page
