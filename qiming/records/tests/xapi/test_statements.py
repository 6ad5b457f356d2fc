"""The statements resource: what other systems send is kept whole, found by every filter, and nothing by halves."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client

from qiming.kernel import holdings, time
from qiming.kernel.keeping import SWEEPERS, Holds
from qiming.kernel.models import AuditRow
from qiming.kernel.throttle import Limit, buckets
from qiming.records import rights
from qiming.records.models import XapiAgent, XapiAgentLink, XapiKey, XapiStatement
from qiming.records.verbs import OWN
from qiming.records.xapi import keys, months
from qiming.records.xapi.validate import VOIDED
from qiming.registry.models import Person

pytestmark = pytest.mark.django_db
URL = "/xapi/statements"
ANNA = {"objectType": "Agent", "mbox": "mailto:anna@example.org"}
BEN = {"account": {"homePage": "https://example.org", "name": "ben"}}


def pupil() -> UUID:
    """A person of this platform."""
    return Person.objects.create(name="王小明", is_synthetic=True).id


class System:
    """Another system with a key."""

    def __init__(self, scope: str = "write,read", version: str = "2.0.0", name: str = "") -> None:
        self.key, self.secret = keys.make(name=name or f"system {uuid4()}", scope=scope)
        pair = base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()
        self.headers = {"Authorization": f"Basic {pair}", "X-Experience-API-Version": version}
        self.client = Client(enforce_csrf_checks=True)

    def post(self, body: object, **headers: str) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(URL, data, content_type="application/json", headers=self.headers | headers)

    def put(self, body: object, statement_id: object) -> Any:
        url = f"{URL}?statementId={statement_id}"
        return self.client.put(url, json.dumps(body), content_type="application/json", headers=self.headers)

    def get(self, url: str = URL, /, headers: dict[str, str] | None = None, **params: Any) -> Any:
        told = {name: json.dumps(one) if isinstance(one, dict) else str(one) for name, one in params.items()}
        return self.client.get(url, told, headers=self.headers | (headers or {}))

    def found(self, **params: Any) -> list[str]:
        answer = self.get(**params)
        assert answer.status_code == 200, answer.content
        return [one["id"] for one in answer.json()["statements"]]


@pytest.fixture
def lms() -> System:
    buckets.forget()
    return System()


def statement(**changes: Any) -> dict[str, Any]:
    made = {
        "id": str(uuid4()),
        "actor": ANNA,
        "verb": {
            "id": "http://adlnet.gov/expapi/verbs/answered",
            "display": {"zh-CN": "作答了", "en": "answered"},
        },
        "object": {"id": "https://example.org/q/1", "definition": {"name": {"zh-CN": "第𬀩题", "en": "Q"}}},
    }
    return made | changes


def ref(target: str) -> dict[str, str]:
    return {"objectType": "StatementRef", "id": target}


# --- keys and versions


def test_a_key_is_shown_once_kept_as_a_digest_and_can_be_taken_back(lms: System) -> None:
    row = XapiKey.objects.get(id=lms.key)
    assert lms.secret not in str(row.__dict__) and len(bytes(row.secret_sha256)) == 32
    assert AuditRow.objects.get(verb="records.make_xapi_key").detail["scope"] == "write,read"
    assert lms.get().status_code == 200
    keys.revoke(lms.key)
    keys.revoke(lms.key)
    assert lms.get().status_code == 401
    assert AuditRow.objects.filter(verb="records.revoke_xapi_key").count() == 1


@pytest.mark.parametrize(
    "said",
    ["", "Basic", "Basic x", "Basic eDp5", "Bearer x", "Basic " + base64.b64encode(b"\xff:\xff").decode()],
)
def test_without_a_key_nothing_opens(lms: System, said: str) -> None:
    for answer in (lms.get(headers={"Authorization": said}), lms.post(statement(), Authorization=said)):
        assert answer.status_code == 401 and answer["WWW-Authenticate"].startswith("Basic")
    assert not XapiStatement.objects.exists()


def test_a_key_does_what_its_scope_says() -> None:
    writer, own, reader = System("write"), System("write,read-own"), System("read")
    first = writer.post(statement()).json()[0]
    second = own.post(statement()).json()[0]
    assert writer.get().status_code == 403 and reader.post(statement()).status_code == 403
    assert own.found() == [second] and own.get(statementId=first).status_code == 404
    assert set(reader.found()) == {first, second}


def test_too_many_requests_of_one_key_wait(lms: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiming.records.xapi.asking.SOURCE", Limit("tight", burst=2, per_minute=1))
    assert [lms.get().status_code for _ in range(3)] == [200, 200, 429]
    assert System().get().status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "answered"),
    [
        ("1.0.3", 200, "1.0.3"),
        ("1.0", 200, "1.0.3"),
        ("2.0.0", 200, "2.0.0"),
        ("", 400, "0.95"),
        ("3.0", 400, "0.95"),
    ],
)
def test_the_version_is_answered_in_kind(lms: System, asked: str, status: int, answered: str) -> None:
    answer = lms.get(headers={"X-Experience-API-Version": asked})
    assert (answer.status_code, answer["X-Experience-API-Version"]) == (status, answered)


def test_about_needs_no_key() -> None:
    assert Client().get("/xapi/about").json()["version"] == ["1.0.3", "2.0.0"]


# --- writing


def test_what_was_sent_comes_back_whole_with_what_the_store_adds(lms: System) -> None:
    sent = statement(context={"contextActivities": {"parent": {"id": "https://example.org/u"}}})
    forged = sent | {"authority": ANNA}
    assert lms.post(forged).json() == [sent["id"]]
    answer = lms.get(statementId=sent["id"])
    kept = answer.json()
    assert kept["object"] == sent["object"] and kept["actor"] == ANNA and kept["version"] == "2.0.0"
    assert kept["authority"]["account"]["name"] == f"key:{lms.key}"
    assert kept["context"]["contextActivities"]["parent"] == [{"id": "https://example.org/u"}]
    assert kept["stored"] == kept["timestamp"] and answer["Last-Modified"]
    assert answer["X-Experience-API-Consistent-Through"] >= kept["stored"]


def test_an_id_is_taken_once(lms: System) -> None:
    sent = statement()
    assert lms.post(sent).status_code == 200
    assert lms.post(sent).status_code == 200 and lms.put(sent, sent["id"]).status_code == 204
    assert lms.post(lms.get(statementId=sent["id"]).json()).status_code == 200
    other = sent | {"verb": {"id": "https://example.org/other"}}
    assert lms.post([statement(), other]).status_code == 409 and lms.put(other, sent["id"]).status_code == 409
    assert XapiStatement.objects.count() == 1 and XapiAgentLink.objects.filter(direct=True).count() == 1


def test_one_bad_statement_stops_the_batch_and_is_named(lms: System) -> None:
    answer = lms.post(
        [statement(), statement(verb={"id": "answered"}), statement(result={"score": {"scaled": 2}})]
    )
    assert answer.status_code == 400
    assert [(one["index"], one["pointer"], one["rule"]) for one in answer.json()["findings"]] == [
        (1, "/verb/id", "iri.format"),
        (2, "/result/score/scaled", "score.scaled"),
    ]
    assert not XapiStatement.objects.exists()


def test_two_of_one_batch_with_one_id_are_refused(lms: System) -> None:
    sent = statement()
    assert (
        lms.post([sent, sent | {"id": sent["id"].upper()}]).json()["findings"][0]["rule"]
        == "batch.distinct_ids"
    )


def test_a_person_of_this_platform_is_never_named(lms: System) -> None:
    ours = {"account": {"homePage": OWN, "name": str(pupil())}}
    assert lms.post(statement(actor=ours)).status_code == 200
    for named in (
        statement(actor=ours | {"name": "王小明"}),
        statement(context={"instructor": ours | {"name": "李老师"}}),
        statement(actor={"objectType": "Group", "member": [ours | {"name": "王小明"}]}),
    ):
        assert lms.post(named).json()["findings"][0]["rule"] == "agent.no_name"


DEEP = b'{"a":' * 100_000 + b"1" + b"}" * 100_000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"7",
        "作答".encode("gb18030"),
        json.dumps(statement(result={"score": {"raw": float("nan")}})).encode(),
        json.dumps(statement(result={"score": {"raw": 1}})).replace('"raw": 1', '"raw": 1e999').encode(),
        json.dumps(statement(result={"response": "\x00"})).encode(),
        json.dumps(statement(result={"response": "\ud800"})).encode(),
        json.dumps(statement(result={"response": "x"})).replace("x", "9" * 5000).encode(),
        DEEP,
    ],
    ids=range(11),
)
def test_hostile_bodies_are_refused_in_words(lms: System, body: bytes) -> None:
    answer = lms.post(body)
    assert answer.status_code == 400 and answer.json()["error"]
    assert not XapiStatement.objects.exists()


def test_a_backslash_before_u0000_is_text(lms: System) -> None:
    sent = statement(result={"response": "\\u0000 eine Zeichenfolge 𬀩"})
    assert lms.post(sent).status_code == 200
    assert lms.get(statementId=sent["id"]).json()["result"] == sent["result"]


@pytest.mark.parametrize(
    "url", ["?statementId=7", "?limit=-1", "?limit=x", "?since=today", "?format=all", "?agent=x", "?agent={}",
            "?verb=answered", "?ascending=yes", "?Verb=x", "?cursor=x", "?registration=1",
            "?statementId=de74cb68-195a-444f-9745-39c0143c1b2a&limit=1", "?statementId=de74cb68-195a-444f-9745-39c0143c1b2a&voidedStatementId=b19ecb23-9829-404b-80e0-b78a91364d42"]
)  # fmt: skip
def test_a_wrong_parameter_is_refused_not_ignored(lms: System, url: str) -> None:
    answer = lms.get(URL + url)
    assert answer.status_code == 400 and answer["X-Experience-API-Consistent-Through"]


def test_put_says_which(lms: System) -> None:
    assert lms.put(statement(), uuid4()).status_code == 400
    plain = statement()
    del plain["id"]
    assert lms.put(plain, wanted := uuid4()).status_code == 204
    assert lms.found() == [str(wanted)]
    assert lms.client.delete(URL, headers=lms.headers).status_code == 405


# --- finding


def test_every_filter_finds_what_it_should(lms: System) -> None:
    registration = str(uuid4())
    unit = {"contextActivities": {"grouping": [{"id": "https://example.org/u"}]}, "instructor": BEN}
    one = statement()
    two = statement(actor=BEN, context=unit | {"registration": registration})
    three = statement(
        actor={"objectType": "Group", "member": [ANNA]}, object={"id": "https://example.org/q/2"}
    )
    four = statement(
        object={"objectType": "SubStatement", "actor": BEN, "verb": one["verb"], "object": one["object"]}
    )
    first, second, third, fourth = lms.post([one, two, three, four]).json()
    assert lms.found() == [fourth, third, second, first] and lms.found(ascending="true", limit=2) == [
        first,
        second,
    ]
    assert lms.found(agent=ANNA) == [fourth, third, first] and lms.found(agent=BEN) == [second]
    assert lms.found(agent=BEN, related_agents="true") == [fourth, second]
    assert lms.found(activity="https://example.org/q/1") == [second, first]
    assert lms.found(activity="https://example.org/u") == []
    assert lms.found(activity="https://example.org/u", related_activities="true") == [second]
    assert lms.found(registration=registration) == [second]
    assert lms.found(verb=one["verb"]["id"], agent=ANNA, activity="https://example.org/q/2") == [third]
    assert (
        lms.found(verb="https://example.org/none") == []
        and lms.found(agent={"mbox": "mailto:x@y.example"}) == []
    )
    stored = lms.get(statementId=second).json()["stored"]
    assert lms.found(since=stored) == [fourth, third] and lms.found(until=stored) == [second, first]


def test_pages_follow_each_other_without_gap_or_repeat(lms: System) -> None:
    ids = lms.post([statement() for _ in range(7)]).json()
    for ascending in ("true", "false"):
        answer = lms.get(agent=ANNA, limit=3, ascending=ascending).json()
        seen = [one["id"] for one in answer["statements"]]
        while answer["more"]:
            lms.post(statement(actor=BEN))
            answer = lms.get(answer["more"]).json()
            seen += [one["id"] for one in answer["statements"]]
        assert seen == (ids if ascending == "true" else ids[::-1])


def test_what_is_voided_is_out_of_sight_but_not_gone(lms: System) -> None:
    (sent,) = lms.post(statement()).json()
    voiding = statement(verb={"id": VOIDED}, object=ref(sent))
    assert lms.post(voiding).status_code == 200
    assert (
        lms.get(statementId=sent).status_code == 404 and lms.get(voidedStatementId=sent).json()["id"] == sent
    )
    assert lms.found() == [voiding["id"]]
    again = lms.post(statement(verb={"id": VOIDED}, object=ref(voiding["id"])))
    assert again.json()["findings"][0]["rule"] == "voiding.target"
    assert lms.post(voiding).status_code == 200, "the same again changes nothing"


def test_a_voiding_that_arrives_first_holds(lms: System) -> None:
    late = statement()
    lms.post(statement(verb={"id": VOIDED}, object=ref(late["id"])))
    lms.post(late)
    assert lms.get(statementId=late["id"]).status_code == 404


def test_what_refers_to_a_match_is_found_with_it(lms: System) -> None:
    (target,) = lms.post(statement(object={"id": "https://example.org/only"})).json()
    (referring,) = lms.post(statement(actor=BEN, object=ref(target))).json()
    assert lms.found(activity="https://example.org/only") == [referring, target]


def test_formats(lms: System) -> None:
    (sent,) = lms.post(statement(actor=ANNA | {"name": "Anna"})).json()
    ids = lms.get(statementId=sent, format="ids").json()
    assert ids["actor"] == ANNA and ids["object"] == {"id": "https://example.org/q/1"}
    plain = lms.get(statementId=sent, format="canonical", headers={"Accept-Language": "en;q=0.5, zh"}).json()
    assert plain["verb"]["display"] == {"zh-CN": "作答了"} and plain["object"]["definition"]["name"] == {
        "zh-CN": "第𬀩题"
    }


def test_attachments_come_as_a_multipart_answer(lms: System) -> None:
    (sent,) = lms.post(statement()).json()
    answer = lms.get(statementId=sent, attachments="true")
    assert answer["Content-Type"].startswith("multipart/mixed; boundary=") and sent.encode() in answer.content


def test_the_form_of_the_first_version(lms: System) -> None:
    body = quote(json.dumps(sent := statement()), safe="")
    pair = quote(lms.headers["Authorization"], safe="")
    form = f"statementId={sent['id']}&Authorization={pair}&X-Experience-API-Version=1.0.3&content={body}"
    kind = "application/x-www-form-urlencoded"
    assert lms.client.post(f"{URL}?method=PUT", form, content_type=kind).status_code == 204
    assert lms.found() == [sent["id"]]
    later = form.replace("=1.0.3", "=2.0.0")
    assert lms.client.post(f"{URL}?method=PUT", later, content_type=kind).status_code == 400


def test_asking_costs_few_questions(lms: System, django_assert_max_num_queries: Any) -> None:
    lms.post([statement() for _ in range(30)])
    with django_assert_max_num_queries(6):
        lms.get(agent=ANNA, verb="http://adlnet.gov/expapi/verbs/answered")
    with django_assert_max_num_queries(18):
        lms.post([statement(actor={"mbox": f"mailto:p{n}@example.org"}) for n in range(50)])


def test_keys_are_refused_with_reason() -> None:
    from qiming.kernel.errors import UserError

    for name, scope in (("a", "all"), ("", "read"), ("x" * 121, "read"), ("a", "")):
        with pytest.raises(UserError):
            keys.make(name=name, scope=scope)
    keys.make(name="a", scope="read")
    with pytest.raises(UserError):
        keys.make(name="a", scope="read")
    with pytest.raises(UserError):
        keys.revoke(UUID(int=0))


def test_a_persons_records_of_other_systems_are_copied_and_erased(lms: System) -> None:
    person, other = pupil(), pupil()
    ours = {"account": {"homePage": OWN, "name": str(person)}}
    theirs = {"account": {"homePage": OWN, "name": str(other)}}
    own, named, foreign = lms.post(
        [
            statement(actor=ours),
            statement(actor=theirs, context={"instructor": ours}),
            statement(actor=theirs),
        ]
    ).json()
    copied = {part.key: part.rows for part in rights.export(person)}
    assert {str(row["id"]) for row in copied["records.xapistatement"]} == {own, named}
    rights.erase(person, uuid4())
    rights.erase(person, uuid4())
    assert lms.found() == [foreign, named], "what others did stays, without the number"
    assert not holdings.mentions(apps.get_app_config("records").get_models(), [str(person)])


def test_what_is_old_is_swept_with_the_identifiers_nobody_needs(lms: System) -> None:
    lms.post([statement(), statement(actor=BEN)])
    later = time.now() + timedelta(days=1)
    assert len(SWEEPERS["records.xapi_outside"](later, Holds()).ids) == 2
    assert not XapiStatement.objects.exists() and not XapiAgent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_batches_that_meet_neither_lock_each_other_out_nor_lose_or_double_anything(lms: System) -> None:
    """Eight batches over the same agents and activities, each in another order, and one statement that is in all."""
    shared = statement()
    objects = [
        {"id": f"https://example.org/a/{n}", "definition": {"name": {"en": str(n)}}} for n in range(12)
    ]

    def send(worker: int) -> int:
        order = objects[worker:] + objects[:worker]
        actors = [{"mbox": f"mailto:p{(n * (worker + 1)) % 12}@example.org"} for n in range(12)]
        batch = [statement(actor=who, object=what) for who, what in zip(actors, order, strict=True)]
        try:
            return int(lms.post([*batch, shared][:: (-1) ** worker]).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(8))) == {200}
    assert XapiStatement.objects.count() == 8 * 12 + 1
    assert len(set(lms.found())) == 97


@pytest.mark.django_db(transaction=True)
def test_consistent_through_waits_for_a_batch_under_way(lms: System) -> None:
    started, go_on = Event(), Event()

    def slow() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [months.UNDER_WAY])
            started.set()
            go_on.wait(10)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(slow)
        started.wait(10)
        (sent,) = lms.post(statement()).json()
        answer = lms.get(statementId=sent)
        assert answer["X-Experience-API-Consistent-Through"] < answer.json()["stored"]
        go_on.set()
        done.result()
    assert lms.get()["X-Experience-API-Consistent-Through"] >= answer.json()["stored"]
