"""Documents of other systems: kept as they came, never written over unawares, each system's own, gone with the person."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection

from qiming.kernel import holdings, time
from qiming.kernel.keeping import SWEEPERS, Holds
from qiming.kernel.throttle import buckets
from qiming.records import rights
from qiming.records.models import XapiAgent, XapiDocument
from qiming.records.tests.xapi.test_statements import ANNA, BEN, System, pupil, statement
from qiming.records.verbs import OWN
from qiming.records.xapi.document_views import MAX_DOCUMENT

pytestmark = pytest.mark.django_db
ROOT = "/xapi/"
ACTIVITY = "https://example.org/q/1"
STATE = ("activities/state", {"activityId": ACTIVITY, "agent": json.dumps(ANNA), "stateId": "where"})
AGENT = ("agents/profile", {"agent": json.dumps(ANNA), "profileId": "likes"})
PROFILE = ("activities/profile", {"activityId": ACTIVITY, "profileId": "notes"})
ALL = (STATE, AGENT, PROFILE)
TEXT, JSON = "text/plain", "application/json"
Where = tuple[str, dict[str, str]]


class Keeper(System):
    """A system that keeps documents."""

    def send(self, method: str, where: Where, body: object = b"", kind: str = JSON, /, **headers: str) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        url = f"{ROOT}{where[0]}?{urlencode(where[1])}"
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(method, url, data, content_type=kind, headers=self.headers | told)

    def held(self, where: Where) -> Any:
        return self.send("GET", where)


@pytest.fixture
def lms() -> Keeper:
    buckets.forget()
    return Keeper()


def but(where: Where, **changes: str) -> Where:
    return where[0], where[1] | changes


def without(where: Where, name: str) -> Where:
    return where[0], {key: value for key, value in where[1].items() if key != name}


@pytest.mark.parametrize("where", ALL, ids=lambda one: one[0])
def test_a_document_comes_back_as_it_came_and_goes(lms: Keeper, where: Where) -> None:
    body = bytes(range(256))
    assert lms.held(where).status_code == 404
    assert lms.send("PUT", where, body, "image/png").status_code == 204
    answer = lms.held(where)
    assert (answer.content, answer["Content-Type"]) == (body, "image/png")
    assert answer["ETag"].startswith('"') and len(answer["ETag"]) == 42 and answer["Last-Modified"]
    assert answer["X-Experience-API-Version"] == "2.0.0"
    assert lms.send("HEAD", where)["ETag"] == answer["ETag"]
    assert [lms.send("DELETE", where).status_code for _ in range(2)] == [204, 204]
    assert lms.held(where).status_code == 404


@pytest.mark.parametrize("where", ALL, ids=lambda one: one[0])
def test_what_the_writer_did_not_see_is_not_written_over(lms: Keeper, where: Where) -> None:
    assert lms.send("PUT", where, {"a": 1}, if_match='"x"').status_code == 412
    assert lms.send("PUT", where, {"a": 1}, if_none_match="*").status_code == 204
    tag = lms.held(where)["ETag"]
    assert lms.send("PUT", where, {"a": 2}).status_code == 409
    assert lms.send("PUT", where, {"a": 2}, if_none_match="*").status_code == 412
    for method in ("PUT", "POST", "DELETE"):
        assert lms.send(method, where, {"a": 2}, if_match='"0"').status_code == 412
    assert lms.held(where).json() == {"a": 1}
    assert lms.send("PUT", where, {"a": 3}, if_match=f'"0", W/{tag}').status_code == 204
    assert lms.send("POST", where, {"b": 1}, if_match=tag).status_code == 412
    assert lms.send("DELETE", where, if_match=lms.held(where)["ETag"]).status_code == 204


def test_in_the_first_version_a_state_is_simply_written_over_and_a_profile_never() -> None:
    old = Keeper(version="1.0.3")
    assert [old.send("PUT", STATE, {"a": n}).status_code for n in (1, 2)] == [204, 204]
    for where in (AGENT, PROFILE):
        assert old.send("PUT", where, {"a": 1}).status_code == 400
        assert old.send("PUT", where, {"a": 1}, if_none_match="*").status_code == 204
        assert old.send("PUT", where, {"a": 2}).status_code == 409 and old.held(where).json() == {"a": 1}


@pytest.mark.parametrize("where", ALL, ids=lambda one: one[0])
def test_merging_lays_one_object_over_the_other_one_level_deep(lms: Keeper, where: Where) -> None:
    lms.send("POST", where, {"a": {"x": 1}, "b": "二", "c": 3})
    assert lms.send("POST", where, {"a": {"y": 2}, "d": "𬀩"}).status_code == 204
    assert lms.held(where).json() == {"a": {"y": 2}, "b": "二", "c": 3, "d": "𬀩"}
    for body, kind in ((b"words", TEXT), (b"[1]", JSON), (b"{", JSON), (b"", JSON)):
        assert lms.send("POST", where, body, kind).status_code == 400
    assert lms.held(where).json()["c"] == 3
    lms.send("DELETE", where)
    lms.send("POST", where, b"words", TEXT)
    assert lms.send("POST", where, {"a": 1}).status_code == 400 and lms.held(where).content == b"words"


def test_names_are_listed_since_and_by_registration(lms: Keeper) -> None:
    registration = str(uuid4())
    lms.send("PUT", but(STATE, stateId="one"), {})
    later = XapiDocument.objects.get().updated_at.isoformat()
    lms.send("PUT", but(STATE, stateId="two", registration=registration), {})
    listing = without(STATE, "stateId")
    assert lms.held(listing).json() == ["one", "two"]
    assert lms.held(but(listing, since=later)).json() == ["two"]
    assert lms.held(but(listing, registration=registration)).json() == ["two"]
    assert lms.held(but(STATE, stateId="two")).status_code == 404
    assert lms.held(but(listing, agent=json.dumps(BEN))).json() == []
    assert lms.send("DELETE", listing, if_match="*").status_code == 400
    assert lms.send("DELETE", but(listing, registration=registration)).status_code == 204
    assert lms.held(listing).json() == ["one"]
    assert lms.send("DELETE", listing).status_code == 204 and not XapiDocument.objects.exists()
    for where, name in ((AGENT, "profileId"), (PROFILE, "profileId")):
        lms.send("PUT", where, {})
        assert len(lms.held(without(where, name)).json()) == 1
        assert lms.send("DELETE", without(where, name)).status_code == 400


def test_a_system_sees_and_changes_its_own(lms: Keeper) -> None:
    own, writer, reader = Keeper("write,read-own"), Keeper("write"), Keeper("read")
    own.send("PUT", AGENT, {"a": "own"})
    assert writer.send("PUT", AGENT, {"a": "writer"}).status_code == 204
    assert own.held(AGENT).json() == {"a": "own"} and reader.held(AGENT).json() == {"a": "writer"}
    assert writer.held(AGENT).status_code == 403 and reader.send("PUT", AGENT, {}).status_code == 403
    assert reader.send("DELETE", AGENT).status_code == 403
    assert lms.send("DELETE", AGENT).status_code == 204 and XapiDocument.objects.count() == 2
    assert reader.held(without(AGENT, "profileId")).json() == ["likes"]
    assert Keeper("read-own").held(AGENT).status_code == 404


@pytest.mark.parametrize("path", ["agents", "activities", *(where[0] for where in ALL)])
def test_without_a_key_or_version_nothing_opens(lms: Keeper, path: str) -> None:
    for method in ("GET", "PUT", "POST", "DELETE"):
        assert lms.send(method, (path, {}), {}, Authorization="Basic eDp5").status_code == 401
    answer = lms.send("GET", (path, {}), X_Experience_API_Version="")
    assert answer.status_code == 400 and answer["X-Experience-API-Version"]
    assert lms.send("PATCH", (path, {}), {}).status_code == 405


@pytest.mark.parametrize("where", ALL, ids=lambda one: one[0])
def test_a_wrong_parameter_is_refused(lms: Keeper, where: Where) -> None:
    wrong = [without(where, name) for name in where[1] if name not in {"stateId", "profileId"}]
    wrong += [but(where, **{name: ""}) for name in where[1]]
    wrong += [but(where, wat="x"), but(where, since="2026-01-01T00:00:00Z")]
    name = "stateId" if where is STATE else "profileId"
    wrong += [but(where, **{name: bad}) for bad in ("x" * 501, "a\x00", "a\nb")] + [without(where, name)]
    if where is STATE:
        wrong.append(but(where, registration="1"))
    for one in wrong:
        assert lms.send("PUT", one, {}).status_code == 400, one
    assert lms.held(but(without(where, name), since="today")).status_code == 400
    assert not XapiDocument.objects.exists()


def test_a_person_of_this_platform_is_never_named(lms: Keeper) -> None:
    ours: dict[str, Any] = {"account": {"homePage": OWN, "name": str(pupil())}}
    assert lms.send("PUT", but(AGENT, agent=json.dumps(ours)), {}).status_code == 204
    named = but(AGENT, agent=json.dumps(ours | {"name": "王小明"}))
    assert lms.send("PUT", named, {}).status_code == 400
    assert lms.held(("agents", {"agent": named[1]["agent"]})).status_code == 400


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff", '{"a": "作"}'.encode("gb18030"), b'{"a": NaN}', b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
     b'{"a": "\\u0000"}', b'{"a": "\\ud800"}'],
    ids=range(7),
)  # fmt: skip
def test_what_calls_itself_json_is_json(lms: Keeper, body: bytes) -> None:
    for method in ("PUT", "POST"):
        answer = lms.send(method, PROFILE, body)
        assert answer.status_code == 400 and answer.json()["error"]
    assert not XapiDocument.objects.exists()


def test_what_is_too_big_is_refused_and_the_old_one_stays(lms: Keeper) -> None:
    lms.send("PUT", AGENT, b"x" * MAX_DOCUMENT, TEXT)
    tag = lms.held(AGENT)["ETag"]
    for size in (MAX_DOCUMENT + 1, 20 * MAX_DOCUMENT):
        assert lms.send("PUT", AGENT, b"x" * size, TEXT, if_match=tag).status_code == 413
    assert lms.held(AGENT)["ETag"] == tag


@pytest.mark.parametrize("kind", ["text", "text/plain; a=\r\nSet-Cookie: a=b", "text/" + "x" * 200, "文/字"])
def test_a_hostile_media_type_is_refused(lms: Keeper, kind: str) -> None:
    form = AGENT[1] | {
        "Authorization": lms.headers["Authorization"],
        "X-Experience-API-Version": "1.0.3",
        "Content-Type": kind,
        "If-None-Match": "*",
        "content": "x",
    }
    url, words = f"{ROOT}{AGENT[0]}?method=PUT", urlencode(form, quote_via=quote)
    answer = lms.client.post(url, words, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400 and not XapiDocument.objects.exists()


def test_a_page_among_the_documents_can_do_nothing(lms: Keeper) -> None:
    lms.send("PUT", AGENT, b"<script>alert(1)</script>", "text/html")
    answer = lms.held(AGENT)
    assert answer["Content-Security-Policy"].startswith("sandbox;")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_form_of_the_first_version(lms: Keeper) -> None:
    pair, version = lms.headers["Authorization"], "1.0.3"
    form = AGENT[1] | {"Authorization": pair, "X-Experience-API-Version": version}
    url, kind = f"{ROOT}{AGENT[0]}?method=", "application/x-www-form-urlencoded"
    sent = form | {"Content-Type": TEXT, "If-None-Match": "*", "content": "早上好"}
    assert lms.client.post(url + "PUT", urlencode(sent), content_type=kind).status_code == 204
    answer = lms.client.post(url + "GET", urlencode(form), content_type=kind)
    assert answer.content.decode() == "早上好" and answer["Content-Type"] == TEXT
    gone = form | {"If-Match": answer["ETag"]}
    assert lms.client.post(url + "DELETE", urlencode(gone), content_type=kind).status_code == 204


def test_an_agent_is_answered_as_asked_and_nothing_is_added(lms: Keeper) -> None:
    lms.post(statement(actor=ANNA | {"name": "Anna"}))
    answer = lms.held(("agents", {"agent": json.dumps(ANNA)}))
    assert answer.json() == {"objectType": "Person", "mbox": [ANNA["mbox"]]}
    for wrong in ("", "{}", json.dumps({"objectType": "Group", "mbox": ANNA["mbox"]})):
        assert lms.held(("agents", {"agent": wrong})).status_code == 400
    assert Keeper("write").held(("agents", {"agent": json.dumps(BEN)})).status_code == 403


def test_an_activity_is_told_in_every_language_anybody_used(lms: Keeper) -> None:
    asked = ("activities", {"activityId": ACTIVITY})
    assert lms.held(asked).json() == {"objectType": "Activity", "id": ACTIVITY}
    for words in ({"en": "Q"}, {"zh-CN": "第𬀩题"}, {"en": "Question"}):
        lms.post(statement(object={"id": ACTIVITY, "definition": {"name": words, "type": "https://e.org/t"}}))
    found = lms.held(asked).json()["definition"]
    assert found == {"name": {"en": "Question", "zh-CN": "第𬀩题"}, "type": "https://e.org/t"}
    assert lms.held(("activities", {"activityId": "q"})).status_code == 400


def test_a_persons_documents_are_copied_and_erased(lms: Keeper) -> None:
    person = pupil()
    ours = json.dumps({"account": {"homePage": OWN, "name": str(person)}})
    lms.send("PUT", but(STATE, agent=ours), {"page": 7})
    lms.send("PUT", but(AGENT, agent=ours), b"\xff", "image/png")
    lms.send("PUT", PROFILE, {"best": str(person)})
    lms.send("PUT", AGENT, {"of": "somebody else"})
    copied = {part.key: part.rows for part in rights.export(person)}
    assert sorted(row["body"] for row in copied["records.xapidocument"]) == ["/w==", '{"page": 7}']
    rights.erase(person, uuid4())
    rights.erase(person, uuid4())
    assert [one.kind for one in XapiDocument.objects.all()] == ["agent"]
    assert not holdings.mentions(apps.get_app_config("records").get_models(), [str(person)])


def test_what_nobody_wrote_to_for_long_is_swept(lms: Keeper) -> None:
    lms.send("PUT", STATE, {})
    later = time.now() + timedelta(days=1)
    SWEEPERS["records.xapi_outside"](later, Holds())
    assert XapiAgent.objects.exists(), "a document still needs the identifier"
    assert len(SWEEPERS["records.xapi_documents"](later, Holds()).ids) == 1
    assert not XapiDocument.objects.exists() and not XapiAgent.objects.exists()


def test_asking_costs_few_questions(lms: Keeper, django_assert_max_num_queries: Any) -> None:
    lms.send("PUT", AGENT, {})
    with django_assert_max_num_queries(4):
        lms.held(AGENT)
    with django_assert_max_num_queries(11):
        lms.send("POST", AGENT, {"a": 1})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("exists", [False, True])
def test_of_writers_that_meet_one_wins_and_the_others_are_told(lms: Keeper, exists: bool) -> None:
    told = {"if_none_match": "*"}
    if exists:
        lms.send("PUT", STATE, {"n": -1})
        told = {"if_match": lms.held(STATE)["ETag"]}

    def write(worker: int) -> int:
        try:
            return int(lms.send("PUT", STATE, {"n": worker}, **told).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(write, range(8)))
    assert sorted(answers) == [204] + [412] * 7
    assert lms.held(STATE).json() == {"n": answers.index(204)}


@pytest.mark.django_db(transaction=True)
def test_of_merges_that_meet_none_is_lost(lms: Keeper) -> None:
    def merge(worker: int) -> int:
        try:
            return int(lms.send("POST", AGENT, {str(worker): worker}).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(merge, range(8))) == {204}
    assert lms.held(AGENT).json() == {str(n): n for n in range(8)}
