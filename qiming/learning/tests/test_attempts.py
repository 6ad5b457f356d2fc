"""Answers: marked on the server, counted once, kept when late, moving mastery."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.models import AuditRow
from qiming.kernel.time import frozen, now
from qiming.learning import queries, services
from qiming.learning.models import Attempt, HintUse, MasteryState
from qiming.learning.tests.conftest import ITEMS, NOW, RIGHT, Class
from qiming.records import queries as records
from qiming.teaching import queries as teaching_queries
from qiming.teaching import services as teaching
from qiming.teaching.models import PeriodEvidence


def kept(cls: Class) -> list[Attempt]:
    return list(Attempt.objects.unscoped("test").order_by("received_at", "id"))


def state(cls: Class, seat: int, concept: str = "c052") -> MasteryState:
    return MasteryState.objects.unscoped("test").get(pupil=cls.world.pupils[seat - 1], concept=concept)


@pytest.mark.parametrize("item", list(ITEMS))
def test_a_right_answer_of_every_kind_is_right(cls: Class, item: str) -> None:
    (outcome,) = cls.sends(1, cls.answer(item, RIGHT[item]))
    assert (outcome.status, outcome.correct, outcome.try_no) == ("recorded", True, 1)
    (row,) = kept(cls)
    assert (
        row.correct is True
        and float(row.score_scaled or 0) == 1.0
        and row.concept == ("c052" if item < "g7l1-q05" else "c051")
    )


def test_a_wrong_answer_names_its_misconception_and_replies_without_the_answer(cls: Class) -> None:
    (outcome,) = cls.sends(1, cls.answer())
    assert outcome.correct is False and outcome.reply == "<p>还差一点。原题说明什么？</p>\n"
    (row,) = kept(cls)
    assert row.misconceptions == ["m-train-is-enough"] and row.context == "own" and row.period_id is None


def test_the_act_is_told_to_the_record_store_in_the_same_transaction(cls: Class) -> None:
    cls.sends(1, cls.answer())
    (row,) = kept(cls)
    (statement,) = records.by_ids([row.statement_id])
    assert (
        statement.verb == "answered"
        and statement.object_id == "g7l1-q02"
        and statement.scope_path == row.scope_path
    )
    assert statement.raw["result"]["success"] is False
    assert AuditRow.objects.filter(verb="learning.answered", thing_id=row.id).count() == 1


def test_the_same_answer_sent_again_is_told_again_and_counted_once(cls: Class) -> None:
    answer = cls.answer()
    (first,) = cls.sends(1, answer)
    before = state(cls, 1).p
    (second,) = cls.sends(1, answer)
    assert second.status == "again" and (second.reply, second.correct, second.try_no) == (
        first.reply,
        False,
        1,
    )
    assert len(kept(cls)) == 1 and state(cls, 1).p == before
    assert len(records.of_person(cls.world.pupils[0].id)) == 1


def test_one_answer_twice_in_one_batch_counts_once(cls: Class) -> None:
    answer = cls.answer()
    outcomes = cls.sends(1, answer, answer)
    assert [one.status for one in outcomes] == ["recorded", "recorded"] and len(kept(cls)) == 1


def test_answers_of_one_batch_are_tries_in_the_order_given(cls: Class) -> None:
    outcomes = cls.sends(
        1, cls.answer(), cls.answer(response={"choice": "A"}), cls.answer(response={"choice": "C"})
    )
    assert [(one.try_no, one.correct) for one in outcomes] == [(1, False), (2, False), (3, True)]


def test_a_known_id_with_other_content_changes_nothing(cls: Class) -> None:
    answer = cls.answer()
    cls.sends(1, answer)
    with pytest.raises(UserError, match="编号"):
        cls.sends(2, answer)
    assert len(kept(cls)) == 1 and kept(cls)[0].pupil_id == cls.world.pupils[0].id


BAD: list[Any] = [{}, {"choice": "Z"}, {"choice": ["A"]}, {"choice": None}, {"x": 1}, {"choice": "A" * 9000}]


@pytest.mark.parametrize("response", BAD)
def test_what_cannot_be_read_is_refused_by_itself(cls: Class, response: dict[str, Any]) -> None:
    bad, good = cls.answer(response=response), cls.answer(response={"choice": "C"})
    outcomes = cls.sends(1, bad, good)
    assert [one.status for one in outcomes] == ["refused", "recorded"] and outcomes[0].message
    assert [row.id for row in kept(cls)] == [good.id]


def test_an_item_of_another_course_is_refused(cls: Class) -> None:
    (outcome,) = cls.sends(1, cls.answer("g9l1-q01"))
    assert outcome.status == "refused" and outcome.message == "这门课里没有这道题。"


def test_too_many_at_once_keeps_nothing(cls: Class) -> None:
    with pytest.raises(UserError, match="一次最多"):
        cls.sends(1, *[cls.answer() for _ in range(51)])
    assert kept(cls) == []


@pytest.mark.parametrize("who", ["teacher", "stranger", "head", "city"])
def test_only_pupils_answer(cls: Class, who: str) -> None:
    with pytest.raises(Denied):
        services.record_attempts(
            actor=cls.world.actor(who), offering_id=cls.offering.id, answers=[cls.answer()]
        )


def test_a_pupil_of_another_class_and_a_missing_offering_are_refused_alike(cls: Class) -> None:
    from qiming.teaching.tests.conftest import enrol

    cls.world.pupils += enrol(cls.world.class_2, 1, first_seat=6)
    for offering in (cls.offering.id, new_id()):
        with pytest.raises(Denied) as refused:
            services.record_attempts(actor=cls.pupil(6), offering_id=offering, answers=[cls.answer()])
        assert refused.value.hides
    assert kept(cls) == []


def test_right_raises_and_wrong_lowers_the_belief(cls: Class) -> None:
    cls.sends(1, cls.answer(response={"choice": "C"}))
    up = state(cls, 1)
    cls.sends(2, cls.answer(response={"choice": "A"}))
    down = state(cls, 2)
    assert up.p > 0.62 > down.p and up.n == down.n == 1 and up.last_day is not None


def test_right_again_on_the_same_day_adds_nothing(cls: Class) -> None:
    cls.sends(1, cls.answer(response={"choice": "C"}))
    before = state(cls, 1)
    cls.sends(1, cls.answer(response={"choice": "C"}))
    assert (state(cls, 1).p, state(cls, 1).n) == (before.p, before.n)


def test_hints_and_a_shown_solution_weigh(cls: Class) -> None:
    def hint(seat: int, rung: int) -> None:
        services.take_hint(actor=cls.pupil(seat), offering_id=cls.offering.id, item_key="g7l1-q02", rung=rung)

    cls.sends(1, cls.answer(response={"choice": "C"}))
    hint(2, 1)
    cls.sends(2, cls.answer(response={"choice": "C"}))
    hint(3, 1)
    hint(3, 2)
    cls.sends(3, cls.answer(response={"choice": "A"}), cls.answer(response={"choice": "B"}))
    services.show_solution(actor=cls.pupil(3), offering_id=cls.offering.id, item_key="g7l1-q02")
    before = state(cls, 3).p
    cls.sends(3, cls.answer(response={"choice": "C"}))
    assert state(cls, 1).p > state(cls, 2).p > 0.6
    last = kept(cls)[-1]
    assert state(cls, 3).p == before and last.solution_shown and last.hints_used == 2


def test_in_class_an_answer_counts_for_the_period(cls: Class) -> None:
    period = cls.runs(1)
    cls.sends(1, cls.answer(period_id=period.id))
    (row,) = kept(cls)
    assert (row.context, row.period_id, row.late) == ("class", period.id, "")
    assert PeriodEvidence.objects.unscoped("test").get(kind="attempt").count == 1


def test_an_answer_given_in_class_that_arrives_after_it_is_kept_and_flagged(cls: Class) -> None:
    period = cls.runs(1)
    given = now()
    with frozen(NOW + timedelta(minutes=40)):
        teaching.end_period(actor=cls.teacher, period_id=period.id)
    with frozen(NOW + timedelta(minutes=60)):
        (outcome,) = cls.sends(1, cls.answer(period_id=period.id, client_at=given))
    (row,) = kept(cls)
    assert (row.context, row.late, row.period_id) == (
        "class",
        "period_ended",
        period.id,
    ) and "下课" in outcome.late
    assert PeriodEvidence.objects.unscoped("test").get(kind="attempt").late_count == 1


def test_an_answer_given_after_class_is_own_learning(cls: Class) -> None:
    period = cls.runs(1)
    with frozen(NOW + timedelta(minutes=40)):
        teaching.end_period(actor=cls.teacher, period_id=period.id)
    with frozen(NOW + timedelta(hours=9)):
        cls.sends(1, cls.answer(period_id=period.id))
    (row,) = kept(cls)
    assert (row.context, row.late, row.period_id) == ("own", "period_ended", None)
    assert not PeriodEvidence.objects.unscoped("test").filter(kind="attempt").exists()


def test_a_confirmed_period_follows_an_answer_that_arrives_late(cls: Class) -> None:
    period = cls.runs(1, 2)
    given = now()
    teaching.end_period(actor=cls.teacher, period_id=period.id)
    teaching.confirm_period(actor=cls.teacher, period_id=period.id, exceptions={})
    with frozen(NOW + timedelta(minutes=60)):
        cls.sends(1, cls.answer(period_id=period.id, client_at=given - timedelta(minutes=1)))
    credit = teaching_queries.credit_of_pupil(period.id, cls.world.pupils[0].id)
    assert credit is not None and credit.credited_minutes == 45 and credit.evidence_ids


def test_a_period_of_another_class_is_no_place(cls: Class) -> None:
    (outcome,) = cls.sends(1, cls.answer(period_id=new_id(), homework_id=new_id(), practice_id=new_id()))
    assert outcome.status == "recorded" and kept(cls)[0].context == "own"


def test_a_closed_course_still_takes_what_arrives(cls: Class) -> None:
    teaching.close_offering(actor=cls.teacher, offering_id=cls.offering.id)
    (outcome,) = cls.sends(1, cls.answer())
    assert outcome.status == "recorded" and "已经结束" in outcome.late


def test_one_answer_in_class_costs_few_questions(cls: Class) -> None:
    period = cls.runs(1)
    cls.sends(1, cls.answer(period_id=period.id))
    actor, answer = cls.pupil(1), cls.answer(period_id=period.id, response={"choice": "A"})
    with CaptureQueriesContext(connection) as asked:
        services.record_attempts(actor=actor, offering_id=cls.offering.id, answers=[answer])
    # offering, hold, history, hints, period, attempt, mastery, statement, evidence, audit; and one savepoint
    # pair, which is BEGIN/COMMIT outside a test
    assert len(asked) <= 12, [one["sql"][:80] for one in asked]


def test_a_batch_of_ten_costs_hardly_more(cls: Class) -> None:
    cls.sends(1, cls.answer())
    actor, answers = cls.pupil(1), [cls.answer(item, RIGHT[item]) for item in list(ITEMS)[:6]]
    with CaptureQueriesContext(connection) as asked:
        services.record_attempts(actor=actor, offering_id=cls.offering.id, answers=answers)
    assert len(asked) <= 14, [one["sql"][:80] for one in asked]


def test_mastery_is_told_in_bands(cls: Class) -> None:
    cls.sends(1, cls.answer(response={"choice": "C"}))
    views = queries.mastery_of([cls.world.pupils[0].id], ["c052"])
    assert views[cls.world.pupils[0].id, "c052"].band == "unsure"
    assert HintUse.objects.unscoped("test").count() == 0
