"""What goes wrong outside: the same twice at once, giants, bottomless JSON, rare characters, numbers that are none, an
authority somebody made up. Each is kept right or refused in words, and then nothing of it is kept."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from qiming.kernel.throttle import buckets
from qiming.records.models import XapiActivityLink, XapiAgent, XapiAgentLink, XapiStatement, XapiTakenId
from qiming.records.tests.xapi.test_statements import BEN, System, ref, statement
from qiming.records.tests.xapi.test_validate import nested
from qiming.records.xapi.validate import VOIDED
from qiming.records.xapi.validate_values import DEEPEST

pytestmark = pytest.mark.django_db
KEY = "https://example.org/ext"


@pytest.fixture
def lms() -> System:
    buckets.forget()
    return System()


def nothing_is_kept() -> bool:
    return not any(model.objects.exists() for model in (XapiStatement, XapiTakenId, XapiAgent, XapiAgentLink))


# --- the same again


@pytest.mark.django_db(transaction=True)
def test_a_batch_delivered_eight_times_at_once_is_kept_once(lms: System) -> None:
    batch = [statement(actor={"mbox": f"mailto:p{n}@example.org"}) for n in range(20)]

    def send(worker: int) -> int:
        try:
            return int(lms.post(batch[worker:] + batch[:worker]).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(8))) == {200}
    assert XapiStatement.objects.count() == XapiTakenId.objects.count() == 20
    assert XapiAgentLink.objects.count() == 2 * 20, "actor and authority"
    assert XapiActivityLink.objects.count() == 20
    assert sorted(lms.found()) == sorted(one["id"] for one in batch)


@pytest.mark.django_db(transaction=True)
def test_of_eight_that_want_one_id_for_different_things_one_gets_it(lms: System) -> None:
    wanted = statement()

    def send(worker: int) -> int:
        try:
            return int(lms.post(wanted | {"result": {"response": str(worker)}}).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert sorted(answers) == [200] + [409] * 7
    kept = lms.get(statementId=wanted["id"]).json()
    assert kept["result"]["response"] == str(answers.index(200))


# --- size and depth


@pytest.mark.parametrize("together", [False, True])
def test_a_statement_of_20_mb_is_refused_in_words_and_nothing_is_kept(lms: System, together: bool) -> None:
    giant = statement(result={"response": "x" * 20_000_000})
    answer = lms.post([statement(), giant] if together else giant)
    assert answer.status_code == 413
    (said,) = answer.json()["findings"]
    assert said["rule"] == "statement.size" and said.get("index") == (1 if together else None)
    assert answer.json()["error"].endswith("nothing was stored") and nothing_is_kept()
    assert lms.put(giant, giant["id"]).status_code == 413 and nothing_is_kept()


def test_a_large_batch_of_ordinary_statements_is_none(lms: System) -> None:
    assert lms.post([statement(result={"response": "字" * 200_000}) for _ in range(3)]).status_code == 200


@pytest.mark.parametrize("levels", [DEEPEST + 1, 400, 930, 990, 5000])
def test_json_without_bottom_is_refused_wherever_it_stands(lms: System, levels: int) -> None:
    body = json.dumps(statement(result={"extensions": {KEY: "deep"}}))
    for shell in ("{}", "[{}]"):
        deep = body.replace('"deep"', "[" * levels + "]" * levels)
        answer = lms.post(shell.replace("{}", deep).encode())
        assert answer.status_code == 400 and answer.json()["error"]
    assert nothing_is_kept()


def test_what_is_deep_enough_is_kept_and_read_in_every_form(lms: System) -> None:
    sent = statement(result={"extensions": {KEY: nested(DEEPEST)}})
    assert lms.post(sent).status_code == 200 and lms.post(sent).status_code == 200
    for form in ("exact", "ids", "canonical"):
        assert lms.get(statementId=sent["id"], format=form).json()["result"] == sent["result"]


# --- characters

ODD = [
    "𬀩𠮷㐂",  # beyond the basic plane, as names of people have them
    "\U0010fffd\ufffd",
    "e\u0301 é",  # the same to the eye: kept as they were sent
    "\u202eerutuf\u202c\u200b\ufeff",
    "👩🏽‍🔬",
    "\\ud800 \\u0000 as text",
    "\x01\x1f\x7f\x85\u2028",
]


@pytest.mark.parametrize("words", ODD)
@pytest.mark.parametrize("escaped", [False, True])
def test_odd_characters_come_back_as_they_were(lms: System, words: str, escaped: bool) -> None:
    actor = {"account": {"homePage": "https://example.org", "name": words}}
    sent = statement(actor=actor, result={"response": words, "extensions": {KEY: {words: [words]}}})
    assert lms.post(json.dumps(sent, ensure_ascii=escaped).encode()).status_code == 200
    kept = lms.get(statementId=sent["id"]).json()
    assert kept["result"] == sent["result"] and kept["actor"]["account"]["name"] == words
    assert lms.found(agent=actor) == [sent["id"]]


def test_an_activity_may_be_named_in_rare_characters(lms: System) -> None:
    thing = {"id": "https://example.org/课/𬀩"}
    lms.post([sent := statement(object=thing), statement()])
    assert lms.found(activity=thing["id"]) == [sent["id"]]
    assert lms.get("/xapi/activities", activityId=thing["id"]).json()["id"] == thing["id"]


@pytest.mark.parametrize("bad", ["\\ud800", "\\udfff\\ud800", "\\u0000"])
def test_half_a_character_and_nul_are_refused_wherever_they_stand(lms: System, bad: str) -> None:
    places: list[dict[str, Any]] = [
        {"result": {"response": "here"}},
        {"result": {"extensions": {KEY: {"here": 1}}}},
        {"actor": {"account": {"homePage": "https://example.org", "name": "here"}}},
        {"object": {"id": "https://example.org/here"}},
    ]
    for place in places:
        body = json.dumps(statement(**place)).replace("here", bad).encode()
        assert lms.post(b"[" + json.dumps(statement()).encode() + b"," + body + b"]").status_code == 400, (
            place
        )
    assert nothing_is_kept()


@pytest.mark.parametrize("bad", [b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xc0\x80", b"\xff", b"\x00"])
def test_bytes_that_are_no_utf_8_are_refused(lms: System, bad: bytes) -> None:
    body = json.dumps(statement(result={"response": "here"})).encode().replace(b"here", bad)
    assert lms.post(body).status_code == 400 and nothing_is_kept()


# --- numbers


@pytest.mark.parametrize("name", ["scaled", "raw", "min", "max"])
@pytest.mark.parametrize(
    "bad", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "9" * 400 + ".0", '"NaN"', "null", "true"]
)
def test_a_score_that_is_no_number_is_refused(lms: System, name: str, bad: str) -> None:
    body = json.dumps(statement(result={"score": {name: 4711}})).replace("4711", bad).encode()
    assert lms.post(body).status_code == 400 and nothing_is_kept()


@pytest.mark.parametrize("good", ["-0.0", "1e-320", "0.1", "1", "-1", "1E0"])
def test_a_score_that_is_one_comes_back_as_that_number(lms: System, good: str) -> None:
    sent = statement(result={"score": {"scaled": 4711}})
    assert lms.post(json.dumps(sent).replace("4711", good).encode()).status_code == 200
    assert lms.get(statementId=sent["id"]).json()["result"]["score"]["scaled"] == float(good)


# --- who says so


def test_an_authority_that_somebody_made_up_is_never_believed(lms: System) -> None:
    other = System()
    forged = other.post(statement()).json()[0]
    real = other.get(statementId=forged).json()["authority"]
    for claim in (real, BEN, {"objectType": "Group", "member": [BEN, real]}):
        sent = statement(authority=claim, stored="2001-01-01T00:00:00Z", version="1.0.3")
        assert lms.post(sent).status_code == 200
        kept = lms.get(statementId=sent["id"]).json()
        assert kept["authority"]["account"]["name"] == f"key:{lms.key}"
        assert kept["stored"] > "2026"
    assert lms.found(agent=real, related_agents="true") == [forged]
    own = System("read-own")
    assert own.found() == [] and lms.found(agent=BEN, related_agents="true") == []


def test_a_key_voids_what_another_brought_only_by_saying_so_itself(lms: System) -> None:
    """The standard lets any writer void; the voiding says whose it was."""
    other = System()
    sent = other.post(statement()).json()[0]
    voiding = lms.post(statement(verb={"id": VOIDED}, object=ref(sent))).json()[0]
    assert other.get(statementId=sent).status_code == 404
    assert other.get(statementId=voiding).json()["authority"]["account"]["name"] == f"key:{lms.key}"
