"""The feed and the completions: from a cursor on nothing is missed, whatever is being written meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from qiming.records.models import XapiCompletion, XapiPerson
from qiming.records.tests.xapi.test_statements import ANNA, BEN, System, pupil, ref, statement
from qiming.records.verbs import ADL_VERB, OWN
from qiming.records.xapi import completions, keys, store
from qiming.records.xapi.validate import VOIDED

pytestmark = pytest.mark.django_db
FEED, COMPLETIONS = "/xapi/feed", "/xapi/completions"


@pytest.fixture
def lms() -> System:
    return System()


def pages(system: System, url: str = FEED, cursor: str = "", **params: Any) -> tuple[list[Any], str]:
    """Everything from a cursor on, and the cursor after it."""
    found: list[Any] = []
    while True:
        answer = system.get(url, cursor=cursor, **params)
        assert answer.status_code == 200, answer.content
        told = answer.json()
        found += told["statements" if url == FEED else "completions"]
        cursor = told["cursor"]
        if not told["more"]:
            return found, cursor


def did(
    verb: str, result: dict[str, Any] | None = None, *, actor: Any = ANNA, at: str = "", q: str = "1"
) -> Any:
    made = statement(
        actor=actor, object={"id": f"https://example.org/q/{q}"}, verb={"id": f"{ADL_VERB}/{verb}"}
    )
    return made | ({"result": result} if result else {}) | ({"timestamp": at} if at else {})


def test_the_feed_goes_on_where_it_stopped(lms: System) -> None:
    first = lms.post([statement() for _ in range(5)]).json()
    found, cursor = pages(lms, limit=2)
    assert [one["id"] for one in found] == first
    assert pages(lms, cursor=cursor) == ([], cursor), "nothing new: the cursor stays"
    second = lms.post([statement() for _ in range(3)]).json()
    found, later = pages(lms, cursor=cursor)
    assert [one["id"] for one in found] == second and later != cursor
    assert [one["id"] for one in pages(lms, cursor=cursor)[0]] == second, "an older cursor gives them again"


def test_what_was_voided_is_told_by_the_voiding_alone(lms: System) -> None:
    gone, stays = lms.post([statement(), statement()]).json()
    lms.post(voiding := statement(verb={"id": VOIDED}, object=ref(gone)))
    assert [one["id"] for one in pages(lms)[0]] == [stays, voiding["id"]]


def test_a_key_is_fed_what_it_may_read() -> None:
    writer, reader, own = System("write"), System("read"), System("write,read-own")
    (theirs,), (mine,) = writer.post(statement()).json(), own.post(statement()).json()
    assert [one["id"] for one in pages(reader)[0]] == [theirs, mine]
    assert [one["id"] for one in pages(own)[0]] == [mine]
    for url in (FEED, COMPLETIONS):
        assert writer.get(url).status_code == 403
        assert own.client.post(url, headers=own.headers).status_code == 405
        assert own.client.get(url).status_code == 401


@pytest.mark.parametrize("url", [FEED, COMPLETIONS])
def test_what_is_no_cursor_is_refused(lms: System, url: str) -> None:
    other = lms.get(COMPLETIONS if url == FEED else FEED).json()["cursor"] or "c18w"
    for params in (
        "cursor=x",
        "cursor=%00",
        "cursor=c19hXzE",
        "cursor=äö",
        "limit=0",
        "limit=x",
        "since=now",
    ):
        assert lms.get(f"{url}?{params}").status_code == 400, params
    assert lms.get(url, cursor=other).status_code == (200 if other == "" else 400)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_skipped_behind_a_batch_that_commits_late(lms: System) -> None:
    """A batch takes its moment, another one is stored after it and committed before it: the feed waits."""
    started, go_on = Event(), Event()
    late = statement()

    def slow() -> None:
        try:
            with transaction.atomic():
                store.keep([late], holder=holder, version="2.0.0")
                started.set()
                go_on.wait(10)
        finally:
            connection.close()

    lms.post(statement())  # what both name is there: they don't wait for each other
    _, cursor = pages(lms)
    _, mark = pages(lms, COMPLETIONS)
    holder = keys.Holder(lms.key, "x", frozenset({"write"}), keys.Limits())
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(slow)
        started.wait(10)
        (early,) = lms.post(statement()).json()
        before, cursor = pages(lms, cursor=cursor)
        counted, mark = pages(lms, COMPLETIONS, mark)
        go_on.set()
        done.result()
    assert before == [] and counted == [], "what was stored later is not shown before it"
    assert [one["id"] for one in pages(lms, cursor=cursor)[0]] == [late["id"], early]
    assert [one["attempts"] for one in pages(lms, COMPLETIONS, mark)[0]] == [3]


@pytest.mark.django_db(transaction=True)
def test_readers_beside_writers_get_everything_once_in_order(lms: System) -> None:
    """Four writers, and a reader of each kind that follows its cursor all the while."""
    stop = Event()

    def write(worker: int) -> None:
        try:
            for turn in range(6):
                who = {"mbox": f"mailto:w{worker}@example.org"}
                lms.post(
                    [did("answered", {"score": {"scaled": turn / 10}}, actor=who, q=str(n)) for n in range(3)]
                )
        finally:
            connection.close()

    def follow(url: str) -> list[Any]:
        found, cursor = [], ""
        try:
            while True:
                is_last = stop.is_set()
                new, cursor = pages(lms, url, cursor, limit=7)
                found += new
                if is_last:
                    return found
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        feed, counts = pool.submit(follow, FEED), pool.submit(follow, COMPLETIONS)
        list(pool.map(write, range(4)))
        stop.set()
        told, changes = feed.result(), counts.result()
    ids = [one["id"] for one in told]
    assert len(ids) == len(set(ids)) == 4 * 6 * 3
    assert [one["stored"] for one in told] == sorted(one["stored"] for one in told)
    last = {(one["actor"]["mbox"], one["activity"]): one for one in changes}
    assert len(last) == 12
    assert {(one["attempts"], one["score"]["best"]) for one in last.values()} == {(6, 0.5)}


# --- completions


def test_completions_are_counted_as_the_papers_say(lms: System) -> None:
    lms.post(
        [
            did("initialized", at="2026-11-02T08:00:00Z"),
            did("completed", {"completion": True}, at="2026-11-02T08:20:00Z"),
            did("failed", {"success": False, "score": {"raw": 4, "max": 10}}, at="2026-11-02T08:20:01Z"),
            did("initialized", at="2026-11-03T08:00:00Z"),
            did("passed", {"score": {"scaled": 0.9}}, at="2026-11-03T08:10:00Z"),
            did("answered", {"success": True, "score": {"scaled": 0.5}}, at="2026-11-01T08:00:00Z", q="2"),
            did("experienced", q="3", actor=BEN),
        ]
    )
    told, _ = pages(lms, COMPLETIONS)
    one, two, three = (dict(line) for line in told)
    assert one.pop("source") == f"key:{lms.key}"
    assert one == {
        "actor": {"mbox": "mailto:anna@example.org"},
        "activity": "https://example.org/q/1",
        "completed": True,
        "passed": True,
        "score": {"best": 0.9, "last": 0.9},
        "attempts": 2,
        "last": "2026-11-03T08:10:00.000000Z",
    }
    assert (two["passed"], two["attempts"], two["completed"]) == (True, 1, False)
    assert (three["actor"], three["passed"], three["score"], three["attempts"]) == (BEN, None, None, 0)
    assert len(pages(lms, COMPLETIONS, agent=BEN)[0]) == 1
    assert len(pages(lms, COMPLETIONS, activity="https://example.org/q/2")[0]) == 1


def test_only_what_changed_comes_again(lms: System) -> None:
    lms.post([did("answered", q=str(n)) for n in range(5)])
    told, cursor = pages(lms, COMPLETIONS, limit=2)
    assert len(told) == 5
    lms.post(did("answered", q="3"))
    (changed,), _ = pages(lms, COMPLETIONS, cursor=cursor)
    assert (changed["activity"], changed["attempts"]) == ("https://example.org/q/3", 2)


def test_what_is_voided_is_counted_out(lms: System) -> None:
    good, bad = did("passed", {"score": {"scaled": 0.4}}), did("passed", {"score": {"scaled": 1.0}})
    lms.post([good, bad])
    (before,), cursor = pages(lms, COMPLETIONS)
    assert before["score"]["best"] == 1.0
    lms.post(statement(verb={"id": VOIDED}, object=ref(bad["id"])))
    (after,), _ = pages(lms, COMPLETIONS, cursor=cursor)
    assert (after["score"]["best"], after["attempts"]) == (0.4, 1)


def test_counting_in_small_steps_comes_to_the_same(lms: System, monkeypatch: pytest.MonkeyPatch) -> None:
    lms.post([did("answered", {"score": {"scaled": n / 10}}, q=str(n % 2)) for n in range(9)])
    monkeypatch.setattr(completions, "STEP", 2)
    assert not completions.count(2) and completions.count(9)
    assert sorted(XapiCompletion.objects.values_list("answers", "score_best")) == [(4, 0.7), (5, 0.8)]


def test_a_group_without_a_name_of_its_own_counts_for_its_members(lms: System) -> None:
    group = {"objectType": "Group", "member": [ANNA, BEN]}
    lms.post(did("completed", actor=group))
    assert [one["completed"] for one in pages(lms, COMPLETIONS)[0]] == [True, True]


# --- people of this platform


def test_our_people_are_seen_by_number_only_by_who_sent_it() -> None:
    lms, other = System(), System("read")
    person = pupil()
    ours = {"account": {"homePage": OWN, "name": str(person)}}
    sent = did("completed", actor=ours) | {
        "context": {"extensions": {"https://e.org/who": str(person).upper()}}
    }
    (statement_id,) = lms.post(sent).json()
    alias = str(XapiPerson.objects.get(person_id=person).alias)
    hidden = {"account": {"homePage": OWN, "name": alias}}
    assert lms.get(statementId=statement_id).json()["actor"]["account"] == ours["account"]
    assert lms.found(agent=ours) == other.found(agent=ours) == other.found(agent=hidden) == [statement_id]
    for system, who in ((lms, ours), (other, hidden)):
        (told,), _ = pages(system)
        assert told["actor"]["account"] == who["account"]
        (line,), _ = pages(system, COMPLETIONS)
        assert line["actor"] == who and len(pages(system, COMPLETIONS, agent=who)[0]) == 1
        assert (str(person) in str(told)) == (system is lms)
    assert lms.post(sent).status_code == 200, "the same again is the same"
    assert lms.post(statement(actor=hidden)).json()["findings"][0]["rule"] == "agent.unknown_person"


def test_who_is_nobody_here_is_refused_and_gets_no_alias(lms: System) -> None:
    for name in (str(uuid4()), str(pupil()).upper(), "42"):
        ours = {"account": {"homePage": OWN, "name": name}}
        for sent in (
            statement(actor=ours),
            statement(context={"contextAgents": [{"objectType": "contextAgent", "agent": ours}]}),
        ):
            answer = lms.post(sent)
            assert answer.json()["findings"][0]["rule"] == "agent.unknown_person", answer.content
    assert not XapiPerson.objects.exists()
