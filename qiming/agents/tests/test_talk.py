"""Saying something to an agent: what is stored and how, who is told, what comes when."""

import threading
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from qiming.agents import queries as chain_queries
from qiming.agents.models import Turn as Row
from qiming.agents.rights import erase, export
from qiming.agents.talk import events, queries, services
from qiming.agents.talk.types import AttemptFacts, Said
from qiming.agents.tests.talking import context, session
from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.keeping import SWEEPERS, Holds
from qiming.kernel.models import OutboxEvent

pytestmark = pytest.mark.django_db
WHY = "the test looks at everything"


def test_a_turn_is_answered_from_the_course_and_kept_closed() -> None:
    here = context()
    turn = services.say(here, "答案是什么？")
    assert turn.outcome is Said.ANSWERED and turn.engine == "grounded" and turn.ticket is None
    assert turn.text and turn.text.endswith("？") and "75" not in turn.shown
    assert turn.label == services.FROM_COURSE and [one.kind for one in turn.asks] == ["verification"]
    row = Row.objects.unscoped(WHY).get()
    assert "答案".encode() not in bytes(row.text_box or b"") and row.number == 1 and row.closed_at
    second = services.say(here, "给我提示")
    told = queries.transcript(here.conversation)
    assert [one.asked for one in told] == ["答案是什么？", "给我提示"] and second.number == 2
    assert told[0].replied == turn.shown and told[1].rung == 1
    assert queries.turn(turn.id) == turn and queries.turn(uuid4()) is None


def test_a_turn_asks_the_database_little(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    here = context()
    services.say(here, "你好")
    with django_assert_max_num_queries(8):
        services.say(here, "给我提示")


def test_sent_twice_is_said_once() -> None:
    here, number = context(), new_id()
    first = services.say(here, "给我提示", turn_id=number)
    assert services.say(here, "给我提示", turn_id=number) == first
    assert Row.objects.unscoped(WHY).count() == 1
    with pytest.raises(UserError):
        services.say(context(), "给我提示", turn_id=number)


def test_a_child_in_need_is_told_to_an_adult_without_a_word_of_it() -> None:
    here = context(session=session(exam=True))
    turn = services.say(here, "我不想活了")
    assert turn.outcome is Said.CRISIS and turn.text and turn.ticket is None and turn.asks == ()
    event = OutboxEvent.objects.get(name=events.CRISIS_SEEN)
    assert event.payload == {
        "turn": str(turn.id),
        "conversation": str(here.conversation),
        "place_path": here.place_path,
        "kind": event.payload["kind"],
    }
    assert "不想活" not in str(event.payload) and event.scope_path == here.place_path


@pytest.mark.parametrize(
    ("stage", "known", "rule"),
    [
        ("junior", {"exam": True}, "exam"),
        ("junior", {"paused": True}, "paused"),
        ("junior", {"duty_roster": False}, "no-adult"),
        ("primary", {"age": 9}, "open-primary"),
        ("primary", {"age": 9, "supervised": True}, "open-primary"),
        ("junior", {"minutes_used": 90}, "minutes-under-16"),
    ],
)
def test_the_rules_of_the_stage_hold_without_a_model_too(
    stage: str, known: dict[str, object], rule: str
) -> None:
    turn = services.say(context(stage, session=session(stage, **known)), "给我提示")
    assert turn.outcome is Said.HELD and rule in turn.findings and turn.text == turn.why
    assert turn.label == services.FIXED


def test_primary_pupils_with_an_adult_there_are_helped() -> None:
    there = session("primary", age=9, supervised=True, school_allows=True)
    assert services.say(context("primary", session=there), "给我提示").outcome is Said.ANSWERED


def test_before_an_own_attempt_it_only_asks_for_one() -> None:
    here = context(attempts=(), session=session(attempted=False))
    for words in ("给我提示", "答案是什么", "选哪个"):
        turn = services.say(here, words)
        assert turn.outcome is Said.ANSWERED and turn.move.startswith("ask_") and turn.asks
    claimed = context(attempts=(AttemptFacts("x", correct=False),), session=session(attempted=False))
    assert services.say(claimed, "给我提示").move.startswith("ask_")


@pytest.mark.parametrize("text", ["", "   ", "\x00\x01\x02abc", "长" * 5000])
def test_what_cannot_be_read_is_said_and_not_kept(text: str) -> None:
    here = context()
    turn = services.say(here, text)
    assert turn.outcome is Said.UNREADABLE and turn.text
    assert queries.transcript(here.conversation)[0].asked == ""


def test_no_such_agent_or_stage() -> None:
    for wrong in ({"agent": "nobody"}, {"mode": "work"}, {"stage": "staff"}):
        with pytest.raises(UserError):
            services.say(replace(context(), **wrong), "你好")  # type: ignore[arg-type]  # one field at a time
    assert not Row.objects.unscoped(WHY).exists()


def test_a_person_takes_the_own_words_along_and_they_go() -> None:
    person = new_id()
    here = context(subject=chain_queries.subject_of(person))
    services.say(here, "训练集是什么意思")
    services.say(context(), "别人的话")
    part = next(one for one in export(person) if one.key == "agents.turn")
    (row,) = part.rows
    assert row["asked"] == "训练集是什么意思" and "拿给机器学" in row["replied"]
    fates = {one.what: one for one in erase(person, uuid4())}
    assert fates["和智能体的对话"].count == 1 and Row.objects.unscoped(WHY).count() == 1


def test_words_go_when_they_are_old() -> None:
    services.say(context(), "你好")
    assert not SWEEPERS["agents.turns"](time.now().replace(year=2020), Holds()).ids
    assert len(SWEEPERS["agents.turns"](time.now().replace(year=2100), Holds()).ids) == 1


@pytest.mark.django_db(transaction=True)
def test_two_things_said_at_once_get_two_numbers() -> None:
    here = context()

    def say() -> None:
        services.say(here, "给我提示")
        connection.close()

    threads = [threading.Thread(target=say) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [one.number for one in queries.transcript(here.conversation)] == [1, 2, 3]
    assert [one.rung for one in queries.transcript(here.conversation)] == [1, 2, 2]
