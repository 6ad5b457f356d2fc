"""Batches: a refusal names statement, place and rule; on request the good ones are kept and each is answered for."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from qiming.records.models import XapiAgent, XapiAttachment, XapiStatement
from qiming.records.tests.xapi.test_statements import System, ref, statement
from qiming.records.tests.xapi.test_validate import AGENT, FAULTS, changed
from qiming.records.verbs import OWN
from qiming.records.xapi.validate import VOIDED

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[4]
LENIENT = {"Prefer": "handling=lenient"}
MORE_FAULTS: list[tuple[str, object, str, str]] = [
    ("/actor", {"objectType": "Group", "mbox": "mailto:a@b.example", "openid": "https://a.example"}, "/actor", "group.one_identifier"),
    ("/context/contextAgents", [{"objectType": "contextAgent", "agent": AGENT, "relevantTypes": []}], "/context/contextAgents/0/relevantTypes", "array.empty"),
    ("/attachments", {}, "/attachments", "type.array"),
    ("/attachments/0/contentType", "plain", "/attachments/0/contentType", "media_type.format"),
]  # fmt: skip
# JSON cannot say it: refused before there is a statement.
NOT_BY_JSON = {"number.finite"}


@pytest.fixture
def lms() -> System:
    return System()


def rules_of_the_standard() -> set[str]:
    """Every rule id that the validator can utter."""
    found = set()
    for path in (ROOT / "qiming/records/xapi").glob("validate*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
                if text == "object_type" or (text.count(".") == 1 and text.replace(".", "").replace("_", "a").isalnum()
                                             and text.islower() and text[0].isalpha()):  # fmt: skip
                    found.add(text)
    return found


def test_every_rule_answers_with_index_place_rule_and_a_sentence(lms: System) -> None:
    seen = set()
    for pointer, value, where, rule in FAULTS + MORE_FAULTS:
        if rule in NOT_BY_JSON:
            continue
        answer = lms.post([statement(), changed(pointer, value)])
        assert answer.status_code == 400 and answer.json()["error"].endswith("; nothing was stored")
        said = {(one["index"], one["pointer"], one["rule"]): one["says"] for one in answer.json()["findings"]}
        assert len(said[1, where, rule].split()) >= 2, (rule, said)
        seen |= {one for _, _, one in said}
    assert not XapiStatement.objects.exists() and not XapiAgent.objects.exists()
    assert rules_of_the_standard() - seen == NOT_BY_JSON
    doc = (ROOT / "docs/xapi.md").read_text(encoding="utf-8")
    assert not [one for one in rules_of_the_standard() if f"`{one}`" not in doc]


def test_what_the_store_refuses_is_placed_too(lms: System) -> None:
    first = statement()
    voiding = statement(verb={"id": VOIDED}, object=ref(first["id"]))
    lms.post([first, voiding])
    other = first | {"verb": {"id": "https://example.org/other"}}
    again = statement(verb={"id": VOIDED}, object=ref(voiding["id"]))
    named = statement(actor={"account": {"homePage": OWN, "name": "zhang3"}})
    for bad, status, pointer, rule in (
        (other, 409, "/id", "statement.conflict"),
        (again, 400, "/object/id", "voiding.target"),
        (named, 400, "/actor/account/name", "agent.unknown_person"),
    ):
        answer = lms.post([statement(), bad])
        (said,) = answer.json()["findings"]
        assert answer.status_code == status
        assert (said["index"], said["pointer"], said["rule"]) == (1, pointer, rule) and said["says"]
    assert "index" not in lms.put(other, first["id"]).json()["findings"][0], "one statement has no place"
    assert XapiStatement.objects.count() == 2


def test_the_good_ones_are_kept_only_when_it_is_asked_for(lms: System) -> None:
    kept, fresh = statement(), statement()
    lms.post(kept)
    voiding = statement(verb={"id": VOIDED}, object=ref(kept["id"]))
    lms.post(voiding)
    batch = [
        fresh,
        kept,
        statement(verb={"id": "answered"}),
        kept | {"verb": {"id": "https://example.org/other"}, "id": kept["id"].upper()},
        statement(verb={"id": VOIDED}, object=ref(voiding["id"])),
        statement(),
        {},
    ]
    assert lms.post(batch).status_code == 400 and XapiStatement.objects.count() == 2
    answer = lms.post(batch, **LENIENT)
    told = answer.json()
    assert answer.status_code == 200 and answer["Preference-Applied"] == "handling=lenient"
    assert {one: told[one] for one in ("stored", "duplicate", "refused")} == {
        "stored": 2, "duplicate": 1, "refused": 4,
    }  # fmt: skip
    assert [one["index"] for one in told["results"]] == list(range(7))
    rules = [one["findings"][0]["rule"] for one in told["results"] if one["became"] == "refused"]
    assert rules == ["iri.format", "batch.distinct_ids", "voiding.target", "property.required"]
    assert set(lms.found()) == {fresh["id"], voiding["id"], batch[5]["id"]}
    again = lms.post(batch, **LENIENT).json()
    assert (again["stored"], again["duplicate"]) == (0, 3), "the same again stores nothing"


def test_a_conflict_with_what_is_stored_stops_only_itself(lms: System) -> None:
    kept = statement()
    lms.post(kept)
    other = kept | {"verb": {"id": "https://example.org/other"}}
    told = lms.post([other, fresh := statement()], Prefer='respond-async, handling="lenient"').json()
    assert told["results"][0]["findings"][0]["rule"] == "statement.conflict"
    assert told["results"][1] == {"index": 1, "id": fresh["id"], "became": "stored"}


@pytest.mark.parametrize("said", ["handling=strict", "lenient", "handling=lenientish", "return=minimal"])
def test_other_preferences_change_nothing(lms: System, said: str) -> None:
    answer = lms.post([statement(), {}], Prefer=said)
    assert answer.status_code == 400 and "Preference-Applied" not in answer.headers
    assert not XapiStatement.objects.exists()


def test_a_refused_statement_leaves_no_attachment_behind(lms: System) -> None:
    body, digest = b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    about = {"usageType": "https://example.org/u", "display": {"en": "x"}, "contentType": "text/plain"}
    with_it: dict[str, Any] = {"attachments": [about | {"length": 3, "sha2": digest}]}
    good, bad = statement(**with_it), statement(**with_it, verb={"id": "no"})
    line = b"\r\n--cut\r\n"
    whole = line + b"Content-Type: application/json\r\n\r\n" + json.dumps([bad, good]).encode()
    whole += line + b"Content-Transfer-Encoding: binary\r\nX-Experience-API-Hash: " + digest.encode()
    whole += b"\r\n\r\n" + body + b"\r\n--cut--"
    headers = lms.headers | LENIENT
    kind = "multipart/mixed; boundary=cut"
    told = lms.client.post("/xapi/statements", whole, content_type=kind, headers=headers).json()
    assert [one["became"] for one in told["results"]] == ["refused", "stored"]
    assert XapiAttachment.objects.get().statement_id == XapiStatement.objects.get().id
    assert str(XapiStatement.objects.get().id) == good["id"]
