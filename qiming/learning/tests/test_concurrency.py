"""Two devices at once, against the real database."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.time import frozen
from qiming.learning import services
from qiming.learning.labs import shelf
from qiming.learning.models import (
    Attempt,
    HintUse,
    KeptModel,
    MasteryCorrection,
    MasteryState,
    Progress,
    Submission,
    TestAnswer,
)
from qiming.learning.services.replay import rebuild
from qiming.learning.tests.conftest import LESSON, NOW, Class, forget_cached_versions, open_class
from qiming.learning.tests.test_endings import an, gives, with_endings
from qiming.learning.tests.test_shelf import keep, model
from qiming.learning.types import Answer, Form
from qiming.records.models import Statement
from qiming.registry import queries as registry
from qiming.teaching.tests.conftest import build_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cls(transactional_db: None) -> Iterator[Class]:
    forget_cached_versions()
    with frozen(NOW):
        yield open_class(build_world())
    forget_cached_versions()


def together(*works: Callable[[], Any]) -> list[Any]:
    """Runs the works at the same moment, each on its own connection; gives results or exceptions in order."""
    barrier, results = Barrier(len(works)), [None] * len(works)

    def run(at: int) -> None:
        try:
            with frozen(NOW):
                barrier.wait(timeout=20)
                results[at] = works[at]()
        except Exception as error:
            results[at] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [Thread(target=run, args=(at,)) for at in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def test_the_same_answer_from_two_threads_counts_once(cls: Class) -> None:
    answer, actor = cls.answer(response={"choice": "C"}), cls.pupil(1)
    send = lambda: services.record_attempts(actor=actor, offering_id=cls.offering.id, answers=[answer])  # noqa: E731
    results = together(send, send, send)
    assert sorted(one[0].status for one in results) == ["again", "again", "recorded"], results
    assert Attempt.objects.unscoped("test").count() == 1 == Statement.objects.unscoped("test").count()
    assert MasteryState.objects.unscoped("test").get().n == 1


def test_different_answers_on_one_concept_both_count_and_in_turn(cls: Class) -> None:
    actor = cls.pupil(1)
    items = ["g7l1-q02", "g7l1-q03", "g7l1-q04"]
    right: dict[str, dict[str, Any]] = {
        "g7l1-q02": {"choice": "C"},
        "g7l1-q03": {"choices": ["A", "C"]},
        "g7l1-q04": {"order": ["a", "b", "c"]},
    }
    results = together(
        *[
            lambda item=item: services.record_attempts(
                actor=actor, offering_id=cls.offering.id, answers=[cls.answer(item, right[item])]
            )
            for item in items
        ]
    )
    assert all(one[0].status == "recorded" for one in results), results
    state = MasteryState.objects.unscoped("test").get()
    # Which came first moves the estimate a little; a replay in the order of their moments comes to what is kept.
    assert (state.n, state.band) == (3, "known") and rebuild(actor.person_id, mend=False) == []


def test_two_tries_at_once_are_try_one_and_try_two(cls: Class) -> None:
    actor = cls.pupil(1)
    results = together(
        *[
            lambda key=key: services.record_attempts(
                actor=actor, offering_id=cls.offering.id, answers=[cls.answer(response={"choice": key})]
            )
            for key in "AB"
        ]
    )
    assert sorted(one[0].try_no for one in results) == [1, 2]


def test_a_rung_asked_from_two_tabs_is_noted_once(cls: Class) -> None:
    actor = cls.pupil(1)
    ask = lambda: services.take_hint(actor=actor, offering_id=cls.offering.id, item_key="g7l1-q02", rung=1)  # noqa: E731
    results = together(ask, ask)
    assert results[0].html == results[1].html
    assert HintUse.objects.unscoped("test").count() == 1 == Statement.objects.unscoped("test").count()


def test_two_tabs_saving_at_once_lose_no_field(cls: Class) -> None:
    actor = cls.pupil(1)

    def save(name: str) -> Callable[[], Any]:
        return lambda: services.keep_progress(
            actor=actor,
            offering_id=cls.offering.id,
            lesson_key=LESSON,
            activity_key="guess",
            fields={name: {"v": name, "at": NOW.isoformat()}},
            done=True,
        )

    together(save("a"), save("b"), save("c"))
    row = Progress.objects.unscoped("test").get()
    assert set(row.state) == {"a", "b", "c"} and Statement.objects.unscoped("test").count() == 1


def test_handing_in_twice_at_once_makes_one_row(cls: Class) -> None:
    homework = cls.sets_homework()
    cls.sends(1, cls.answer(homework_id=homework))
    actor = cls.pupil(1)

    def hand() -> None:
        with frozen(NOW + timedelta(minutes=1)):
            services.hand_in(actor=actor, homework_id=homework)

    together(hand, hand)
    assert Submission.objects.unscoped("test").get().times == 1


def test_one_id_for_two_answers_is_kept_once_and_the_other_told(cls: Class) -> None:
    same, actor = new_id(), cls.pupil(1)
    works = [
        lambda item=item: services.record_attempts(
            actor=actor, offering_id=cls.offering.id, answers=[cls.answer(item, {"choice": "C"}, id=same)]
        )
        for item in ("g7l1-q02", "g7l1-q07")
    ]
    together(*works)
    assert Attempt.objects.unscoped("test").count() <= 1


def test_a_test_closed_while_a_class_answers_counts_every_answer_once(cls: Class) -> None:
    task = gives(with_endings(cls), Form.PRETEST)
    given = [an("g7pre-q01") for _ in range(4)]

    def sends(seat: int, answer: Answer) -> Callable[[], Any]:
        actor = cls.pupil(seat)
        return lambda: services.record_test_answers(
            actor=actor, offering_id=cls.offering.id, task_id=task.id, answers=[answer]
        )

    teacher = cls.teacher
    works = [sends(seat, answer) for seat, answer in enumerate(given, 1)]
    twice = sends(1, given[0])
    close = lambda: services.close_task(actor=teacher, task_id=task.id)  # noqa: E731
    results = together(*works, twice, close, close)
    assert not [one for one in results if isinstance(one, Exception)], results
    rows = TestAnswer.objects.unscoped("test").filter(task=task)
    assert rows.count() == MasteryState.objects.unscoped("test").filter(n=1).count()
    assert Statement.objects.unscoped("test").filter(verb="scored").count() == rows.count()


def test_two_tabs_do_not_pass_the_limit_of_the_shelf_together(cls: Class) -> None:
    for _ in range(shelf.MOST - 1):
        keep(cls, model())
    results = together(lambda: keep(cls, model()), lambda: keep(cls, model()))
    assert sum(isinstance(one, KeptModel) for one in results) == 1, results
    assert KeptModel.objects.unscoped("test").count() == shelf.MOST


def test_two_teachers_judging_at_once_leave_one_judgement(cls: Class) -> None:
    pupil, teacher = registry.pupil(cls.world.pupils[0].id), cls.teacher

    def judges(band: str) -> Callable[[], Any]:
        return lambda: services.correct_mastery(
            actor=teacher, pupil=pupil, concept="c052", band=band, reason="当面问过他"
        )

    results = together(judges("known"), judges("practise"))
    assert sum(isinstance(one, UserError) for one in results) == 1, results
    row = MasteryCorrection.objects.unscoped("test").get()
    assert MasteryState.objects.unscoped("test").get().band == row.band


def test_a_judgement_and_an_answer_at_once_both_count(cls: Class) -> None:
    pupil, teacher, actor, answer = (
        registry.pupil(cls.world.pupils[0].id),
        cls.teacher,
        cls.pupil(1),
        cls.answer(),
    )
    together(
        lambda: services.correct_mastery(
            actor=teacher, pupil=pupil, concept="c052", band="known", reason="当面问过他"
        ),
        lambda: services.record_attempts(actor=actor, offering_id=cls.offering.id, answers=[answer]),
    )
    state = MasteryState.objects.unscoped("test").get()
    assert state.n == 1 and state.band == "known" and rebuild(pupil.id, mend=False) == []
